"""A result in words, as the failure of a test tells it."""

from __future__ import annotations

from collections.abc import Iterator

from zimage_contract.report.shown import answer_line, body_words, printable, request_line
from zimage_contract.report.view import Shown, View, counted
from zimage_contract.verdict import Result


def told(view: View, result: Result) -> str:
    """Say what the check demands, why it has its verdict, and what was found; without a whole key."""
    check = result.check
    lines = [f"{check.id}: {check.title}", f"  {check.basis}, {check.section}"]
    if result.reason:
        lines.append(f"  {view.text(result.reason)}")
    shown = view.first(result)
    for finding in shown:
        lines += [f"  {line}" for line in finding_lines(finding)]
    if len(result.findings) > len(shown):
        lines.append(f"  and {counted(len(result.findings) - len(shown), 'exchange')} more")
    return "\n".join(lines)


def finding_lines(found: Shown) -> Iterator[str]:
    """Tell a finding with its exchange."""
    yield from (printable(line).replace("\n", "\\n") for line in _lines_of(found))


def _lines_of(found: Shown) -> Iterator[str]:
    exchange = found.exchange
    yield f"expected {found.expected}"
    yield f"got      {found.actual}"
    yield f"exchange {exchange.number}: {request_line(exchange)}"
    if exchange.body:
        yield f"         {body_words(exchange.body)}"
    yield f"  answer {answer_line(exchange)}"
    if exchange.answer:
        yield f"         {body_words(exchange.answer)}"
    if found.reproduce:
        yield f"  repeat {found.reproduce}"
