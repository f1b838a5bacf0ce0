"""The answer to a submit that was accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Any
from urllib.parse import SplitResult, unquote

from zimage_contract.checks.check import Chapterful, Judgement, demand
from zimage_contract.checks.evidence import at_status_endpoint, origin, split, tells
from zimage_contract.checks.rules_on import add_rules
from zimage_contract.checks.unread import unread_answer
from zimage_contract.exchange import Exchange, Transcript
from zimage_schemas import MODELS, STATUS_PATH

CHAPTER = Chapterful("submit", wants="an accepted submit", needs=("paid",))

_SLUG = re.compile("|".join(f"{model.slug}_" for model in MODELS.values()))
_SHAPE = re.compile(r"(?i)([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{13}")
_WITH_ID = "an accepted submit with a request_id that begins with a model's slug"
_WITH_URL = f"{_WITH_ID} and a polling_url of the status endpoint"
_SKEW = 1000
"""Milliseconds by which the clocks of a gateway's machines may differ."""


def _accepted(seen: Transcript) -> Iterator[Exchange]:
    """Find the submits to a model that exists; what another one answers is no submit's answer."""
    return (each for each in seen.accepted if each.model)


def _answers(seen: Transcript) -> Iterator[tuple[Exchange, Any]]:
    return ((each, each.got) for each in _accepted(seen) if each.got_json)


def _ids(seen: Transcript) -> Iterator[tuple[Exchange, str]]:
    """Find the ids that begin with a model's slug, whichever."""
    for submit, answer in _answers(seen):
        found = answer.get("request_id") if isinstance(answer, dict) else None
        if isinstance(found, str) and _SLUG.match(found):
            yield submit, found


def _polling_urls(seen: Transcript) -> Iterator[tuple[Exchange, str, SplitResult]]:
    """Find the ids with their polling_url, where that is the URL of a status endpoint."""
    for submit, request_id in _ids(seen):
        parts = split(submit.got.get("polling_url"))
        if parts and STATUS_PATH.partition("{")[0] in parts.path:
            yield submit, request_id, parts


@CHAPTER.check(
    "status-202",
    "an accepted request is answered with 202",
    section="Response Handling",
    basis="documented",
)
def _status(seen: Transcript) -> Iterator[Judgement]:
    for submit in _accepted(seen):
        yield demand(submit, submit.status == 202, "202", str(submit.status))


@CHAPTER.check("json", "the answer to an accepted request is JSON", section="Response", basis="documented")
def _json(seen: Transcript) -> Iterator[Judgement]:
    for submit in _accepted(seen):
        yield demand(submit, submit.got_json, "a JSON document", unread_answer(submit))


add_rules(CHAPTER, "submit-answer", _answers)


@CHAPTER.check(
    "id-of-model",
    "the request_id begins with the slug of the model that was asked",
    section="Response",
    basis="documented",
    wants=_WITH_ID,
)
def _of_model(seen: Transcript) -> Iterator[Judgement]:
    for submit, request_id in _ids(seen):
        if submit.model:
            start = f"{submit.model.slug}_"
            yield demand(submit, request_id.startswith(start), f"an id that begins with {start}", request_id)


@CHAPTER.check(
    "unique-id",
    "no two requests get the same request_id",
    section="Response Fields",
    basis="documented",
    wants="two accepted submits with a request_id that begins with a model's slug",
)
def _unique(seen: Transcript) -> Iterator[Judgement]:
    given: dict[str, Exchange] = {}
    for count, (submit, request_id) in enumerate(_ids(seen)):
        first = given.setdefault(request_id, submit)
        again = first is not submit
        if count and not (again and _asked(first) == _asked(submit)):
            actual = f"that of exchange {first.number}: {request_id}"
            yield demand(submit, not again, "an id of its own", actual)


@CHAPTER.check(
    "unique-id-same-body",
    "the same body sent twice makes two jobs, each with its own request_id",
    section="Response Fields",
    basis="documented",
    wants="two accepted submits with the same body, and request_ids that begin with a model's slug",
)
def _unique_for_same(seen: Transcript) -> Iterator[Judgement]:
    given: dict[object, dict[str, Exchange]] = {}
    for submit, request_id in _ids(seen):
        before = given.setdefault(_asked(submit), {})
        first = before.get(request_id)
        if before:
            actual = f"that of exchange {first.number}: {request_id}" if first else ""
            yield demand(submit, not first, "an id of its own", actual)
        before.setdefault(request_id, submit)


def _asked(submit: Exchange) -> tuple[str, bytes]:
    return submit.path, submit.body


@CHAPTER.check(
    "id-shape",
    "after the slug the request_id has groups of 8, 4, 4, 4 and 13 hexadecimal digits",
    section="Response",
    basis="observed",
    wants=_WITH_ID,
)
def _shape(seen: Transcript) -> Iterator[Judgement]:
    for submit, request_id in _ids(seen):
        yield demand(submit, _digits(request_id), "groups of 8-4-4-4-13 hexadecimal digits", request_id)


@CHAPTER.check(
    "id-version",
    "the third group of the request_id begins with 7, the version of ids that hold their time",
    section="Response",
    basis="observed",
    wants="an accepted submit with a request_id of the usual groups",
)
def _version(seen: Transcript) -> Iterator[Judgement]:
    for submit, request_id in _ids(seen):
        if digits := _digits(request_id):
            yield demand(submit, digits[3] == "7", "a third group that begins with 7", request_id)


@CHAPTER.check(
    "id-order",
    "the request_id begins with the time, so that a later job of the same key has no lesser id",
    section="Response",
    basis="observed",
    wants="two accepted submits with one key, one after the other, and request_ids of the usual groups",
)
def _order(seen: Transcript) -> Iterator[Judgement]:
    under_way: dict[str | None, list[tuple[float, int]]] = {}
    latest: dict[str | None, int] = {}
    for submit, request_id in _ids(seen):
        if not (digits := _digits(request_id)):
            continue
        moment, key = int(digits[1] + digits[2], 16), submit.key
        waiting = under_way.setdefault(key, [])
        while waiting and waiting[0][0] <= submit.at:
            latest[key] = max(latest.get(key, 0), heappop(waiting)[1])
        if key in latest:
            kept = moment + _SKEW >= latest[key]
            yield demand(submit, kept, "an id not less than those before", request_id)
        heappush(waiting, (submit.until, moment))


def _digits(request_id: str) -> re.Match[str] | None:
    return _SHAPE.fullmatch(_SLUG.sub("", request_id, count=1))


@CHAPTER.check(
    "polling-url-id",
    "polling_url ends in the request_id of the same answer",
    section="Response",
    basis="documented",
    wants=_WITH_URL,
)
def _polls_itself(seen: Transcript) -> Iterator[Judgement]:
    for submit, request_id, parts in _polling_urls(seen):
        last = unquote(parts.path.rpartition("/")[2])
        yield demand(submit, last == request_id, f"a URL that ends in {request_id}", parts.geturl())


@CHAPTER.check(
    "polling-url-origin",
    "polling_url is on the origin that was asked",
    section="Endpoint",
    basis="assumed",
    wants=_WITH_URL,
)
def _polls_here(seen: Transcript) -> Iterator[Judgement]:
    for submit, _, parts in _polling_urls(seen):
        if asked := split(submit.url):
            kept = origin(parts) == origin(asked)
            yield demand(submit, kept, f"a URL on {asked.scheme}://{asked.netloc}", parts.geturl())


@CHAPTER.check(
    "polling-url-works",
    "the job can be polled at its polling_url",
    section="Typical Workflow",
    basis="documented",
    wants="a poll at the polling_url of an accepted submit",
)
def _polling_url_works(seen: Transcript) -> Iterator[Judgement]:
    submits = {submit.got["polling_url"]: submit for submit, _, _ in _polling_urls(seen)}
    for read in seen.of("status"):
        submit = submits.get(read.url)
        if submit and tells(read) and (read.succeeded or not at_status_endpoint(read, submit)):
            yield demand(read, read.succeeded, "200", str(read.status))
