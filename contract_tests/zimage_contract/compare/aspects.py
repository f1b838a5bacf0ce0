"""What an answer shows, aspect by aspect, with all left out that differs from answer to answer anyway."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from zimage_contract.checks.pictures import look
from zimage_contract.exchange import Exchange

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_ID = re.compile(r"(z-image-[a-z0-9-]+?)_[^/]+")
_CHANGING = frozenset({"message", "activityId", "polling_url"})
_IN_WORDS = frozenset({"error"})
_TYPES = {bool: "a boolean", int: "a number", float: "a number", str: "a string", type(None): "null"}
_ERROR = 400


def aspects(exchange: Exchange) -> Mapping[str, str]:
    """Return what an exchange's answer shows, by aspect: "status", a header, "body", "body.output.media_url".

    Ids, times, URLs' origins and what is said in words are told by their form only; a status document's or a
    refusal's fields by their values.
    """
    return dict(_aspects(exchange))


def _aspects(exchange: Exchange) -> Iterator[tuple[str, str]]:
    yield "status", str(exchange.status) if exchange.status else "no answer"
    if not exchange.status:
        return
    yield "Content-Type", _media_type(exchange)
    yield "Retry-After", "present" if exchange.answer_header("Retry-After") is not None else "absent"
    challenge = exchange.answer_header("WWW-Authenticate")
    yield "WWW-Authenticate", challenge.split(" ")[0] if challenge else "absent"
    if exchange.kind == "media":
        yield from _picture(exchange)
    elif isinstance(exchange.got, dict | list):
        yield from _shape("body", exchange.got, refused=exchange.status >= _ERROR)
    else:
        yield "body", "JSON that is no object" if exchange.got is not None else _text(exchange.answer)


def _media_type(exchange: Exchange) -> str:
    return (exchange.answer_header("Content-Type") or "absent").partition(";")[0].strip().lower()


def _picture(exchange: Exchange) -> Iterator[tuple[str, str]]:
    found = look(exchange.answer)
    yield "picture", found.format if found else "none"
    if found:
        yield "picture size", f"{found.width}x{found.height}"


def _text(body: bytes) -> str:
    if not body.strip():
        return "nothing"
    return "HTML" if body.lstrip()[:1] == b"<" else "text"


def _shape(place: str, value: Any, *, refused: bool) -> Iterator[tuple[str, str]]:
    """Walk through JSON: an object by its fields, an array by its length and its first item."""
    if isinstance(value, dict):
        yield place, "an object"
        for name, each in value.items():
            yield from _shape(f"{place}.{name}", each, refused=refused)
    elif isinstance(value, list):
        yield place, f"an array of {len(value)}"
        for each in value[:1]:
            yield from _shape(f"{place}[*]", each, refused=refused)
    else:
        yield place, _scalar(place.rpartition(".")[2], value, refused=refused)


def _scalar(name: str, value: Any, *, refused: bool) -> str:
    if not isinstance(value, str):
        return str(value).lower() if isinstance(value, bool) else _number(value)
    if _TIME.fullmatch(value):
        return "a time"
    if value.startswith(("http://", "https://")):
        return _url(value)
    if _ID.fullmatch(value):
        return _ID.sub(r"\1_…", value)
    if name in _CHANGING or (name in _IN_WORDS and not refused):
        return _TYPES[str]
    return repr(value)


def _number(value: Any) -> str:
    return _TYPES[type(value)] if value is None else repr(value)


def _url(value: str) -> str:
    try:
        path = urlsplit(value).path
    except ValueError:
        return "a string"
    known = _ID.sub(r"\1_…", path)
    return f"URL …{known}" if "/status/" in path else f"URL of .{path.rpartition('.')[2]}"
