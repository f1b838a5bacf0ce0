"""How a command ends: its reports are written, and the exit code tells the verdict."""

from __future__ import annotations

import sys

from zimage_contract.commands.outputs import Outputs
from zimage_contract.verdict import Report

EXIT_CODES = {"pass": 0, "fail": 1, "error": 2}
INTERRUPTED = 130


def end(report: Report, outputs: Outputs) -> None:
    """Write the reports and leave."""
    outputs.write(report)
    sys.exit(INTERRUPTED if report.interrupted else EXIT_CODES[report.verdict])
