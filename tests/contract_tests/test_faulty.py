"""Test the checks: each finds the gateway that is broken in its way, and blames no other."""

import os
import runpy
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from faulty import page
from faulty.catalogue import FAULTS, UNBREAKABLE, Fault
from faulty.fault import BOTH
from faulty.gateway import Gateway
from faulty.judging import judged

from zimage_contract.checks import CHECKS

# With `nox -s proof` both models are probed for every fault, not only those that show it.
_AT_LENGTH = bool(os.environ.get("ZIMAGE_CONTRACT_PROOF"))
_DOCS = Path(__file__).parents[2] / "docs" / "checks.md"


@cache
def _silent(models: tuple[str, ...]) -> frozenset[str]:
    """Return the checks that the conforming gateway gives no evidence for when these models are probed."""
    return judged(Gateway(), models=models).silent


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.check)
def test_one_fault_fails_one_check(fault: Fault) -> None:
    """A gateway with one fault fails the check that is for it, and every other says what it would say."""
    models = BOTH if _AT_LENGTH else fault.models
    found = judged(fault.make(), models=models, **fault.settings)
    assert found.blamed == {fault.check: "fail"}
    assert found.silent == _silent(models) | fault.hides


def test_every_check_has_a_fault() -> None:
    """Every check has one faulty gateway, or a reason why there can be none."""
    assert Counter([*(fault.check for fault in FAULTS), *UNBREAKABLE]) == Counter(each.id for each in CHECKS)


def test_the_page_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    """docs/checks.md is what `python -m faulty.page` prints."""
    runpy.run_path(page.__file__, run_name="__main__")
    assert capsys.readouterr().out == _DOCS.read_text(encoding="utf-8")
