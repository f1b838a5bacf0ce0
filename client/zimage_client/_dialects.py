"""Read error answers: the gateway speaks in three dialects, JSON of two kinds and pages or plain text."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from http import HTTPStatus
from typing import TYPE_CHECKING

from zimage_client._errors import (
    Forbidden,
    InsufficientBalance,
    InvalidRequest,
    JobNotFound,
    ModelNotFound,
    ProtocolError,
    RateLimited,
    ServerError,
    Unauthorized,
    ZImageError,
)

if TYPE_CHECKING:
    from zimage_client._answer import Answer

_LONGEST = 300
_KINDS: dict[int, type[ZImageError]] = {
    400: InvalidRequest,
    401: Unauthorized,
    402: InsufficientBalance,
    403: Forbidden,
    405: ModelNotFound,
    408: ServerError,
    413: InvalidRequest,
    415: InvalidRequest,
    422: InvalidRequest,
}


def error_in(answer: Answer, request_id: str | None = None) -> ZImageError:
    """Return the error that an answer without success means, for a submit or for the status of a job.

    The wallet is told by the status and the model by `error`: the wording of `message` varies.
    """
    status, (name, message) = answer.status, _said(answer)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(message, retry_after=retry_after(answer), answer=answer, request_id=request_id)
    return _kind(status, name, request_id)(message, answer=answer, request_id=request_id)


def _kind(status: int, name: str, request_id: str | None) -> type[ZImageError]:
    if status == HTTPStatus.NOT_FOUND:
        return JobNotFound if request_id else ModelNotFound
    if status == HTTPStatus.BAD_REQUEST and name.casefold() == "model not found":
        return ModelNotFound
    return ServerError if status >= HTTPStatus.INTERNAL_SERVER_ERROR else _KINDS.get(status, ProtocolError)


def is_json(answer: Answer) -> bool:
    """Tell whether the gateway itself speaks, and not the network before it."""
    try:
        return isinstance(answer.json(), dict)
    except ValueError:
        return False


def retry_after(answer: Answer) -> float | None:
    """Return the seconds that an answer asks to wait; None when it does not say, or nothing sensible."""
    text = answer.headers.get("retry-after", "").strip()
    if re.fullmatch("[0-9]{1,9}", text):
        return float(text)
    until, now = _date(text), _date(answer.headers.get("date", "")) or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds()) if until else None


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _said(answer: Answer) -> tuple[str, str]:
    """Return the name of the error, where the dialect has one, and its sentence."""
    if is_json(answer):
        body = answer.json()
        name, message = (_text(body.get(field)) for field in ("error", "message"))
        return name, plain(message or name or _reason(answer))
    text = answer.text
    if text.lstrip().startswith("<"):
        title = re.search(r"<(title|h1)[^>]*>(.*?)</\1>", text, re.DOTALL | re.IGNORECASE)
        text = unescape(re.sub("<[^>]*>", " ", title[2])) if title else ""
    return "", plain(text or _reason(answer))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _reason(answer: Answer) -> str:
    try:
        return HTTPStatus(answer.status).phrase
    except ValueError:
        return "an answer without a word"


def plain(text: str) -> str:
    """Return the text on one line, safe for a terminal and of bounded length."""
    line = " ".join(text[: 4 * _LONGEST].split())
    line = "".join(each if each.isprintable() else "�" for each in line)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
