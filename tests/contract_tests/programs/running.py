"""How the programs of this folder are put into cases."""

import os
import shutil
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from zimage_contract.certificate import CaseResult
from zimage_contract.certify import Program, Terms, certify
from zimage_contract.obligations.cases import CASES

HERE = Path(__file__).parent
RUNNERS = {".py": sys.executable, ".mjs": "node", ".sh": "bash"}
BY_ID = {case.id: case for case in CASES}


def results_of(  # noqa: PLR0913 - each is named where it is called
    program: str,
    cases: Sequence[str],
    *,
    fault: str = "",
    patience: float = 20,
    timeout: float = 60,
    speed: float = 1,
) -> tuple[CaseResult, ...]:
    """Put a program of this folder into cases."""
    path = HERE / program
    started = Program(
        command=[RUNNERS[path.suffix], str(path)],
        environment={"FAULT": fault, "PATIENCE": str(patience)},
    )
    terms = Terms(cases=tuple(BY_ID[name] for name in cases), timeout=timeout, speed=speed)
    return certify(started, terms, date(2026, 1, 1)).results


def broken(result: CaseResult) -> list[str]:
    """Name the obligations that a program broke."""
    return [each.obligation.id for each in result.obligations if each.findings]


def needed(runner: str) -> None:
    """Skip a test where this machine lacks what a program runs on; where all must be there, fail."""
    for tool in [runner, "curl"] if runner == "bash" else [runner]:
        if shutil.which(tool) is None:
            if "MOCKGATEWAY_CI" in os.environ:
                pytest.fail(f"{tool} must be installed here")
            pytest.skip(f"{tool} is not installed")
