"""Exchanges and transcripts: what was sent to a gateway, what it answered, and when.

A transcript is all that a check may look at. It says nothing of how the exchanges came about: a probe made
them, a mock recorded them, or a HAR file brought them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeVar
from urllib.parse import unquote, urlsplit

from zimage_schemas import KEY_HEADER, MODELS, STATUS_PATH, WEBHOOK_HEADER, Model, Problem

Headers = tuple[tuple[str, str], ...]
Kind = Literal["submit", "status", "media", "callback", "other"]

Situation = Literal["invalid", "forbidden", "insufficient-balance", "rate-limited", "job-failed", "job-error"]
"""What a target may show with a special key only."""

WITHHELD = "withheld"
"""In `Transcript.lacking`: why a probe did not send all that should have been refused."""

T = TypeVar("T")

_STATUS_PREFIX = STATUS_PATH.partition("{")[0]
_ABSENT = object()
_SUCCESS = 2


@dataclass(frozen=True)
class Exchange:
    """One request and what came of it.

    Attributes:
        number: its place in the transcript, from 1; unique there.
        kind: what the request was for; "callback" is the one that a gateway sends to a receiver.
        method: such as "POST".
        url: whole, with scheme and host.
        headers: of the request, in order, spelled as sent.
        body: of the request, as sent.
        status: of the answer; None when no whole answer came.
        answer_headers: of the answer, in order.
        answer: its body, decoded from any transfer coding, not from JSON.
        at: when the request went out, in seconds since the epoch.
        took: seconds until the answer was whole, or until it was given up.
        broken: how it ended when no whole answer came, in words; else "".
        intent: what the sender wanted to see, in words; "" when nobody said.
        cut: whether a recorder left out a body or part of one, as of pictures: it then proves nothing.
    """

    number: int
    kind: Kind
    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""
    status: int | None = None
    answer_headers: Headers = ()
    answer: bytes = b""
    at: float = 0.0
    took: float = 0.0
    broken: str = ""
    intent: str = ""
    cut: bool = False

    def header(self, name: str) -> str | None:
        """Return the request's header, of several the first; names match in any case."""
        return self._headers_by_name.get(name.lower())

    def answer_header(self, name: str) -> str | None:
        """Return the answer's header, of several the first; names match in any case."""
        return self._answer_headers_by_name.get(name.lower())

    @cached_property
    def _headers_by_name(self) -> Mapping[str, str]:
        return _by_name(self.headers)

    @cached_property
    def _answer_headers_by_name(self) -> Mapping[str, str]:
        return _by_name(self.answer_headers)

    @property
    def path(self) -> str:
        """The URL's path, as sent; "" when a gateway had named what is no URL."""
        try:
            return urlsplit(self.url).path
        except ValueError:
            return ""

    @property
    def key(self) -> str | None:
        """What stands in the key header; None when there is none."""
        return self.header(KEY_HEADER)

    @property
    def until(self) -> float:
        """When the answer was whole or given up, in seconds since the epoch."""
        return self.at + self.took

    @cached_property
    def sent(self) -> Any:
        """The request's body read as JSON; None when it is none (`is_json` tells the two apart)."""
        return _read(self.body)

    @cached_property
    def is_json(self) -> bool:
        """Tell whether the request's body is JSON at all."""
        return _read(self.body, _ABSENT) is not _ABSENT

    @cached_property
    def got(self) -> Any:
        """The answer's body read as JSON; None when it is none (`got_json` tells the two apart)."""
        return _read(self.answer)

    @cached_property
    def got_json(self) -> bool:
        """Tell whether the answer's body is JSON at all."""
        return self.got is not None or _read(self.answer, _ABSENT) is None

    @cached_property
    def model(self) -> Model | None:
        """The model that a submit's path names; None for every other path."""
        return next((model for model in MODELS.values() if self.path.endswith(model.submit_path)), None)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the body of a submit to a model, by the model's schema; nothing for all else."""
        return self.model.request.problems(self.sent) if self.model and self.is_json else ()

    @cached_property
    def asked_id(self) -> str | None:
        """The request_id in the path of a status request; None for every other path."""
        _, found, rest = self.path.rpartition(_STATUS_PREFIX)
        return unquote(rest) if found else None

    @property
    def succeeded(self) -> bool:
        """Tell whether the answer was a 2xx."""
        return self.status is not None and self.status // 100 == _SUCCESS

    @cached_property
    def accepted(self) -> bool:
        """Tell whether this is a submit that the gateway took: with any 2xx, to be lenient."""
        return self.kind == "submit" and self.succeeded

    @cached_property
    def document(self) -> dict[str, Any] | None:
        """The status document that this exchange carries: a poll's answer, or a callback's body."""
        found = self.sent if self.kind == "callback" else None
        if self.kind == "status" and self.method == "GET" and self.succeeded:
            found = self.got
        return found if isinstance(found, dict) else None


@dataclass(frozen=True)
class Job:
    """What a transcript shows of one job, in the order of time.

    Attributes:
        request_id: as the gateway gave it, or as it was asked for.
        submit: the accepted submit; None when the transcript begins later.
        reads: every status exchange for it, whatever came of it.
        callbacks: every callback whose body names it.
    """

    request_id: str
    submit: Exchange | None
    reads: tuple[Exchange, ...]
    callbacks: tuple[Exchange, ...]

    @cached_property
    def seen(self) -> tuple[tuple[Exchange, dict[str, Any]], ...]:
        """The polls that brought a document, each with it."""
        found = ((read, read.document) for read in self.reads)
        return tuple((read, document) for read, document in found if document is not None)

    @cached_property
    def body(self) -> dict[str, Any]:
        """What was asked for; empty when that is not known."""
        sent = self.submit.sent if self.submit else None
        return sent if isinstance(sent, dict) else {}


@dataclass(frozen=True)
class Transcript:
    """Exchanges in the order in which they began, and what is known about them besides.

    Attributes:
        exchanges: all of them.
        keys: which key stands for which situation: "valid" and those of `Situation`. A key that is not
            here may be good or bad: nobody knows.
        receiver: the URL under which callbacks reach whoever made this transcript; "" when none can.
        patience: seconds for which it was watched after the last end and callback.
        deadline: seconds for which every job was polled, and a callback about it awaited, before it was given
            up; None: nobody said, as in recorded traffic, so that neither's absence is evidence.
        slowest: seconds that an answer may take, for which each was awaited; None: nobody said, as in
            recorded traffic, so that a missing answer is no evidence.
        lacking: what could not be shown, each with the reason: a need of `Check.needs`, `WITHHELD` → why.
    """

    exchanges: tuple[Exchange, ...]
    keys: Mapping[str, str] = field(default_factory=dict)
    receiver: str = ""
    patience: float = 0.0
    deadline: float | None = None
    slowest: float | None = None
    lacking: Mapping[str, str] = field(default_factory=dict)
    _made: dict[Callable[..., Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, make: Callable[[Transcript], T]) -> T:
        """Return what `make` makes of this transcript; made at the first call, and kept for the next."""
        if make not in self._made:
            self._made[make] = make(self)
        found: T = self._made[make]
        return found

    def of(self, kind: Kind) -> tuple[Exchange, ...]:
        """Return the exchanges of one kind."""
        return self._by_kind.get(kind, ())

    def situation(self, exchange: Exchange) -> str | None:
        """Return what the exchange's key stands for: "missing", a situation; None when nobody knows."""
        if not exchange.key:
            return "missing"
        return self._situations.get(exchange.key)

    @cached_property
    def accepted(self) -> tuple[Exchange, ...]:
        """The submits that were taken."""
        return tuple(each for each in self.of("submit") if each.accepted)

    @cached_property
    def jobs(self) -> Mapping[str, Job]:
        """Every job that was accepted, polled or called back about, by its request_id."""
        submits = {_request_id(each.got): each for each in self.accepted}
        reads = _grouped((each.asked_id, each) for each in self.of("status"))
        callbacks = _grouped((_request_id(each.document), each) for each in self.of("callback"))
        names = dict.fromkeys([*submits, *reads, *callbacks])
        return {
            name: Job(name, submits.get(name), tuple(reads.get(name, ())), tuple(callbacks.get(name, ())))
            for name in names
            if name
        }

    @cached_property
    def documents(self) -> tuple[tuple[Exchange, dict[str, Any]], ...]:
        """Every status document of a poll, with its exchange."""
        found = ((each, each.document) for each in self.of("status"))
        return tuple((each, document) for each, document in found if document is not None)

    @cached_property
    def webhooks(self) -> Mapping[str, Exchange]:
        """The accepted submits that asked for a callback, by request_id."""
        return {
            name: job.submit
            for name, job in self.jobs.items()
            if job.submit and job.submit.header(WEBHOOK_HEADER)
        }

    @cached_property
    def _by_kind(self) -> Mapping[Kind, tuple[Exchange, ...]]:
        groups = _grouped((each.kind, each) for each in self.exchanges)
        return {kind: tuple(group) for kind, group in groups.items()}

    @cached_property
    def _situations(self) -> Mapping[str, str]:
        return {key: situation for situation, key in self.keys.items()}


def kind_of(method: str, url: str, media: frozenset[str] = frozenset()) -> Kind:
    """Tell what a request is for by its method and URL alone; `media` are URLs that documents had named."""
    if url in media:
        return "media"
    path = urlsplit(url).path
    if _STATUS_PREFIX in path:
        return "status"
    if method == "POST" and path.endswith("-request") and "/v1/" in path:
        return "submit"
    return "other"


def _request_id(document: object) -> str | None:
    found = document.get("request_id") if isinstance(document, dict) else None
    return found if isinstance(found, str) else None


def _by_name(headers: Headers) -> Mapping[str, str]:
    return {name.lower(): value for name, value in reversed(headers)}


def _read(body: bytes, otherwise: object = None) -> Any:
    try:
        return json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return otherwise


def _grouped(pairs: Iterable[tuple[Any, Exchange]]) -> dict[Any, list[Exchange]]:
    groups: dict[Any, list[Exchange]] = {}
    for name, exchange in pairs:
        groups.setdefault(name, []).append(exchange)
    return groups
