"""A report as one page that needs nothing else: no script, no picture, no font from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import escape

from zimage_contract.report.coverage import cover_by_basis
from zimage_contract.report.page import begin, finding_as_html
from zimage_contract.report.program import program_html
from zimage_contract.report.timeline import timeline
from zimage_contract.report.view import View, conclusion, counted, mark, money, tally
from zimage_contract.verdict import Report, Result

_MOST = 20
_LEGEND = (
    ("s-queued", "QUEUED"),
    ("s-processing", "PROCESSING"),
    ("s-completed", "COMPLETED"),
    ("s-failed", "FAILED"),
    ("s-error", "ERROR"),
    ("s-other", "other"),
)


def html(report: Report) -> str:
    """Write the page."""
    return "".join(_page(View(report)))


def _page(view: View) -> Iterator[str]:
    report = view.report
    yield begin(f"{report.verdict.upper()}: {view.text(report.target)}")
    yield from _head(view)
    if view.seen_something:
        yield from _attention(view)
        yield from _chapters(view)
    yield from program_html(view)
    if view.seen_something:
        yield from _lives(view)
        yield from _rules(view)
    yield "</body></html>\n"


def _head(view: View) -> Iterator[str]:
    report = view.report
    when = datetime.fromtimestamp(report.started, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    facts = {
        "Checks": tally(report.results),
        "Level": report.level,
        "Exchanges": f"{len(report.transcript.exchanges):,} in {report.seconds:.1f} s",
        "Begun": when,
    }
    if report.seed is not None:
        facts |= {"Spent": money(report), "Repeat with": f"--seed {report.seed}"}
    yield f'<header class="{report.verdict}"><p class="verdict">{report.verdict}</p>'
    yield f"<h1>{escape(view.text(report.target))}</h1>"
    yield f"<p>{escape(view.text(conclusion(report)))}</p></header>\n<dl>"
    yield from (f"<div><dt>{escape(name)}</dt><dd>{escape(said)}</dd></div>" for name, said in facts.items())
    yield "</dl>\n"


def _attention(view: View) -> Iterator[str]:
    """List what makes the run fail, with links to where it is told."""
    fatal = [result for result in view.report.results if result.fatal]
    if fatal:
        yield "<h2>What must be looked at</h2><ul>"
        for result in fatal:
            why = escape(view.text(result.reason) or result.check.title)
            yield f'<li><a href="#{escape(result.check.id)}">{escape(result.check.id)}</a> {why}</li>'
        yield "</ul>\n"


def _lives(view: View) -> Iterator[str]:
    picture = timeline(view.veil.transcript(view.report.transcript))
    if picture:
        keys = "".join(f'<span><i class="{name}"></i>{state}</span>' for name, state in _LEGEND)
        signs = "| submit, ● poll, ▼ callback, ■ download; outlined in red: refused or not answered"
        yield f'<h2>Jobs</h2><p class="legend">{keys} <span>{signs}</span></p>'
        yield f'<div class="wide">{picture}</div>\n'


def _chapters(view: View) -> Iterator[str]:
    yield f"<h2>{'The gateway' if view.report.program else 'Checks'}</h2>"
    for chapter, results in view.chapters:
        kept = all(result.verdict == "pass" and not result.fatal for result in results)
        yield f'<details class="chapter"{"" if kept else " open"}>'
        yield f"<summary><h3>{escape(chapter)}</h3> <small>{escape(tally(results))}</small></summary>\n"
        for result in results:
            yield from _check(view, result)
        yield "</details>\n"


def _check(view: View, result: Result) -> Iterator[str]:
    check = result.check
    kind, opened = (f"{result.verdict} fatal", " open") if result.fatal else (result.verdict, "")
    count = f"{len(result.findings)} of {result.examples}" if result.findings else f"{result.examples}x"
    yield f'<details id="{escape(check.id)}" class="{kind}"{opened}>'
    yield f'<summary><b class="mark">{mark(result)}</b> <code>{escape(check.id)}</code> '
    yield f"<span>{escape(check.title)}</span> <small>{count if result.examples else ''}</small></summary>"
    yield f'<p class="about">{escape(result.verdict)} · {escape(check.section)} · {escape(check.basis)}</p>'
    if result.reason:
        yield f"<p>{escape(view.text(result.reason))}</p>"
    if not result.findings and not result.reason:
        yield f"<p>Kept in {counted(result.examples, 'exchange')}.</p>"
    for number, found in enumerate(view.first(result, _MOST)):
        yield from finding_as_html(found, opened=result.fatal and not number)
    if (rest := len(result.findings) - _MOST) > 0:
        yield f"<p>and {rest} more</p>"
    yield "</details>\n"


def _rules(view: View) -> Iterator[str]:
    yield "<h2>Rules</h2><table><thead><tr><th>basis</th><th>rules</th><th>exercised</th><th>times</th>"
    yield "<th>never exercised</th></tr></thead><tbody>"
    for basis, found in cover_by_basis(view.report.results).items():
        cells = (basis, len(found.counts), found.exercised, f"{sum(found.counts.values()):,}")
        yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}<td>{_codes(found.gaps)}</td></tr>"
    yield "</tbody></table>\n"


def _codes(names: Iterable[str]) -> str:
    return " ".join(f"<code>{escape(name)}</code>" for name in names) or "none"
