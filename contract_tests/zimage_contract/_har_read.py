"""One entry of an HTTP Archive as an exchange."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from zimage_contract.exchange import Exchange, Headers


@dataclass(frozen=True, slots=True)
class Entry:
    """An exchange whose kind is still open, and what the archive says of it in words of ours.

    Attributes:
        exchange: what can be read anywhere; `cut` where something seems to be missing.
        kind: "" when it says none.
        cut: whether it says so.
    """

    exchange: Exchange
    kind: str
    cut: bool


def entry_of(found: Any) -> Entry:
    """Read an entry; raise KeyError, TypeError, ValueError or AttributeError when it makes no sense."""
    request, response = found["request"], found.get("response") or {}
    body, body_cut = _sent(request)
    answer, answer_cut = _answered(response)
    status, broken = _ending(found, response)
    exchange = Exchange(
        number=0,
        kind="other",
        method=_text(request["method"]),
        url=_text(request["url"]),
        headers=_headers(request),
        body=body,
        status=status,
        answer_headers=_headers(response),
        answer=answer,
        at=_instant(found.get("startedDateTime")),
        took=round(max(0.0, float(found.get("time") or 0)) / 1000, 9),
        broken=broken,
        intent=str(found.get("_intent") or ""),
        cut=body_cut or (answer_cut and status is not None) or bool(found.get("_cut")),
    )
    return Entry(exchange, str(found.get("_kind") or ""), bool(found.get("_cut")))


def _ending(found: Mapping[str, Any], response: Mapping[str, Any]) -> tuple[int | None, str]:
    """Tell the status of a whole answer, or how it came that there was none."""
    error = response.get("_error") or found.get("_error")
    status = int(response.get("status") or 0)
    if status > 0 and not error:
        return status, ""
    return None, str(error or "no answer came")


def _headers(message: Mapping[str, Any]) -> Headers:
    """Read headers; those that begin with a colon are HTTP/2's request line."""
    found = [(_text(each["name"]), _text(each["value"])) for each in message.get("headers") or ()]
    return tuple(each for each in found if not each[0].startswith(":"))


def _sent(request: Mapping[str, Any]) -> tuple[bytes, bool]:
    said = request.get("postData") or {}
    size = _size(request, request.get("bodySize"))
    if "text" not in said and said.get("params"):
        pairs = [(each["name"], each.get("value", "")) for each in said["params"]]
        return urlencode(pairs).encode(), False
    return _body(said, said.get("_encoding", said.get("encoding")), size)


def _answered(response: Mapping[str, Any]) -> tuple[bytes, bool]:
    content = response.get("content") or {}
    return _body(
        content, content.get("encoding"), _size(response, content.get("size"), response.get("bodySize"))
    )


def _size(message: Mapping[str, Any], *said: Any) -> int:
    """Return how many bytes a body had, by whatever tells; 0 when nothing does."""
    lengths = [value for name, value in _headers(message) if name.lower() == "content-length"]
    return max(0, *(int(each or 0) for each in (*said, *lengths)))


def _body(said: Mapping[str, Any], encoding: str | None, size: int) -> tuple[bytes, bool]:
    """Return what was kept of a body, and whether that is not all of it."""
    text = said.get("text")
    if text is None:
        return b"", size > 0 or "_length" in said
    raw = b64decode(text) if encoding == "base64" else _text(text).encode("utf-8", "surrogatepass")
    return raw, "_length" in said or (not raw and size > 0)


def _instant(text: object) -> float:
    """Read an instant; 0 when the archive has none."""
    if not isinstance(text, str) or not text:
        return 0.0
    return datetime.fromisoformat(text).timestamp()


def _text(found: object) -> str:
    if not isinstance(found, str):
        raise TypeError(f"{found!r:.40} is no text")
    return found
