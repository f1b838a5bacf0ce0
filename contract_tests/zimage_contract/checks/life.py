"""What a job's status documents say one after the other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from zimage_contract.checks.check import Chapterful, Judgement, demand
from zimage_contract.checks.evidence import Seen, consecutive, is_final, stages
from zimage_contract.checks.status import broken_by
from zimage_contract.exchange import Job, Transcript
from zimage_schemas import document as _document

CHAPTER = Chapterful("life", wants="a job that was polled twice", needs=("paid",))

_ORDER = {"QUEUED": 0, "PROCESSING": 1, "COMPLETED": 2, "FAILED": 2, "ERROR": 2}
_TIME = re.compile(_document("status-document").resolved["properties"]["created_at"]["pattern"])
_LASTING = ("error", "output", "completed_at")
_SHORTFALL = 0.9
"""Part of the deadline after which a job counts as given up: the last poll is a little before its end."""


def _pairs(seen: Transcript) -> Iterator[tuple[Seen, Seen]]:
    for job in seen.jobs.values():
        yield from consecutive(stages(job))


@CHAPTER.check("forward", "a job's state never goes backwards", section="Status Flow", basis="documented")
def _forward(seen: Transcript) -> Iterator[Judgement]:
    for (_, before), (read, after) in _pairs(seen):
        old, new = before["status"], after["status"]
        if not is_final(before):
            yield demand(read, _ORDER[new] >= _ORDER[old], f"{old} or a later state", new)


@CHAPTER.check(
    "final",
    "COMPLETED, FAILED and ERROR are final: no later poll shows another state",
    section="Status Flow",
    basis="documented",
    wants="a job that was polled again after its end",
)
def _final(seen: Transcript) -> Iterator[Judgement]:
    for (_, before), (read, after) in _pairs(seen):
        if is_final(before):
            yield demand(read, after["status"] == before["status"], before["status"], after["status"])


@CHAPTER.check(
    "unchanging",
    "error, output and completed_at of a finished job stay as they are",
    section="Response (Completed)",
    basis="assumed",
    wants="a job that was polled again after its end",
)
def _unchanging(seen: Transcript) -> Iterator[Judgement]:
    for job in seen.jobs.values():
        ends = tuple(each for each in stages(job) if is_final(each[1]) and not broken_by(seen, each[0]))
        for (_, before), (read, after) in consecutive(ends):
            if before["status"] == after["status"]:
                changed = [name for name in _LASTING if before.get(name) != after.get(name)]
                yield demand(read, not changed, "the same as before", f"another {', '.join(changed)}")


@CHAPTER.check(
    "created-constant",
    "created_at of a job never changes",
    section="Response Fields",
    basis="documented",
)
def _created_constant(seen: Transcript) -> Iterator[Judgement]:
    for job in seen.jobs.values():
        for (_, before), (read, after) in consecutive(_with_times(job, "created_at")):
            old, new = before["created_at"], after["created_at"]
            yield demand(read, old == new, old, new)


@CHAPTER.check(
    "created-first",
    "updated_at is not before created_at",
    section="Response (Completed)",
    basis="assumed",
    wants="a status document with both times",
)
def _created_first(seen: Transcript) -> Iterator[Judgement]:
    for job in seen.jobs.values():
        timed = _with_times(job, "created_at", "updated_at")
        # A created_at that moves is another check's.
        if len({document["created_at"] for _, document in timed}) == 1:
            for read, document in timed:
                created, updated = document["created_at"], document["updated_at"]
                yield demand(read, created <= updated, f"{created} or later", updated)


@CHAPTER.check(
    "completed-last",
    "completed_at is not before updated_at",
    section="Response (Completed)",
    basis="assumed",
    wants="a document of a finished job with both times",
)
def _completed_last(seen: Transcript) -> Iterator[Judgement]:
    for job in seen.jobs.values():
        timed = [each for each in _with_times(job, "updated_at", "completed_at") if is_final(each[1])]
        # A completed_at that moves is another check's.
        if len({document["completed_at"] for _, document in timed}) == 1:
            for read, document in timed:
                updated, completed = document["updated_at"], document["completed_at"]
                yield demand(read, updated <= completed, f"{updated} or later", completed)


@CHAPTER.check(
    "updated-forward",
    "updated_at of a job never goes backwards",
    section="Response (Completed)",
    basis="assumed",
)
def _updated_forward(seen: Transcript) -> Iterator[Judgement]:
    for job in seen.jobs.values():
        for (_, before), (read, after) in consecutive(_with_times(job, "updated_at")):
            old, new = before["updated_at"], after["updated_at"]
            yield demand(read, old <= new, f"{old} or later", new)


def _with_times(job: Job, *names: str) -> tuple[Seen, ...]:
    """Return the polls of the job whose documents have these times, in their form."""
    return tuple(
        (read, document)
        for read, document in stages(job)
        if all(isinstance(time := document.get(name), str) and _TIME.search(time) for name in names)
    )


@CHAPTER.check(
    "ends",
    "a job comes to an end before the deadline",
    section="Status Flow",
    basis="documented",
    wants="a job that was polled to its end or to the deadline",
)
def _ends(seen: Transcript) -> Iterator[Judgement]:
    for job in seen.jobs.values():
        found = stages(job)
        end = next((read for read, document in found if is_final(document)), None)
        if end:
            yield Judgement(end)
        elif found and job.submit and seen.deadline:
            last, document = found[-1]
            waited = last.until - job.submit.until
            if waited >= _SHORTFALL * seen.deadline:
                yield demand(last, kept=False, expected="a final state", actual=_after(document, waited))


def _after(document: dict[str, Any], seconds: float) -> str:
    return f"{document['status']} after {seconds:.0f} s"


@CHAPTER.check(
    "failed-says-why",
    "the error field of a FAILED job holds words",
    section="Status Values",
    basis="documented",
    wants="a FAILED job",
    needs=("paid", "job-failed"),
)
def _failed_says_why(seen: Transcript) -> Iterator[Judgement]:
    yield from _say_why(seen, "FAILED")


@CHAPTER.check(
    "error-says-why",
    "the error field of an ERROR job holds words",
    section="Error via Status/Webhook",
    basis="documented",
    wants="an ERROR job",
    needs=("paid", "job-error"),
)
def _error_says_why(seen: Transcript) -> Iterator[Judgement]:
    yield from _say_why(seen, "ERROR")


def _say_why(seen: Transcript, status: str) -> Iterator[Judgement]:
    for read, document in seen.documents:
        error = document.get("error")
        if document.get("status") == status and isinstance(error, str):
            yield demand(read, error.strip(), "a description of the error", json.dumps(error))
