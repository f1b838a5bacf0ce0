"""Journals in the control API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args
from urllib.parse import parse_qsl

from mockgateway._version import __version__
from mockgateway.domain.control import Control
from mockgateway.domain.entry import Entry, Kind
from mockgateway.domain.journal import Journal
from mockgateway.domain.matching import Filter
from mockgateway.domain.redaction import Redactor
from mockgateway.web.control.problem import Problem
from mockgateway.web.har import har
from mockgateway.web.journal_json import entry_json
from mockgateway.web.later import LATER, WAITED, Later
from mockgateway.web.wire import Answer, Call, json_answer

LONGEST_WAIT = 600.0
_FORMS = ("method", "path", "status", "request_id", "finding", "kind", "since", "limit", "wait")
_CLASSES = {f"{first}xx": range(first * 100, first * 100 + 100) for first in range(1, 6)}


@dataclass(frozen=True, slots=True)
class _Asked:
    wanted: Filter
    limit: int | None
    wait: float


def listed(control: Control, call: Call, key: str | None = None) -> Answer:
    """List the exchanges that are asked for, the oldest first; of more than `limit`, the latest."""
    journal, asked = _journal(control, key), _asked(call)
    found = _found(journal, asked, call)
    shown = _latest(found, asked.limit)
    redactor = Redactor.of(shown, *_known(key))
    body = {
        "entries": [entry_json(entry, redactor) for entry in shown],
        "matched": len(found),
        "dropped": journal.dropped,
        "last": journal.last,
    }
    return json_answer(body, 200)


def archive(control: Control, call: Call, key: str | None = None) -> Answer:
    """Write the exchanges that are asked for as an HTTP Archive."""
    asked = _asked(call)
    shown = _latest(_found(_journal(control, key), asked, call), asked.limit)
    return json_answer(har(shown, Redactor.of(shown, *_known(key)), __version__), 200)


def clear(control: Control, call: Call, key: str | None = None) -> Answer:
    """Forget the exchanges."""
    _journal(control, key).clear()
    return Answer(204, b"")


def _known(key: str | None) -> list[str]:
    return [] if key is None else [key]


def _journal(control: Control, key: str | None) -> Journal:
    return control.anonymous if key is None else control.journal(key)


def _found(journal: Journal, asked: _Asked, call: Call) -> list[Entry]:
    found = journal.entries(asked.wanted)
    if found or not asked.wait or WAITED in call.environ:
        return found
    later = Later(asked.wait, lambda tell: journal.when(asked.wanted, lambda _: tell()))
    if LATER in call.environ:
        call.environ[LATER] = later  # the server waits, and asks again
        return found
    later.wait()
    return journal.entries(asked.wanted)


def _latest(found: list[Entry], limit: int | None) -> list[Entry]:
    return found if limit is None else found[len(found) - min(limit, len(found)) :]


def _asked(call: Call) -> _Asked:
    sent = parse_qsl(call.environ.get("QUERY_STRING", ""), keep_blank_values=True)
    said = dict(sent)
    if strange := sorted(said.keys() - set(_FORMS)):
        raise Problem(400, f"There is no filter {strange[0][:40]!r}; there are {', '.join(_FORMS)}.")
    if len(said) < len(sent):
        raise Problem(400, "Each filter can be given once.")
    since, since_told = _since(said.get("since"))
    wanted = Filter(
        method=said.get("method"),
        path=said.get("path"),
        status=_read(said, "status", _status, "must be a number such as 404, or a class such as 4xx"),
        request_id=said.get("request_id"),
        finding=said.get("finding"),
        kind=_read(said, "kind", _kind, f"must be one of {', '.join(get_args(Kind))}"),
        since=since,
        since_told=since_told,
    )
    limit = _read(said, "limit", _limit, "must be a number from 1 to 999999999")
    wait = _read(said, "wait", _wait, f"must be a number of seconds from 0 to {LONGEST_WAIT:g}")
    return _Asked(wanted, limit, wait or 0.0)


def _read(said: Mapping[str, str], name: str, how: Callable[[str], Any], form: str) -> Any:
    if name not in said:
        return None
    try:
        return how(said[name])
    except (KeyError, ValueError):
        raise Problem(400, f"{name} {form}.") from None


def _status(text: str) -> int | range:
    return _CLASSES[text] if text.endswith("xx") else _number(text, 0, 999)


def _kind(text: str) -> str:
    if text not in get_args(Kind):
        raise ValueError(text)
    return text


def _limit(text: str) -> int:
    return _number(text, 1, 999_999_999)


def _wait(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= LONGEST_WAIT:
        raise ValueError(text)
    return seconds


def _number(text: str, least: int, most: int) -> int:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) else -1
    if not least <= number <= most:
        raise ValueError(text)
    return number


def _since(text: str | None) -> tuple[int | None, int | None]:
    if text is None:
        return None, None
    if text.isascii() and text.isdecimal() and len(text) <= 18:  # noqa: PLR2004 - fits any counter
        return int(text), None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise Problem(
            400, "since must be an exchange's number, or a time such as 2026-03-31T10:00:00.000Z."
        ) from None
    return None, round(instant.timestamp() * 1000)
