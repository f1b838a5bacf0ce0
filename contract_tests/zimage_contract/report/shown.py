"""An exchange in lines, for whoever reads a report; give it one without a whole key in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress

from zimage_contract.exchange import Exchange, Headers

_MAGIC = 12  # bytes, which tell a picture's format
_QUIET = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "date", "host", "server", "user-agent"}
)


def request_line(exchange: Exchange) -> str:
    """Write what was asked for."""
    return f"{exchange.method} {exchange.url}"


def answer_line(exchange: Exchange) -> str:
    """Write what came of it, and how soon."""
    came = str(exchange.status) if exchange.status else exchange.broken or "no answer"
    return f"{came} after {exchange.took:.3f} s"


def told_headers(headers: Headers) -> Iterator[str]:
    """Write the headers that may matter."""
    return (f"{name}: {value}" for name, value in headers if name.lower() not in _QUIET)


def printable(text: str) -> str:
    """Escape what could move a cursor or hide words; lines and tabs stay."""
    return "".join(each if each.isprintable() or each in "\n\t" else ascii(each)[1:-1] for each in text)


def body_words(body: bytes, longest: int = 600) -> str:
    """Write a body on one line where it is JSON or text, else how many bytes it has."""
    if not body:
        return "(no body)"
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"({len(body):,} bytes that are no text: {body[:_MAGIC].hex(' ')} …)"
    with suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text), ensure_ascii=False)
    text = " ".join(line.strip() for line in printable(text).splitlines())
    return text if len(text) <= longest else f"{text[:longest]}… ({len(body):,} bytes)"
