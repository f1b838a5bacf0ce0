"""A report for a terminal: a line for each check, then what broke, then the verdict."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from zimage_contract.report.coverage import cover, left_out
from zimage_contract.report.lines import Lines, joined
from zimage_contract.report.program import program_lines
from zimage_contract.report.shown import printable
from zimage_contract.report.view import MOST_SHOWN, View, conclusion, counted, mark, money, tally
from zimage_contract.verdict import Report, Result

_ID_WIDTH = 44
_LEAST_TITLE = 16
_FEW = 10  # failed checks, of which more than one finding is shown; reasons that are told again at the end
_MOST_ALLOWED = 3  # checks of a chapter that may be without evidence and have a line each
_MOST_NAMES = 6
_COLOURS = {"✓": "green", "✗": "red", "!": "yellow", "i": "blue", "?": "magenta", "-": "bright_black"}
_ADVICE = "--allow-inconclusive ID or CHAPTER accepts that."


def console(report: Report, *, width: int = 80, colour: bool = False, plain: bool = False) -> str:
    """Write the report.

    Args:
        report: what to write.
        width: columns; commands to copy and requests are never broken into lines.
        colour: whether to use ANSI's.
        plain: whether to do without signs that are not ASCII.
    """
    return joined(_Console(View(report), width, colour=colour).lines(), plain=plain)


class _Console(Lines):
    def __init__(self, view: View, width: int, *, colour: bool) -> None:
        super().__init__(width, colour=colour)
        self._view, self._report = view, view.report

    def lines(self) -> Iterator[str]:
        if self._view.seen_something:
            if self._report.program:
                yield from self.heading("The gateway")
            yield from self._checks()
            failed = [result for result in self._view.of("fail") if result.fatal]
            yield from self._details("Failed", failed, MOST_SHOWN if len(failed) <= _FEW else 1)
            yield from self._gone()
            yield from self._details("Known to fail", self._excused(), 1)
            yield from self._unexpected()
            yield from self._details(
                "Warnings: not documented, but observed on the wire", self._soft("warn"), 1
            )
            yield from self._details("For information: nobody has published the truth", self._soft("info"), 1)
            yield from self._unknown()
        yield from program_lines(self, self._view)
        yield from self._end()

    def _checks(self) -> Iterator[str]:
        for chapter, results in self._view.chapters:
            shown = [result for result in results if not left_out(result)]
            if shown:
                counts = textwrap.wrap(tally(tuple(shown)), self.width - len(chapter) - 2)
                yield f"{self.style(chapter, bold=True)}  {self.dim(counts[0])}"
                yield from (f"    {self.dim(line)}" for line in counts[1:])
                width = min(_ID_WIDTH, max(len(result.check.id) for result in shown))
                allowed = [result for result in shown if _is_allowed(result)]
                folded = allowed if len(allowed) > _MOST_ALLOWED else []
                yield from (self._check(result, width) for result in shown if result not in folded)
                if folded:
                    yield self.dim(f"  ? {_folded(len(folded), len(shown))}")
                yield ""

    def _check(self, result: Result, width: int) -> str:
        sign = mark(result)
        name = result.check.id.ljust(width)
        count = _count(result)
        room = self.width - 4 - len(name) - 2 - len(count) - 2
        said = result.reason if result.verdict in {"inconclusive", "not-run"} else result.check.title
        said = printable(self._view.text(said))
        title = textwrap.shorten(said, room, placeholder="…").ljust(room) if room >= _LEAST_TITLE else ""
        colour = _COLOURS[sign]
        line = f"  {self.style(sign, fg=colour)} {self.style(name, fg=colour) if sign in '✗!?' else name}"
        return f"{line}  {self.dim(title)}  {count}" if count else f"{line}  {self.dim(title.rstrip())}"

    def _details(self, heading: str, results: Iterable[Result], most: int) -> Iterator[str]:
        results = list(results)
        if results:
            yield from self.heading(f"{heading} ({len(results)})")
        for result in results:
            yield from self._detail(result, most)

    def _detail(self, result: Result, most: int) -> Iterator[str]:
        sign = mark(result)
        yield f"{self.style(f'{sign} {result.check.id}', fg=_COLOURS[sign], bold=True)}  {_count(result)}"
        yield from self.wrapped("", result.check.title)
        yield from self.wrapped("Section", f"{result.check.section} ({result.check.basis})")
        if result.reason:
            yield from self.wrapped("Note", self._view.text(result.reason))
        for number, finding in enumerate(self._view.first(result, most)):
            yield from [""] * bool(number)
            yield from self.finding(finding)
        if (rest := len(result.findings) - most) > 0:
            yield f"  … and {rest} more"
        yield ""

    def _gone(self) -> Iterator[str]:
        """Say how the lines that repeat exchanges work again, when the mock ended with the run."""
        found = [each for result in self._report.results for each in result.findings]
        if self._report.target == "mock" and found:
            port = urlsplit(self._report.transcript.exchanges[0].url).port
            again = f"mockgateway serve --port {port}"
            yield from self.wrapped(
                "Note", f"the mock of this run has ended; before a line to repeat, run {again}"
            )
            yield ""

    def _unexpected(self) -> Iterator[str]:
        results = [result for result in self._view.of("pass") if result.fatal]
        if results:
            yield from self.heading(f"Listed as known to fail, but kept ({len(results)})")
            for result in results:
                yield from self.wrapped("", f"{result.check.id}: {self._view.text(result.reason)}")
            yield ""

    def _unknown(self) -> Iterator[str]:
        """Say why checks were not judged; of those that may be without evidence only how many they are."""
        results = [each for each in self._view.of("inconclusive", "not-run") if not left_out(each)]
        allowed = [each for each in results if _is_allowed(each)]
        if results:
            yield from self.heading(f"Not judged ({len(results)})")
        met_nothing = [each for each in results if each.fatal]
        reasons = self._reasons(met_nothing)
        if len(reasons) > _FEW:
            said = f"{counted(len(met_nothing), 'check')} met nothing to judge, for the reasons told above"
            reasons = {f"? {said}, such as": [each.check.id for each in met_nothing]}
        others = [each for each in results if each not in allowed and not each.fatal]
        for why, names in (self._reasons(others) | reasons).items():
            yield from self.wrapped("", f"{why}: {_names(names)}")
        if allowed:
            said = f"{counted(len(allowed), 'check')} met nothing to judge, as is allowed here"
            yield from self.wrapped("", f"? {said}; --html and --json name them and say why")
        if any(each.fatal for each in results):
            yield from self.wrapped("", f"A check without evidence (?) is not a pass. {_ADVICE}")
        if results:
            yield ""

    def _reasons(self, results: Iterable[Result]) -> dict[str, list[str]]:
        """Return the ids of checks by sign and reason."""
        reasons: dict[str, list[str]] = {}
        for result in results:
            why = f"{mark(result)} {self._view.text(result.reason)}"
            reasons.setdefault(why, []).append(result.check.id)
        return reasons

    def _end(self) -> Iterator[str]:
        report = self._report
        if self._view.seen_something:
            found = cover(report.results)
            gaps = f"; never: {_names(found.gaps)}" if found.gaps else ""
            counts = f"{found.exercised} of {len(found.counts)} documented rules exercised"
            yield from self.wrapped("Rules", f"{counts}, {sum(found.counts.values()):,} times{gaps}")
            yield from self.wrapped("Checks", self._tally())
        if report.transcript.exchanges:
            yield from self._cost()
        colour = "green" if report.verdict == "pass" else "red"
        subject = "" if report.error else f"{report.target} "
        verdict = self._view.text(f"{report.verdict.upper()}: {subject}{conclusion(report)}")
        yield from self.wrapped("Verdict", verdict, fg=colour, bold=True)

    def _cost(self) -> Iterator[str]:
        report = self._report
        if report.seed is not None:
            yield from self.wrapped("Spent", money(report))
        again = f"; --seed {report.seed} repeats it" if report.seed is not None else ""
        exchanges = counted(len(report.transcript.exchanges), "exchange")
        yield from self.wrapped("Run", f"{exchanges} in {report.seconds:.1f} s{again}")

    def _tally(self) -> str:
        others = sum(left_out(result) for result in self._report.results)
        shown = tuple(result for result in self._report.results if not left_out(result))
        said = f"{tally(shown)} (at level {self._report.level})"
        return f"{said}; {others} left out" if others else said

    def _excused(self) -> list[Result]:
        return [r for r in self._report.results if r.findings and not r.fatal and r.reason]

    def _soft(self, verdict: str) -> list[Result]:
        return [r for r in self._report.results if r.verdict == verdict and not r.reason]


def _is_allowed(result: Result) -> bool:
    return result.verdict == "inconclusive" and not result.fatal


def _folded(number: int, of: int) -> str:
    return "all of them met nothing to judge" if number == of else f"{number} others met nothing to judge"


def _count(result: Result) -> str:
    if result.findings:
        return f"{len(result.findings)} of {result.examples}"
    return f"{result.examples}x" if result.examples else ""


def _names(names: Iterable[str]) -> str:
    names = list(names)
    shown = ", ".join(names[:_MOST_NAMES])
    return f"{shown} and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else shown
