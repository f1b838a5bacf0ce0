"""Answers that stand in for the gateway's own, each in the dialect of the layer that gives it.

| dialect | who speaks | body |
|---|---|---|
| queue | the queue behind the gateway | `{"error", "message"}` |
| management | the API management layer | `{"statusCode", "message"}`, with `activityId` for a 500 |
| edge | the network in front of it | an HTML page |
| text | whatever stands behind it | plain text |
| raw | nobody | `body` as it is, in its `content_type` |
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from random import Random
from uuid import UUID

from mockgateway.domain.reading import Table
from mockgateway.domain.refusals import InternalError, InvalidKey, ResourceNotFound

Headers = list[tuple[str, str]]

_NO_BODY = (204, 205, 304)
_CHALLENGE = "Just a moment..."
_PAGE = (
    '<!DOCTYPE html>\n<html lang="en-US"><head><title>{title}</title></head>\n'
    "<body><h1>{title}</h1><p>{text}</p></body></html>\n"
)
_MANAGEMENT = {
    401: InvalidKey().message,
    404: ResourceNotFound().message,
    429: "Rate limit is exceeded. Try again in {wait} seconds.",
    500: InternalError("").message,
}
_QUEUE = {402: ("Insufficient Balance", "Your wallet does not have enough balance.")}
_EDGE = {403: (_CHALLENGE, "Enable JavaScript and cookies to continue")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer in a dialect; `{wait}` in it becomes the seconds until the rule ends, rounded up."""

    dialect: str
    status: int
    message: str
    error: str = ""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()

    def say(self, wait: int, chance: Random) -> tuple[int, Headers, bytes]:
        """Return status, headers and body."""
        message = self.message.replace("{wait}", str(wait))
        headers = [("Content-Type", self.content_type)]
        headers += [(name, value.replace("{wait}", str(wait))) for name, value in self.headers]
        return self.status, headers, _BODIES[self.dialect](self, message, chance).encode()


def _queue(said: Said, message: str, _chance: Random) -> str:
    return json.dumps({"error": said.error, "message": message})


def _management(said: Said, message: str, chance: Random) -> str:
    body: dict[str, object] = {"statusCode": said.status, "message": message}
    if said.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        body["activityId"] = str(UUID(int=chance.getrandbits(128), version=4))
    return json.dumps(body)


def _edge(said: Said, message: str, _chance: Random) -> str:
    return _PAGE.format(title=said.error, text=message)


def _as_it_is(_said: Said, message: str, _chance: Random) -> str:
    return message


_BODIES: Mapping[str, Callable[[Said, str, Random], str]] = {
    "queue": _queue,
    "management": _management,
    "edge": _edge,
    "text": _as_it_is,
    "raw": _as_it_is,
}
_TYPES = {"edge": "text/html; charset=utf-8", "text": "text/plain; charset=utf-8"}
# What the words of a dialect are called in a rule: its title if it has one, and its message.
_WORDS = {
    "queue": ("error", "message"),
    "management": (None, "message"),
    "edge": ("title", "message"),
    "text": (None, "message"),
    "raw": (None, "body"),
}
_FIELD_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_FIELD_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e\t]*[\x21-\x7e])?|")
_OURS = ("content-length", "transfer-encoding", "connection", "date", "server")


def read_answer(rule: Table) -> Said | None:
    """Read a rule's `answer`; raises BadScenario."""
    table = rule.table("answer")
    if table is None:
        return None
    dialect, status = table.choice("dialect", _BODIES), table.whole("status", 200, 599)
    if dialect is None or status is None:
        raise rule.wrong("an answer has a dialect and a status", "answer")
    if status in _NO_BODY:
        raise table.wrong(f"an answer of status {status} has no body", "status")
    title, text = _WORDS[dialect]
    usual = _usual(dialect, status)
    error = table.text(title) if title else None
    message = table.text(text)
    kind = table.text("content_type") if dialect == "raw" else None
    said = Said(
        dialect=dialect,
        status=status,
        error=usual[0] if error is None else error,
        message=usual[1] if message is None else message,
        content_type=kind or _TYPES.get(dialect, "application/json"),
        headers=read_headers(table),
    )
    table.done()
    return said


def read_headers(rule: Table) -> tuple[tuple[str, str], ...]:
    """Read a table of headers; raises BadScenario for what HTTP does not let through."""
    table = rule.table("headers")
    found = table.items() if table else []
    for name, value in found:
        if not _FIELD_NAME.fullmatch(name) or name.lower() in _OURS:
            raise rule.wrong(f"headers: {name!r} is no header that an answer may set", "headers", name)
        if not isinstance(value, str) or not _FIELD_VALUE.fullmatch(value):
            raise rule.wrong(
                f"headers: the value of {name} must be printable ASCII in a string", "headers", name
            )
    return tuple(found)


def _usual(dialect: str, status: int) -> tuple[str, str]:
    """Return the title and message that this layer gives with a status."""
    phrase = HTTPStatus(status).phrase if status in _KNOWN else f"Status {status}"
    if dialect == "management":
        return "", _MANAGEMENT.get(status, phrase)
    if dialect == "queue":
        return _QUEUE.get(status, (phrase, f"{phrase}."))
    if dialect == "edge":
        return _EDGE.get(status, (f"{status} {phrase}", "The request could not be satisfied."))
    return "", "Error processing request" if dialect == "text" else ""


_KNOWN = frozenset(HTTPStatus)
