"""A certificate for a terminal: a line for each case as it is reached, and what is to be fixed at the end."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from zimage_contract.certificate import CaseResult, Certificate
from zimage_contract.obligations import ObligationResult
from zimage_contract.report.certificate.view import (
    NAME,
    Breach,
    CaseView,
    CertificateView,
    badge_text,
    conclusion,
    mark,
)
from zimage_contract.report.lines import Lines, joined
from zimage_contract.report.shown import printable
from zimage_contract.report.view import counted

_COLOURS = {"✓": "green", "✗": "red", "!": "yellow", "?": "magenta", "-": "bright_black"}
_MOST_CASES = 6
_MOST_LINES = 3


def case_line(result: CaseResult, *, width: int = 80, colour: bool = False, plain: bool = False) -> str:
    """Write the line of a case that has been reached."""
    return joined(_Console(width, colour=colour).case(CaseView(result)), plain=plain)


def ending(
    certificate: Certificate,
    *,
    badge_file: str = "",
    width: int = 80,
    colour: bool = False,
    plain: bool = False,
) -> str:
    """Write what follows the lines of the cases: what was broken, with remedies, and the verdict.

    Args:
        certificate: what to write.
        badge_file: where the badge was written; "": nowhere.
        width: columns; requests are never broken into lines.
        colour: whether to use ANSI's.
        plain: whether to do without signs that are not ASCII.
    """
    lines = _Console(width, colour=colour).ending(CertificateView(certificate), badge_file)
    return joined(lines, plain=plain)


class _Console(Lines):
    def case(self, view: CaseView) -> Iterator[str]:
        result, sign = view.result, mark(view.result)
        numbers = self._numbers(view)
        said = self._said(view)
        head = f"  {self.style(sign, fg=_COLOURS[sign])} {result.case.id:<22}"
        room = max(20, self.width - 27 - len(numbers) - 2)
        text = textwrap.shorten(printable(said), room, placeholder="…") or "…"
        style = {"fg": _COLOURS[sign]} if sign in "✗!?" else {"dim": True}
        yield f"{head} {self.style(text.ljust(room), **style)}  {self.dim(numbers)}".rstrip()

    def _said(self, view: CaseView) -> str:
        """Say what matters of a case: what was broken, else why there is no verdict, else what it is."""
        result = view.result
        if view.broken and result.verdict != "not-applicable":
            return ", ".join(each.obligation.id for each in view.broken)
        return view.text(result.reason) or result.case.title

    def _numbers(self, view: CaseView) -> str:
        result = view.result
        if not result.evidence:
            return ""
        took = f"{result.seconds:.1f} s" if view.ended else ""
        return f"{view.ended:<8} {took:>8} {counted(result.charges, 'charge'):>10}"

    def ending(self, view: CertificateView, badge_file: str) -> Iterator[str]:
        yield ""
        yield from self._breaches(view)
        yield from self._unknown(view)
        yield from self._stale(view.certificate.stale)
        yield from self._verdict(view, badge_file)

    def _breaches(self, view: CertificateView) -> Iterator[str]:
        for heading, breaches in (
            ("What to fix first", [each for each in view.breaches if each.fatal]),
            ("Does not count", [each for each in view.breaches if not each.fatal]),
        ):
            if breaches:
                yield from self.heading(f"{heading} ({len(breaches)})")
            for breach in breaches:
                yield from self._breach(breach)

    def _breach(self, breach: Breach) -> Iterator[str]:
        obligation, sign = breach.obligation, "✗" if breach.fatal else "!"
        names = [case.result.case.id for case, _ in breach.places]
        where = ", ".join(names[:_MOST_CASES])
        more = f" and {len(names) - _MOST_CASES} more" if len(names) > _MOST_CASES else ""
        cost = f"; {breach.cost}" if breach.cost else ""
        name = self.style(f"{sign} {obligation.id}", fg=_COLOURS[sign], bold=True)
        yield f"{name}  {obligation.level}{cost}"
        yield from self.wrapped("", obligation.title)
        yield from self.wrapped("Cases", f"{where}{more}")
        yield from self.wrapped("Section", f"{obligation.section} ({obligation.basis})")
        case, result = self._shown(breach)
        if result.reason:
            yield from self.wrapped("Note", case.text(result.reason))
        yield from self.finding(case.finding(result.findings[0]))
        yield from self.wrapped("Remedy", obligation.remedy, fg="cyan")
        yield ""

    def _shown(self, breach: Breach) -> tuple[CaseView, ObligationResult]:
        """Choose what to show: a place that counts, if there is one."""
        return next((each for each in breach.places if each[1].fatal), breach.places[0])

    def _unknown(self, view: CertificateView) -> Iterator[str]:
        unknown = view.of("inconclusive")
        if unknown:
            yield from self.heading(f"Without evidence, which is not a pass ({len(unknown)})")
        for (reason, output), names in self._alike(unknown).items():
            yield from self.wrapped("?", f"{', '.join(names)}: {reason}")
            for line in output:
                yield self.labelled("  wrote", line)
        if unknown:
            yield ""

    def _alike(self, cases: Iterable[CaseView]) -> dict[tuple[str, tuple[str, ...]], list[str]]:
        """Put cases together that say the same; what the program wrote helps where it reached nothing."""
        found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for case in cases:
            seen = case.result.evidence
            silent = seen is not None and not seen.transcript.exchanges
            output = tuple(case.output.splitlines()[-_MOST_LINES:]) if silent else ()
            ended = f"; it ended with {case.ended}" if silent and case.ended else ""
            found.setdefault((case.text(case.result.reason) + ended, output), []).append(case.result.case.id)
        return found

    def _stale(self, stale: Iterable[str]) -> Iterator[str]:
        said = list(stale)
        if said:
            yield from self.heading(f"Known breaches that excuse nothing ({len(said)})")
            for each in said:
                yield from self.wrapped("", each)
            yield ""

    def _verdict(self, view: CertificateView, badge_file: str) -> Iterator[str]:
        certificate = view.certificate
        words = f"{NAME}: {badge_text(certificate)}"
        colour = "green" if certificate.verdict == "pass" else "red"
        yield from self.wrapped("Program", view.command)
        if certificate.style:
            yield from self.wrapped("Style", certificate.style)
        yield from self.wrapped("Took", f"{certificate.seconds:.0f} s")
        yield self.labelled("Badge", f"![{words}]({badge_file})" if badge_file else words)
        said = f"{certificate.verdict.upper()}: {conclusion(certificate)}"
        yield from self.wrapped("Verdict", said, fg=colour, bold=True)
