"""The second part of reports on recorded traffic: what it shows of the program that called the gateway."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any
from xml.etree import ElementTree as ET

from zimage_contract.obligations import ObligationResult
from zimage_contract.report.exchange_json import exchange_as_json
from zimage_contract.report.lines import Lines
from zimage_contract.report.page import finding_as_html
from zimage_contract.report.told import finding_lines
from zimage_contract.report.view import View, counted
from zimage_contract.report.xml import element
from zimage_contract.verdict import ProgramSide

_MOST = 5
_COLOURS = {"✓": "green", "✗": "red", "!": "yellow"}


def obligation_mark(result: ObligationResult) -> str:
    """Return the sign of an obligation: one that is broken and does not count has a warning's."""
    if not result.findings:
        return "✓"
    return "✗" if result.fatal else "!"


def program_lines(lines: Lines, view: View) -> Iterator[str]:
    """Write the part for a terminal."""
    side = view.report.program
    if not side:
        return
    yield from lines.heading("The program")
    if side.reason:
        yield from lines.wrapped("", f"not judged: {side.reason}")
    for each in side.results:
        sign = obligation_mark(each)
        yield f"  {lines.style(sign, fg=_COLOURS[sign])} {each.obligation.id:<24}  " + lines.dim(
            each.obligation.title
        )
    yield ""
    for each in side.broken:
        yield from _broken(lines, view, each)


def _broken(lines: Lines, view: View, result: ObligationResult) -> Iterator[str]:
    obligation, sign = result.obligation, obligation_mark(result)
    name = lines.style(f"{sign} {obligation.id}", fg=_COLOURS[sign], bold=True)
    yield f"{name}  {obligation.level}, {len(result.findings)} of {result.examples}"
    yield from lines.wrapped("", obligation.title)
    yield from lines.wrapped("Section", f"{obligation.section} ({obligation.basis})")
    yield from lines.finding(view.finding(result.findings[0]))
    yield from lines.wrapped("Remedy", obligation.remedy, fg="cyan")
    yield ""


def program_html(view: View) -> Iterator[str]:
    """Write the part of a page."""
    side = view.report.program
    if not side:
        return
    yield "<h2>The program</h2>"
    if side.reason:
        yield f"<p>Not judged: {escape(side.reason)}.</p>"
    yield "<details class='chapter' open><summary><small>"
    yield f"{counted(len(side.results), 'obligation')}, {len(side.broken)} broken</small></summary>"
    for each in side.results:
        yield from _obligation(view, each)
    yield "</details>\n"


def _obligation(view: View, result: ObligationResult) -> Iterator[str]:
    obligation = result.obligation
    kind = {"pass": "pass", "fail": "fail fatal", "warn": "warn"}[result.verdict]
    yield f'<details class="{kind}"{" open" if result.fatal else ""}><summary><b class="mark">'
    yield f"{obligation_mark(result)}</b> <code>{escape(obligation.id)}</code> {escape(obligation.title)} "
    yield f"<small>{result.examples}x</small></summary>"
    yield f'<p class="about">{obligation.level} · {escape(obligation.section)} · {obligation.basis}</p>'
    for found in result.findings[:_MOST]:
        yield from finding_as_html(view.finding(found), opened=False)
    if result.findings:
        yield f"<p>Remedy: {escape(obligation.remedy)}</p>"
    yield "</details>"


def program_junit(root: ET.Element, view: View) -> tuple[int, int, int]:
    """Add the part to JUnit's XML; return how many tests, failures and errors."""
    results = view.report.program.results if view.report.program else ()
    if not results:
        return 0, 0, 0
    failures = sum(1 for each in results if each.fatal)
    suite = element(
        root, "testsuite", name="program", tests=str(len(results)), failures=str(failures), errors="0"
    )
    suite.set("skipped", "0")
    suite.set("time", "0")
    for each in results:
        test = element(suite, "testcase", name=each.obligation.id, classname="program", time="0")
        if each.findings:
            text = "\n".join([each.obligation.title, *finding_lines(view.finding(each.findings[0]))])
            if each.fatal:
                element(test, "failure", text, message=each.obligation.title, type=each.obligation.level)
            else:
                element(test, "system-out", text)
    return len(results), failures, 0


def program_json(view: View) -> dict[str, Any]:
    """Write the member `obligations`; nothing where nobody asked for it."""
    side: ProgramSide | None = view.report.program
    return {"obligations": [obligation_json(each, view) for each in side.results]} if side else {}


def obligation_json(result: ObligationResult, view: Any) -> dict[str, Any]:
    """Write what was found of an obligation; where it was kept, there is no exchange to show.

    Args:
        result: what to write.
        view: shows findings and texts without a whole key in them.
    """
    obligation = result.obligation
    shown = view.finding(result.findings[0]) if result.findings else None
    return {
        "id": obligation.id,
        "title": obligation.title,
        "level": obligation.level,
        "section": obligation.section,
        "basis": obligation.basis,
        "verdict": result.verdict,
        "reason": view.text(result.reason),
        "examples": result.examples,
        "breaches": len(result.findings),
        "expected": shown.expected if shown else "",
        "actual": shown.actual if shown else "",
        "exchange": exchange_as_json(shown.exchange) if shown else None,
        "remedy": obligation.remedy,
    }
