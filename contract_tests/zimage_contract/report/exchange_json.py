"""An exchange as reports for programs hold it; give it one without a whole key in it."""

from __future__ import annotations

from typing import Any

from zimage_contract._har_write import body_text, instant
from zimage_contract.exchange import Exchange, Headers

_LONGEST = 4096


def exchange_as_json(exchange: Exchange) -> dict[str, Any]:
    """Write the exchange."""
    return {
        "number": exchange.number,
        "kind": exchange.kind,
        "at": instant(exchange.at),
        "seconds": round(exchange.took, 6),
        "intent": exchange.intent,
        "request": {
            "method": exchange.method,
            "url": exchange.url,
            "headers": _headers(exchange.headers),
            "body": _body(exchange.body),
        },
        "answer": {
            "status": exchange.status,
            "headers": _headers(exchange.answer_headers),
            "body": _body(exchange.answer),
            "broken": exchange.broken,
        },
    }


def _headers(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _body(body: bytes) -> dict[str, Any]:
    """Write a body: `length` in bytes, its `text`, cut when it is long, in Base64 when it is no UTF-8."""
    text, coded = body_text(body)
    found: dict[str, Any] = {"length": len(body), "text": text[:_LONGEST]}
    if coded:
        found["encoding"] = "base64"
    return found | {"cut": True} if len(text) > _LONGEST else found
