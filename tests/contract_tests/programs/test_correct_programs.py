"""Correct programs in several languages and styles, and the reference client, keep every obligation."""

import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date

import pytest
from programs_judged import ALWAYS, SOMETIMES
from programs_running import HERE, RUNNERS, broken, needed

from zimage_contract.certificate import Certificate
from zimage_contract.certify import Program, Terms, certify
from zimage_contract.obligations.cases import CASES

CLIENT = (
    f'exec "{sys.executable}" -m zimage_client generate "A red bicycle" --timeout "$PATIENCE" '
    '--model "$ZIMAGE_MODEL" --images "$ZIMAGE_NUM_IMAGES"'
)
PROGRAMS = {
    "the reference client, polling": ["bash", "-c", CLIENT],
    "the reference client, called back": ["bash", "-c", f"{CLIENT} --webhook local"],
    "Python, polling": [RUNNERS[".py"], str(HERE / "program.py")],
    "Python, called back": [RUNNERS[".py"], str(HERE / "webhook.py")],
    "JavaScript, polling": [RUNNERS[".mjs"], str(HERE / "program.mjs")],
    "shell and curl, polling": [RUNNERS[".sh"], str(HERE / "program.sh")],
}
QUICK = tuple(case for case in CASES if case.id not in {"slow-queue", "webhook-late"})
SLOW = tuple(case for case in CASES if case.id in {"slow-queue", "webhook-late"})
pytestmark = pytest.mark.xdist_group("programs")  # they start side by side, from one process


@pytest.fixture(scope="module")
def certificates() -> Iterator[dict[str, "Future[list[Certificate]]"]]:
    """Every program in every case, side by side; what takes a minute of gateway time at thrice its speed."""
    with ThreadPoolExecutor(len(PROGRAMS)) as pool:
        yield {name: pool.submit(certified, command) for name, command in PROGRAMS.items()}


def certified(command: list[str]) -> list[Certificate]:
    """Certify a program."""
    program = Program(command=command, environment={"PATIENCE": "60" if "client" in command[-1] else "35"})
    return [
        certify(program, Terms(cases=QUICK, timeout=90), date(2026, 1, 1)),
        certify(program, Terms(cases=SLOW, timeout=90, speed=3), date(2026, 1, 1)),
    ]


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_correct_program_keeps_every_obligation(
    name: str, certificates: dict[str, "Future[list[Certificate]]"]
) -> None:
    """It passes every case that is about its style, and no situation fails to come about."""
    needed(PROGRAMS[name][0])
    for certificate in certificates[name].result():
        found = {
            result.case.id: (result.verdict, result.reason, broken(result)) for result in certificate.results
        }
        assert {case: each for case, each in found.items() if each[2]} == {}
        assert {each[0] for each in found.values()} <= {"pass", "not-applicable"}, found
        assert certificate.verdict == "pass"


def test_the_programs_show_which_obligation_is_judged_where(
    certificates: dict[str, "Future[list[Certificate]]"],
) -> None:
    """All that docs/obligations.md says is always judged, and nothing that it does not say."""
    for name in PROGRAMS:
        needed(PROGRAMS[name][0])
    found = {
        (each.obligation.id, result.case.id)
        for name in PROGRAMS
        for certificate in certificates[name].result()
        for result in certificate.results
        for each in result.obligations
    }
    always, sometimes = (
        {(name, case) for name, cases in table.items() for case in cases} for table in (ALWAYS, SOMETIMES)
    )
    assert always - found == set()
    assert found - always - sometimes == set()
