"""Errors: each in the dialect of the layer that gives it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from zimage_contract.checks.check import Chapterful, Check, Judgement, demand
from zimage_contract.checks.reading import media_type, polls, said
from zimage_contract.checks.rules_on import add_rules
from zimage_contract.checks.sent_bodies import plain
from zimage_contract.exchange import Exchange, Transcript

CHAPTER = Chapterful("error", wants="a refusal")

_SECTION = "Response Handling"


def _of_queue(seen: Transcript) -> list[Exchange]:
    """Return the answers of the queue: 400 and 402, and 404 for a request_id."""
    submits = [each for each in seen.of("submit") if each.status in {400, 402}]
    return [*submits, *(each for each in polls(seen) if each.status in {400, 402, 404})]


def _of_management(seen: Transcript) -> list[Exchange]:
    """Return the answers of the API management: 401 and 429, 404 for a path, and 403 and 500 in JSON."""
    return [
        each
        for each in seen.exchanges
        if each.kind in {"submit", "status", "other"}
        and (
            each.status in {401, 429}
            or (each.status == 404 and each.kind == "other")
            or (each.status in {403, 500} and isinstance(each.got, dict))
        )
    ]


def _queue_bodies(seen: Transcript) -> Iterator[tuple[Exchange, Any]]:
    return ((each, each.got) for each in seen.once(_of_queue))


def _management_bodies(seen: Transcript) -> Iterator[tuple[Exchange, Any]]:
    return ((each, each.got) for each in seen.once(_of_management))


add_rules(CHAPTER, "queue-error", _queue_bodies, wants="a 400, a 402, or a 404 for a request_id")
add_rules(CHAPTER, "management-error", _management_bodies, wants="a 401, a 429, or a 404 for a path")


def _may_be_absent(check: Check, field: str) -> Check:
    """Let a document without the field count as one that keeps the rule about it."""

    def judge(seen: Transcript) -> Iterator[Judgement]:
        yield from check.judge(seen)
        for each, body in _management_bodies(seen):
            if isinstance(body, dict) and field not in body:
                yield Judgement(each)

    return replace(check, judge=judge)


# Seen on 500 only, and no request brings that about: without this there would hardly ever be a verdict.
CHAPTER.checks[:] = [
    _may_be_absent(each, "activityId") if each.id == "management-error.activityId.type" else each
    for each in CHAPTER.checks
]


@CHAPTER.check(
    "status-code",
    "statusCode repeats the answer's status",
    section=_SECTION,
    basis="platform",
    wants="an error with a statusCode",
)
def _status_code(seen: Transcript) -> Iterator[Judgement]:
    for each in seen.once(_of_management):
        code = each.got.get("statusCode") if isinstance(each.got, dict) else None
        if isinstance(code, int) and 400 <= code < 600:
            yield demand(each, code == each.status, f"{each.status}", code)


@CHAPTER.check(
    "bad-request",
    "the error of a refused body is “Bad Request”",
    section=_SECTION,
    basis="assumed",
    wants="a 400 with an error, for a body with something wrong",
)
def _bad_request(seen: Transcript) -> Iterator[Judgement]:
    for each in plain(seen):
        error = said(each, "error")
        if each.status == 400 and each.problems and error is not None:
            yield demand(each, error == "Bad Request", "Bad Request", error)


@CHAPTER.check(
    "content-type",
    "an error in JSON says that it is application/json",
    section=_SECTION,
    basis="assumed",
    wants="an error in JSON",
)
def _content_type(seen: Transcript) -> Iterator[Judgement]:
    for each in (*seen.once(_of_queue), *seen.once(_of_management)):
        if each.got_json:
            yield says_json(each)


def says_json(exchange: Exchange) -> Judgement:
    """Judge the Content-Type of an answer that is JSON."""
    value = exchange.answer_header("Content-Type")
    kept = media_type(value) == "application/json"
    return demand(exchange, kept, "Content-Type application/json", value or "no Content-Type")
