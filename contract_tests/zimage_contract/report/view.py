"""A report as it may be shown: keys shortened, findings in the order in which they are worth reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from zimage_contract.checks import Judgement
from zimage_contract.exchange import Exchange
from zimage_contract.report.curl import curl
from zimage_contract.veil import Veil
from zimage_contract.verdict import Report, Result, Verdict, all_alike

MOST_SHOWN = 3
_MANY = 20  # exchanges, of which it is remarkable that they are alike

_CALLED: dict[Verdict, str] = {
    "pass": "kept",
    "fail": "broken",
    "warn": "with warnings",
    "info": "for information",
    "inconclusive": "without evidence",
    "not-run": "not run",
}


@dataclass(frozen=True)
class Shown:
    """A finding as it may be shown: no whole key in it. `reproduce` is a line of shell, or ""."""

    expected: str
    actual: str
    exchange: Exchange
    reproduce: str = ""


def show(found: Judgement, veil: Veil) -> Shown:
    """Show a finding, without a line that repeats it."""
    return Shown(veil.text(found.expected), veil.text(found.actual), veil.exchange(found.exchange))


class View:
    """Shows a report without a key in it."""

    def __init__(self, report: Report) -> None:
        self.report = report

    @cached_property
    def veil(self) -> Veil:
        """What hides the keys."""
        return Veil.of(self.report.transcript)

    @cached_property
    def seen_something(self) -> bool:
        """Whether any check found something to judge: without a verdict too, as after an interruption."""
        return any(result.examples for result in self.report.results)

    def text(self, text: str) -> str:
        """Return the text without a whole key in it."""
        return self.veil.text(text)

    def finding(self, found: Judgement) -> Shown:
        """Show a finding."""
        return replace(show(found, self.veil), reproduce=curl(found.exchange, self.report.transcript.keys))

    def first(self, result: Result, most: int = MOST_SHOWN) -> tuple[Shown, ...]:
        """Show the findings with the shortest requests: the least that breaks it says most.

        Of those that were not answered the first ones: what came later may be but a consequence.
        """
        found = sorted(result.findings, key=_weight)
        return tuple(self.finding(each) for each in found[:most])

    @cached_property
    def chapters(self) -> tuple[tuple[str, tuple[Result, ...]], ...]:
        """The results by chapter, in the order of the contract."""
        grouped = groupby(self.report.results, key=lambda result: result.check.chapter)
        return tuple((chapter, tuple(results)) for chapter, results in grouped)

    def of(self, *verdicts: Verdict) -> tuple[Result, ...]:
        """Return the results with one of these verdicts."""
        return tuple(result for result in self.report.results if result.verdict in verdicts)


def _weight(found: Judgement) -> tuple[bool, int]:
    exchange = found.exchange
    return not exchange.broken, exchange.number if exchange.broken else len(exchange.body) + len(exchange.url)


def tally(results: tuple[Result, ...]) -> str:
    """Count verdicts in words: "12 kept, 1 broken"."""
    counts = Counter(result.verdict for result in results)
    return ", ".join(f"{counts[verdict]} {called}" for verdict, called in _CALLED.items() if counts[verdict])


def conclusion(report: Report) -> str:
    """Say the verdict in one sentence without its full stop."""
    if report.error:
        return f"no verdict: {report.error}"
    gateway = [*_of_gateway(report)]
    return "; ".join([*gateway, *_of_program(report, "its program" if gateway else "shows a program that")])


def _of_gateway(report: Report) -> Iterator[str]:
    judged = sum(1 for result in report.results if result.examples)
    if any(result.fatal for result in report.results):
        yield f"departs from the contract: {'; '.join([*_against(report), *_cause(report)])}"
    elif judged or not report.program:
        share = f"{judged}" if judged == len(report.results) else f"{judged} of {len(report.results)}"
        yield f"conforms to the contract, as far as {share} checks saw it"


def _cause(report: Report) -> Iterator[str]:
    """Say what explains most of it at once, where there is much."""
    seen = report.transcript
    if len(seen.exchanges) >= _MANY and (said := all_alike(seen)):
        yield said


def _of_program(report: Report, subject: str) -> Iterator[str]:
    results = report.program.results if report.program else ()
    broken = sum(1 for result in results if result.fatal)
    if broken:
        yield f"{subject} breaks {broken} of {counted(len(results), 'obligation')}"
    elif results:
        yield f"{subject} keeps the {counted(len(results), 'obligation')} that it shows"


def money(report: Report) -> str:
    """Say what the run cost."""
    spend = report.spend
    said = f"{counted(spend.jobs, 'job')}, ${spend.estimated_usd:.3f} by the published prices"
    if spend.unclear_usd:
        more = (
            f"${spend.unclear_usd:.3f} more at the most, for submits that got no answer or a server's error"
        )
        return f"{said if spend.jobs else 'nothing'}; {more}"
    return said if spend.jobs else "nothing"


def counted(number: int, thing: str) -> str:
    """Write a number of things."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def mark(result: Result) -> str:
    """Return the sign of a result: one that makes the run fail though its check was kept has a failure's."""
    if result.fatal and result.verdict == "pass":
        return "✗"
    return {"pass": "✓", "fail": "✗", "warn": "!", "info": "i", "inconclusive": "?", "not-run": "-"}[
        result.verdict
    ]


def _against(report: Report) -> Iterator[str]:
    fatal = [result for result in report.results if result.fatal]
    broken = sum(1 for result in fatal if result.findings)
    unexpected = sum(1 for result in fatal if result.verdict == "pass")
    unknown = sum(1 for result in fatal if result.verdict == "inconclusive")
    if broken:
        yield f"{counted(broken, 'check')} failed"
    if unexpected:
        yield f"{unexpected} passed that {'is' if unexpected == 1 else 'are'} listed as known to fail"
    if unknown:
        yield f"{unknown} had no evidence, which is not a pass"
