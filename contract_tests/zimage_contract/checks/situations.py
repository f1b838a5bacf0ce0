"""What a target shows with a special key only: no money, no permission, too many calls, jobs that fail."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zimage_contract.checks.check import Chapterful, Judge, Judgement, Need, demand
from zimage_contract.checks.oddities import oddity
from zimage_contract.checks.reading import polls, said
from zimage_contract.checks.sent_bodies import plain
from zimage_contract.exchange import Exchange, Job, Transcript
from zimage_schemas import FINAL_STATUSES

CHAPTER = Chapterful("error", wants="a request with a special key")

_SECTION = "Response Handling"


def _well_made(seen: Transcript, situation: str) -> Iterator[Exchange]:
    """Return the answered submits with that key of which nothing is wrong, nor refused to a good key."""
    for each in seen.of("submit"):
        good = each.model and each.status is not None and not each.problems and not oddity(each.body)
        if good and seen.situation(each) == situation and _what(each) not in seen.once(_refused):
            yield each


def _refused(seen: Transcript) -> frozenset[tuple[str, bytes]]:
    """Return what a good key was refused, though nothing is wrong with it: that is another check's."""
    return frozenset(_what(each) for each in plain(seen) if not each.accepted)


def _what(submit: Exchange) -> tuple[str, bytes]:
    return submit.path, submit.body


@CHAPTER.check(
    "insufficient-balance",
    "a submit that the wallet cannot pay is answered with 402",
    section="Queue System Errors",
    basis="documented",
    wants="a submit with the key of an empty wallet",
    needs=("insufficient-balance",),
)
def _insufficient_balance(seen: Transcript) -> Iterator[Judgement]:
    for each in _well_made(seen, "insufficient-balance"):
        yield demand(each, each.status == 402, "402", each.status)


@CHAPTER.check(
    "insufficient-balance-error",
    "the error of a 402 is “Insufficient Balance”",
    section="Queue System Errors",
    basis="documented",
    wants="a 402",
    needs=("insufficient-balance",),
)
def _insufficient_balance_error(seen: Transcript) -> Iterator[Judgement]:
    for each in seen.of("submit"):
        error = said(each, "error")
        if each.status == 402 and error is not None:
            yield demand(each, error == "Insufficient Balance", "Insufficient Balance", error)


@CHAPTER.check(
    "forbidden",
    "a key that is not permitted is answered with 403",
    section=_SECTION,
    basis="documented",
    wants="a request with a key that is not permitted",
    needs=("forbidden",),
)
def _forbidden(seen: Transcript) -> Iterator[Judgement]:
    read = (each for each in polls(seen) if seen.situation(each) == "forbidden" and each.status is not None)
    for each in (*_well_made(seen, "forbidden"), *read):
        yield demand(each, each.status == 403, "403", each.status)


@CHAPTER.check(
    "rate-limited",
    "too many calls are answered with 429",
    section=_SECTION,
    basis="documented",
    wants="submits with the key of a tight limit",
    needs=("rate-limited",),
)
def _rate_limited(seen: Transcript) -> Iterator[Judgement]:
    calls = [
        each
        for each in (*seen.of("submit"), *polls(seen))
        if seen.situation(each) == "rate-limited" and each.status is not None
    ]
    if calls:
        limited = next((each for each in calls if each.status == 429), calls[-1])
        statuses = sorted({str(each.status) for each in calls})
        yield demand(limited, limited.status == 429, "429 at least once", ", ".join(statuses))


def _limited(seen: Transcript) -> Iterator[Exchange]:
    return (each for each in (*seen.of("submit"), *polls(seen)) if each.status == 429)


@CHAPTER.check(
    "retry-after",
    "a 429 has the header Retry-After",
    section=_SECTION,
    basis="platform",
    wants="a 429",
    needs=("rate-limited",),
)
def _retry_after(seen: Transcript) -> Iterator[Judgement]:
    for each in _limited(seen):
        there = each.answer_header("Retry-After") is not None
        yield demand(each, there, "Retry-After", "no such header")


@CHAPTER.check(
    "retry-after-seconds",
    "Retry-After is a whole number of seconds",
    section=_SECTION,
    basis="platform",
    wants="a 429 with Retry-After",
    needs=("rate-limited",),
)
def _retry_after_seconds(seen: Transcript) -> Iterator[Judgement]:
    for each in _limited(seen):
        value = each.answer_header("Retry-After")
        if value is not None:
            yield demand(each, re.fullmatch(r"[0-9]+", value.strip()), "whole seconds", value)


def _ends(situation: str, status: str) -> Judge:
    def judge(seen: Transcript) -> Iterator[Judgement]:
        for job in seen.jobs.values():
            if job.submit and seen.situation(job.submit) == situation:
                yield from _ended(job, status)

    return judge


def _ended(job: Job, status: str) -> Iterator[Judgement]:
    """Judge the first final state that a poll showed; that it stays is another check's."""
    for read, document in job.seen:
        if document.get("status") in FINAL_STATUSES:
            yield demand(read, document["status"] == status, status, document["status"])
            return


def _add(need: Need, status: str, title: str) -> None:
    CHAPTER.check(
        need,
        title,
        section="Status Values",
        basis="documented",
        wants=f"the end of a job with the key {need}",
        needs=(need, "paid"),
    )(_ends(need, status))


_add("job-failed", "FAILED", "a job that fails ends as FAILED")
_add("job-error", "ERROR", "a job that the system could not run ends as ERROR")
