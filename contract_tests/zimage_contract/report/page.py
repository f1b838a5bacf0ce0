"""What every page has: how it begins, and an exchange with what is wrong in it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.resources import files

from zimage_contract.exchange import Headers
from zimage_contract.report.shown import answer_line, body_words, printable, request_line
from zimage_contract.report.view import Shown

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_LONGEST = 4000


def begin(title: str, *styles: str) -> str:
    """Begin a page that needs nothing else, with the style of all and further ones, by their files' names."""
    sheets = (
        files("zimage_contract.report").joinpath(name).read_text("utf-8") for name in ("report.css", *styles)
    )
    return (
        "<!doctype html>\n"
        '<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{escape(title)}</title><style>{''.join(sheets)}</style></head><body>\n"
    )


def finding_as_html(found: Shown, *, opened: bool) -> Iterator[str]:
    """Write a finding, to be unfolded."""
    exchange = found.exchange
    yield f'<details class="finding"{" open" if opened else ""}>'
    yield f"<summary>expected <q>{_safe(found.expected)}</q>, got <q>{_safe(found.actual)}</q></summary>"
    if exchange.intent:
        yield f"<p>To see: {_safe(exchange.intent)}</p>"
    yield f"<pre>#{exchange.number} {_safe(request_line(exchange))}\n"
    yield from _message(exchange.headers, exchange.body)
    yield f"</pre><pre>{_safe(answer_line(exchange))}\n"
    yield from _message(exchange.answer_headers, exchange.answer)
    yield "</pre>"
    if found.reproduce:
        yield f'<pre class="repeat">{_safe(found.reproduce)}</pre>'
    yield "</details>"


def _message(headers: Headers, body: bytes) -> Iterator[str]:
    yield from (f"{_safe(name)}: {_safe(value)}\n" for name, value in headers)
    yield f"\n{escape(body_words(body, _LONGEST))}"


def _safe(text: str) -> str:
    """Show what a page would hide or turn round, too: a gateway chose the words."""
    return escape(printable(text))
