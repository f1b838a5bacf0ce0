"""What the tests of the suite need of a report: little, without keys, and as text for other processes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Self

from zimage_contract.report.told import told
from zimage_contract.report.view import View, money
from zimage_contract.verdict import Report, Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one check.

    Attributes:
        verdict: as in the report.
        fatal: whether its test fails.
        reason: why there is no verdict, or what excuses it.
        told: the whole story, for whoever is to repair it.
    """

    verdict: Verdict
    fatal: bool
    reason: str
    told: str


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of a probe.

    Attributes:
        summary: target, seed, time and money in a line.
        error: why there is no verdict at all; else "".
        outcomes: by check id.
    """

    summary: str
    error: str = ""
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)

    @classmethod
    def of(cls, report: Report) -> Self:
        """Take from a report what tests show."""
        view = View(report)
        outcomes = {
            result.check.id: Outcome(
                result.verdict, result.fatal, view.text(result.reason), told(view, result)
            )
            for result in report.results
        }
        return cls(_summary(view), view.text(report.error), outcomes)

    def write(self) -> str:
        """Write it as text."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what `write` wrote."""
        found = json.loads(text)
        outcomes = {name: Outcome(**each) for name, each in found["outcomes"].items()}
        return cls(found["summary"], found["error"], outcomes)


def _summary(view: View) -> str:
    report = view.report
    exchanges = len(report.transcript.exchanges)
    seed = "" if report.seed is None else f", --gateway-seed {report.seed} repeats it"
    return (
        f"{view.text(report.target)}: {exchanges:,} exchanges in {report.seconds:.1f} s{seed}; "
        f"spent: {money(report)}"
    )
