"""How checks read a transcript: what several chapters ask of an exchange."""

from __future__ import annotations

from zimage_contract.exchange import Exchange, Transcript

BROKEN_SERVER = 500
"""From here on a status says that the gateway failed, whatever was asked."""

_MAY_BE_GOOD = frozenset({"valid", "second", "job-failed", "job-error", None})
_ABOUT_SOMETHING_ELSE = frozenset({401, 402, 403, 429})


def good_key(seen: Transcript, exchange: Exchange) -> bool:
    """Tell whether the key is one that a gateway lets in, as far as anybody knows."""
    return seen.situation(exchange) in _MAY_BE_GOOD


def answered(exchange: Exchange) -> bool:
    """Tell whether there was an answer that is not about the key, the wallet or the number of calls."""
    return exchange.status is not None and exchange.status not in _ABOUT_SOMETHING_ELSE


def said(exchange: Exchange, name: str) -> str | None:
    """Return a field of the answer's JSON object; None when it is missing or no text."""
    found = exchange.got.get(name) if isinstance(exchange.got, dict) else None
    return found if isinstance(found, str) else None


def media_type(value: str | None) -> str:
    """Return the type that a Content-Type header names, in small letters and without its parameters."""
    return (value or "").partition(";")[0].strip().lower()


def knows_model(exchange: Exchange) -> bool:
    """Tell whether a submit to a model's path came there: it was not "no such path", "no such model"."""
    status = exchange.status
    elsewhere = status is not None and (status in {404, 405} or 300 <= status < 400)
    return not elsewhere and not (status == 400 and said(exchange, "error") == "Model not found")


def polls(seen: Transcript) -> tuple[Exchange, ...]:
    """Return the reads of one job's status: GET, and something that may be a request_id in the path."""
    return tuple(
        each
        for each in seen.of("status")
        if each.method == "GET" and each.asked_id and "/" not in each.asked_id
    )
