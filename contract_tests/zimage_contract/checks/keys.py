"""Keys: who sends none, or a wrong one, is turned away, and nobody reads another's job."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from zimage_contract.checks.check import Chapterful, Judge, Judgement, Need, demand
from zimage_contract.checks.oddities import oddity
from zimage_contract.checks.reading import knows_model, polls, said
from zimage_contract.exchange import Exchange, Transcript
from zimage_schemas import KEY_HEADER

CHAPTER = Chapterful("key", wants="a request without a key, or with a wrong one")

_SECTION = "Authentication"
_OTHER_HEADERS = ("Authorization", "x-api-key")
_IN_QUERY = "subscription-key="
"""Platforms of this kind take a key there too; nobody says whether this one does."""

_NO_EVIDENCE = frozenset({403, 429})

_Way = Literal["missing", "empty", "invalid", "authorization", "x-api-key"]
"""How a request fails to bring a key; the last two are other headers that have one instead."""


def _way(seen: Transcript, exchange: Exchange) -> _Way | None:
    situation = seen.situation(exchange)
    if situation != "missing":
        return "invalid" if situation == "invalid" else None
    if _IN_QUERY in exchange.url:
        return None
    if exchange.header("x-api-key") is not None:
        return "x-api-key"
    if exchange.header("Authorization") is not None:
        return "authorization"
    return "missing" if exchange.key is None else "empty"


def _turned_away(seen: Transcript) -> list[tuple[Exchange, _Way]]:
    """Return the submits with nothing wrong but the key, and polls, with what is wrong about it."""
    submits = [each for each in seen.of("submit") if each.model and _is_well_made(each)]
    ways = ((each, _way(seen, each)) for each in (*submits, *polls(seen)))
    return [
        (each, way)
        for each, way in ways
        if way and each.status is not None and each.status not in _NO_EVIDENCE
    ]


def _is_well_made(submit: Exchange) -> bool:
    return knows_model(submit) and not submit.problems and not oddity(submit.body)


def _refused(kind: str, way: _Way) -> Judge:
    def judge(seen: Transcript) -> Iterator[Judgement]:
        for each, how in seen.once(_turned_away):
            if how == way and kind in {each.kind, ""}:
                yield demand(each, each.status == 401, "401", each.status)

    return judge


_WORDS: dict[_Way, str] = {
    "missing": "without a key",
    "empty": "with an empty key",
    "invalid": "with a wrong key",
}
_WHO = {"submit": "a submit", "status": "a poll"}


def _add_refusals() -> None:
    for kind, who in _WHO.items():
        for way, how in _WORDS.items():
            needs: tuple[Need, ...] = ("invalid",) if way == "invalid" else ()
            what = f"{who} {how}"
            add = CHAPTER.check(
                f"{kind}-{way}",
                f"{what} is answered with 401",
                section=_SECTION,
                basis="documented",
                wants=what,
                needs=needs,
            )
            add(_refused(kind, way))


_add_refusals()

for _header in _OTHER_HEADERS:
    _add = CHAPTER.check(
        f"not-in-{_header.lower()}",
        f"a key in {_header} counts for nothing: 401",
        section=_SECTION,
        basis="observed",
        wants=f"a request with {_header} and without {KEY_HEADER}",
    )
    _add(_refused("", "authorization" if _header == "Authorization" else "x-api-key"))


@CHAPTER.check(
    "refused-is-not-queued",
    "a submit that is refused for its key gives no request_id",
    section=_SECTION,
    basis="assumed",
    wants="a submit that was refused for its key",
)
def _queues_nothing(seen: Transcript) -> Iterator[Judgement]:
    for each, _ in seen.once(_turned_away):
        if each.kind == "submit" and not each.succeeded:
            given = isinstance(each.got, dict) and "request_id" in each.got
            yield demand(each, not given, "no request_id", "one in the answer")


def _unauthorized(seen: Transcript) -> Iterator[Exchange]:
    for each, _ in seen.once(_turned_away):
        if each.status == 401:
            yield each


@CHAPTER.check(
    "challenge",
    "a 401 has the header WWW-Authenticate",
    section="Response Handling",
    basis="platform",
    wants="a 401",
)
def _challenge(seen: Transcript) -> Iterator[Judgement]:
    for each in _unauthorized(seen):
        there = each.answer_header("WWW-Authenticate") is not None
        yield demand(each, there, "WWW-Authenticate", "no such header")


@CHAPTER.check(
    "challenge-names-header",
    f"WWW-Authenticate asks for {KEY_HEADER}",
    section="Response Handling",
    basis="platform",
    wants="a 401 with WWW-Authenticate",
)
def _challenge_names_header(seen: Transcript) -> Iterator[Judgement]:
    for each in _unauthorized(seen):
        challenge = each.answer_header("WWW-Authenticate")
        if challenge is not None:
            scheme = challenge.lower().startswith("azureapimanagementkey ")
            named = f'name="{KEY_HEADER}"'.lower() in challenge.lower()
            yield demand(each, scheme and named, f"AzureApiManagementKey … name={KEY_HEADER}", challenge)


def _worded(ways: frozenset[_Way], words: str) -> Judge:
    def judge(seen: Transcript) -> Iterator[Judgement]:
        for each, way in seen.once(_turned_away):
            message = said(each, "message")
            if each.status == 401 and way in ways and message is not None:
                yield demand(each, words in message.lower(), f"a message with “{words}”", message)

    return judge


CHAPTER.check(
    "missing-message",
    "a 401 says that the subscription key is missing",
    section="Response Handling",
    basis="platform",
    wants="a 401 with a message, to a request without a key",
)(_worded(frozenset({"missing", "empty"}), "missing subscription key"))

CHAPTER.check(
    "invalid-message",
    "a 401 says that the subscription key is invalid",
    section="Response Handling",
    basis="platform",
    wants="a 401 with a message, to a wrong key",
    needs=("invalid",),
)(_worded(frozenset({"invalid"}), "invalid subscription key"))


@CHAPTER.check(
    "own-jobs-only",
    "a job of another key is answered with 404",
    section="Retrieving Results",
    basis="assumed",
    wants="a poll of a job with another good key",
    needs=("paid", "second-key"),
)
def _own_jobs_only(seen: Transcript) -> Iterator[Judgement]:
    for each in polls_of_others(seen):
        if each.status is not None and each.status not in {401, 429}:
            yield demand(each, each.status == 404, "404", each.status)


def polls_of_others(seen: Transcript) -> Iterator[Exchange]:
    """Return the polls with a good key of jobs that another good key had submitted."""
    for each in polls(seen):
        job = seen.jobs.get(each.asked_id or "")
        if job and job.submit and {seen.situation(each), seen.situation(job.submit)} == {"valid", "second"}:
            yield each
