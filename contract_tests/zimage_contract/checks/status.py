"""What a poll of a known job is answered with."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from zimage_contract.checks.check import Chapterful, Judgement, demand
from zimage_contract.checks.evidence import at_status_endpoint, tells
from zimage_contract.checks.rules_on import add_rules
from zimage_contract.checks.unread import unread_answer
from zimage_contract.exchange import Exchange, Job, Transcript
from zimage_schemas import MODELS, WEBHOOK_HEADER

CHAPTER = Chapterful("status", wants="a status document", needs=("paid",))

_TIMES = ("created_at", "updated_at", "completed_at")


def polls(job: Job) -> Iterator[Exchange]:
    """Find the polls of a job that must succeed: with its own key, after its submit was answered."""
    submit = job.submit
    if submit is None:
        return
    for read in job.reads:
        ours = read.method == "GET" and read.key == submit.key and read.at >= submit.until
        if ours and tells(read) and at_status_endpoint(read, submit):
            yield read


def _documents(seen: Transcript) -> Iterator[tuple[Exchange, Any]]:
    for read in seen.of("status"):
        if read.succeeded and read.got_json:
            yield read, read.got


@CHAPTER.check(
    "known-200",
    "a poll of a known request_id is answered with 200, whatever the job's state",
    section="Endpoint",
    basis="documented",
    wants="a poll of an accepted job",
)
def _known(seen: Transcript) -> Iterator[Judgement]:
    for job in seen.jobs.values():
        # Whether jobs with a callback can be polled too is a check of its own.
        if job.submit and not job.submit.header(WEBHOOK_HEADER):
            for read in polls(job):
                yield demand(read, read.status == 200, "200", str(read.status))


@CHAPTER.check(
    "json",
    "the answer to a poll is JSON",
    section="Response Fields",
    basis="documented",
    wants="a poll that succeeded",
)
def _json(seen: Transcript) -> Iterator[Judgement]:
    for read in seen.of("status"):
        if read.method == "GET" and read.succeeded:
            yield demand(read, read.got_json, "a JSON document", unread_answer(read))


_RULINGS = add_rules(CHAPTER, "status-document", _documents)


def broken_by(seen: Transcript, poll: Exchange) -> Collection[str]:
    """Return the ids of the rules that the poll's document breaks."""
    return seen.once(_RULINGS)[poll.number][1].broken.keys()


@CHAPTER.check(
    "request-id",
    "the status document has the request_id that was asked for",
    section="Response Fields",
    basis="documented",
)
def _request_id(seen: Transcript) -> Iterator[Judgement]:
    for read, document in seen.documents:
        found = document.get("request_id")
        # An id of which one is in form and the other is not breaks the rule for that.
        if isinstance(found, str) and bool(_slug(found)) == bool(_slug(read.asked_id or "")):
            yield demand(read, found == read.asked_id, read.asked_id or "none", found)


@CHAPTER.check(
    "model-id",
    "model_id is the model that the job was submitted to",
    section="Response Fields",
    basis="documented",
)
def _model_id(seen: Transcript) -> Iterator[Judgement]:
    slugs = {model.slug for model in MODELS.values()}
    for job in seen.jobs.values():
        asked = job.submit.model.slug if job.submit and job.submit.model else _slug(job.request_id)
        for read, document in job.seen if asked else ():
            found = document.get("model_id")
            if isinstance(found, str) and found in slugs:
                yield demand(read, found == asked, asked, found)


def _slug(request_id: str) -> str:
    """Return the slug that an id begins with; "" when it begins with none."""
    slugs = (model.slug for model in MODELS.values())
    return next((slug for slug in slugs if request_id.startswith(f"{slug}_")), "")


@CHAPTER.check(
    "real-dates",
    "the times are days of the calendar",
    section="Response Fields",
    basis="documented",
)
def _real_dates(seen: Transcript) -> Iterator[Judgement]:
    for read, document in seen.documents:
        times = [document[name] for name in _TIMES if name in document and document[name] is not None]
        if times and not any(rule.endswith(("_at.pattern", "_at.type")) for rule in broken_by(seen, read)):
            unreal = [each for each in times if not _is_real(each)]
            yield demand(read, not unreal, "days of the calendar", ", ".join(unreal))


def _is_real(time: str) -> bool:
    try:
        datetime.fromisoformat(time)
    except ValueError:
        return False
    return True
