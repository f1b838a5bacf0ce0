"""Every faulty program is convicted of its own fault, and of no other."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from programs_faults import FAULTS, Fault
from programs_running import RUNNERS, broken, needed, results_of

from zimage_contract.certificate import CaseResult
from zimage_contract.obligations import OBLIGATIONS

SIDE_BY_SIDE = 20
UNBROKEN = {
    "poll.late": "a program that breaks it takes minutes",
    "end.comes": "a program that never ends breaks, in each of the cases, what is judged there",
}

Running = dict[str, "Future[tuple[CaseResult, ...]]"]
pytestmark = pytest.mark.xdist_group("programs")  # they start side by side, from one process


@pytest.fixture(scope="module")
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    """All programs that are asked for, started side by side: they mostly wait."""
    wanted = [item.name for item in request.session.items if item.path == Path(__file__)]
    faults = [fault for fault in FAULTS if any(f"[{fault.id}]" in name for name in wanted)]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        yield {
            fault.id: pool.submit(
                results_of, fault.program, [fault.case], fault=fault.name, timeout=fault.timeout
            )
            for fault in faults
        }


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_a_faulty_program_is_convicted_of_its_own_fault_alone(fault: Fault, running: Running) -> None:
    """One fault, one obligation."""
    needed(RUNNERS[Path(fault.program).suffix])
    (result,) = running[fault.id].result()
    assert broken(result) == [fault.obligation]
    assert result.verdict == ("fail" if level(fault.obligation) == "must" else "pass")


def level(obligation: str) -> str:
    """Return whether an obligation is a must."""
    return next(each.level for each in OBLIGATIONS if each.id == obligation)


def test_every_obligation_convicts_some_program() -> None:
    """None is there that cannot fail."""
    convicting = {fault.obligation for fault in FAULTS}
    assert convicting | UNBROKEN.keys() == {each.id for each in OBLIGATIONS}
    assert not convicting & UNBROKEN.keys()
