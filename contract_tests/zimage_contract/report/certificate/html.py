"""A certificate as one page that needs nothing else: the verdict, the cases, and each one's picture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape

from zimage_contract.certificate import Certificate
from zimage_contract.obligations import ObligationResult
from zimage_contract.report.certificate.lifeline import lifeline
from zimage_contract.report.certificate.view import (
    NAME,
    Breach,
    CaseView,
    CertificateView,
    badge_text,
    conclusion,
    mark,
)
from zimage_contract.report.page import begin, finding_as_html
from zimage_contract.report.program import obligation_mark
from zimage_contract.report.shown import printable
from zimage_contract.report.view import counted

_MOST = 5
_LEGEND = (
    ("x-good", "answered with success"),
    ("x-bad", "refused, broken off or not answered"),
    ("x-queued", "QUEUED"),
    ("x-processing", "PROCESSING"),
    ("x-completed", "COMPLETED"),
    ("x-failed", "FAILED"),
    ("x-error", "ERROR"),
)


def html(certificate: Certificate) -> str:
    """Write the page."""
    return "".join(_page(CertificateView(certificate)))


def _page(view: CertificateView) -> Iterator[str]:
    title = f"{NAME}: {badge_text(view.certificate)}"
    yield begin(title, "certificate/certificate.css")
    yield from _head(view)
    yield from _to_fix(view)
    yield from _table(view)
    yield from _cases(view)
    yield "</body></html>\n"


def _head(view: CertificateView) -> Iterator[str]:
    certificate = view.certificate
    when = datetime.fromtimestamp(certificate.started, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    facts = {
        "Program": view.command,
        "Style": certificate.style or "not seen",
        "Begun": when,
        "Took": f"{certificate.seconds:.0f} s",
    }
    yield f'<header class="{certificate.verdict}"><p class="verdict">{certificate.verdict}</p>'
    yield f"<h1>{escape(f'{NAME}: {badge_text(certificate)}')}</h1>"
    yield f"<p>{escape(conclusion(certificate))}</p></header>\n<dl>"
    yield from (f"<div><dt>{escape(name)}</dt><dd>{_text(said)}</dd></div>" for name, said in facts.items())
    yield "</dl>\n"


def _to_fix(view: CertificateView) -> Iterator[str]:
    if view.breaches:
        yield "<h2>What to fix first</h2><ol>"
        yield from (part for breach in view.breaches for part in _breach(breach))
        yield "</ol>\n"
    if view.certificate.stale:
        yield "<h2>Known breaches that excuse nothing</h2><ul>"
        yield from (f"<li>{_text(each)}</li>" for each in view.certificate.stale)
        yield "</ul>\n"


def _breach(breach: Breach) -> Iterator[str]:
    obligation = breach.obligation
    kind = "fail" if breach.fatal else "warn"
    about = " · ".join(
        filter(None, (obligation.level, breach.cost, "" if breach.fatal else "does not count"))
    )
    yield f'<li class="{kind}"><b><code>{escape(obligation.id)}</code> {escape(obligation.title)}</b> '
    yield f"<small>{escape(about)}</small><br>{escape(obligation.remedy)}<br><small>in "
    yield ", ".join(_link(case) for case, _ in breach.places)
    yield "</small></li>"


def _link(case: CaseView) -> str:
    name = escape(case.result.case.id)
    return f'<a href="#{name}">{name}</a>'


def _table(view: CertificateView) -> Iterator[str]:
    yield '<h2>Cases</h2><div class="wide"><table class="cases"><thead><tr>'
    heads = ("", "case", "what happens", "end", "seconds", "charges", "broken, or why there is no verdict")
    yield from (f"<th>{each}</th>" for each in heads)
    yield "</tr></thead><tbody>"
    for case in view.cases:
        yield from _row(case)
    for name in view.certificate.pending:
        cells = f'<td>?</td><td>{escape(name)}</td><td colspan="5">not judged</td>'
        yield f'<tr class="inconclusive">{cells}</tr>'
    yield "</tbody></table></div>\n"


def _row(case: CaseView) -> Iterator[str]:
    result = case.result
    broken = " ".join(f"<code>{escape(each.obligation.id)}</code>" for each in case.broken)
    cells = (
        f'<b class="mark">{mark(result)}</b>',
        _link(case),
        escape(result.case.title),
        escape(case.ended),
        f"{result.seconds:.1f}" if case.ended else "",
        str(result.charges) if result.evidence else "",
        broken if result.verdict != "not-applicable" and broken else _text(case.text(result.reason)),
    )
    yield f'<tr class="{result.weighed}">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _cases(view: CertificateView) -> Iterator[str]:
    keys = "".join(f'<span><i class="{name}"></i>{said}</span>' for name, said in _LEGEND)
    yield f'<h2>What happened</h2><p class="legend">{keys} <span>dashed: not from the gateway</span> '
    yield '<span class="wrong">✕ in red: what is broken, below the exchange that shows it</span></p>\n'
    for case in view.cases:
        yield from _case(case)


def _case(case: CaseView) -> Iterator[str]:
    result = case.result
    yield f'<section id="{escape(result.case.id)}" class="case {result.weighed}">'
    yield f'<h3><b class="mark">{mark(result)}</b> {escape(result.case.id)}</h3> '
    yield f"<small>{escape(result.case.title)}</small>"
    if result.reason:
        yield f'<p class="about">{escape(result.verdict)}: {_text(case.text(result.reason))}</p>'
    yield f'<div class="wide">{lifeline(case)}</div>\n'
    if result.obligations:
        yield from _obligations(case)
    if case.output:
        yield "<details><summary><small>the last that it wrote</small></summary>"
        yield f"<pre>{_text(case.output)}</pre></details>"
    yield "</section>\n"


def _obligations(case: CaseView) -> Iterator[str]:
    for each in case.broken:
        yield from _obligation(case, each)
    kept = [each for each in case.result.obligations if not each.findings]
    if kept:
        yield f"<details><summary><small>{counted(len(kept), 'obligation')} kept</small></summary><ul>"
        for each in kept:
            yield f"<li><code>{escape(each.obligation.id)}</code> {escape(each.obligation.title)} "
            yield f"<small>{each.examples}x</small></li>"
        yield "</ul></details>"


def _obligation(case: CaseView, result: ObligationResult) -> Iterator[str]:
    obligation, kind = result.obligation, "fail fatal" if result.fatal else "warn"
    opened = " open" if result.fatal else ""
    yield f'<details class="{kind}"{opened}><summary><b class="mark">{obligation_mark(result)}</b> '
    yield f"<code>{escape(obligation.id)}</code> <span>{escape(obligation.title)}</span> "
    yield f"<small>{len(result.findings)} of {result.examples}</small></summary>"
    yield f'<p class="about">{obligation.level} · {escape(obligation.section)} · {obligation.basis}</p>'
    if result.reason:
        yield f"<p>{_text(case.text(result.reason))}</p>"
    for found in result.findings[:_MOST]:
        yield from finding_as_html(case.finding(found), opened=False)
    if (rest := len(result.findings) - _MOST) > 0:
        yield f"<p>and {rest} more</p>"
    yield f"<p>Remedy: {escape(obligation.remedy)}</p></details>"


def _text(text: str) -> str:
    return escape(printable(text))
