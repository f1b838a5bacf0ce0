"""Lines for a terminal: wrapped, labelled, in colour or without."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator

import click

from zimage_contract.report.shown import answer_line, body_words, printable, request_line, told_headers
from zimage_contract.report.view import Shown

_INDENT = 12
_LEAST_WIDTH = 40
_PLAIN = str.maketrans({"✓": "+", "✗": "x", "…": "~", "→": ">", "─": "-", "“": '"', "”": '"'})


def joined(lines: Iterable[str], *, plain: bool) -> str:
    """Put lines together; `plain` does without signs that are not ASCII."""
    text = "\n".join(lines)
    if plain:
        text = text.translate(_PLAIN).encode("ascii", "replace").decode()
    return f"{text}\n"


class Lines:
    """Writes lines.

    Args:
        width: columns; commands to copy and requests are never broken into lines.
        colour: whether to use ANSI's.
    """

    def __init__(self, width: int, *, colour: bool) -> None:
        self.width = max(_LEAST_WIDTH, width)
        self.style: Callable[..., str] = click.style if colour else lambda text, **_: text

    def finding(self, finding: Shown) -> Iterator[str]:
        """Write a finding with its exchange."""
        exchange = finding.exchange
        yield from self.wrapped("Expected", finding.expected)
        yield from self.wrapped("Actual", finding.actual, fg="red")
        yield self.labelled(f"#{exchange.number}", request_line(exchange))
        for line in told_headers(exchange.headers):
            yield self.labelled("", line)
        if exchange.body:
            yield self.labelled("", body_words(exchange.body))
        yield self.labelled("  →", answer_line(exchange))
        for line in told_headers(exchange.answer_headers):
            yield self.labelled("", line)
        if exchange.answer:
            yield self.labelled("", body_words(exchange.answer))
        if finding.reproduce:
            yield f"{self.label('Repeat')}{self.style(printable(finding.reproduce), fg='cyan')}"

    def heading(self, text: str) -> Iterator[str]:
        """Write a heading over the whole width."""
        yield self.style(f"── {text} ".ljust(self.width, "─"), bold=True)

    def wrapped(self, label: str, text: str, **style: object) -> Iterator[str]:
        """Write text in lines, the first after a label."""
        first = f"  {label}".ljust(_INDENT) if label else "  "
        rest = " " * len(first)
        found = textwrap.wrap(
            printable(text), self.width - len(first), break_long_words=False, break_on_hyphens=False
        )
        for number, line in enumerate(found or [""]):
            yield f"{self.dim(first) if not number else rest}{self.style(line, **style) if style else line}"

    def labelled(self, label: str, text: str) -> str:
        """Write what must not be broken, after a label."""
        return f"{self.label(label)}{printable(text)}"

    def label(self, label: str) -> str:
        """Write a label."""
        return self.dim(f"  {label}".ljust(_INDENT))

    def dim(self, text: str) -> str:
        """Write what matters less."""
        return self.style(text, dim=True)
