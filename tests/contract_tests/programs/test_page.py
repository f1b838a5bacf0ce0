"""The page of cases and obligations."""

import subprocess
import sys
from pathlib import Path

import pytest
from programs_faults import FAULTS, Fault
from programs_judged import ALWAYS, SOMETIMES

from zimage_contract.obligations import OBLIGATIONS
from zimage_contract.obligations.cases import CASES

ROOT = Path(__file__).parents[3]


def test_the_page_is_current() -> None:
    """docs/obligations.md is what `python tests/contract_tests/programs/page.py` prints."""
    page = Path("tests/contract_tests/programs/page.py")
    printed = subprocess.run([sys.executable, str(page)], capture_output=True, check=True, cwd=ROOT).stdout
    assert (ROOT / "docs" / "obligations.md").read_bytes() == printed


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_a_fault_is_in_the_table(fault: Fault) -> None:
    """Where a program was convicted, its obligation is judged."""
    judged = ALWAYS.get(fault.obligation, frozenset()) | SOMETIMES.get(fault.obligation, frozenset())
    assert fault.case in judged


def test_the_table_is_whole() -> None:
    """Every obligation is judged somewhere, and nothing else is named."""
    assert {*ALWAYS, *SOMETIMES} == {each.id for each in OBLIGATIONS}
    for table in (ALWAYS, SOMETIMES):
        assert frozenset().union(*table.values()) <= {case.id for case in CASES}
    assert not [name for name in ALWAYS if ALWAYS[name] & SOMETIMES.get(name, frozenset())]
