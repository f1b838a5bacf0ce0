"""How a program asks after its job."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from zimage_contract.checks import Judgement, demand
from zimage_contract.exchange import Exchange, Job
from zimage_contract.obligations.evidence import Evidence, end_of
from zimage_contract.obligations.obligation import Obligations
from zimage_schemas import STATUS_PATH

obligation = Obligations()

SOONEST = 4.5
"""Seconds between polls: the five of the documentation, less a tenth for clocks and networks."""

LATEST = 60.0
"""Seconds between polls above which a picture is had uselessly late."""

_PROMPT = 0.9
"""How much of a Retry-After must have passed, for the same reason."""

_HOPELESS = frozenset({"invalid-key", "forbidden", "webhook-only"})
"""Cases whose polls all go wrong: to give up is right."""


@obligation(
    "poll.url",
    "polls go to the status URL of a job that was accepted",
    level="must",
    section="Endpoint",
    basis="documented",
    remedy="Follow polling_url, or put the whole request_id behind /v2/requests/status/.",
)
def _url(seen: Evidence) -> Iterator[Judgement]:
    known = {job.request_id for job in seen.made}
    if not known:  # its answer may have been lost, or the recording begins later
        return
    for poll in seen.transcript.of("status"):
        good = poll.method == "GET" and poll.asked_id in known
        yield demand(poll, good, "GET " + STATUS_PATH, f"{poll.method} {poll.path}")


@obligation(
    "poll.rhythm",
    "a job is polled no more often than every five seconds",
    level="must",
    section="Typical Workflow",
    basis="documented",
    remedy="Wait five to ten seconds between two polls of a job.",
)
def _rhythm(seen: Evidence) -> Iterator[Judgement]:
    for job in seen.jobs.values():
        for before, after in pairwise(job.reads):
            if before.document is not None and not _ended_by(job, before):
                gap = after.at - before.at
                yield demand(after, gap >= SOONEST, "5 s or more after the poll before", f"{gap:.1f} s")


@obligation(
    "poll.late",
    "a job is polled at least once a minute until it has ended",
    level="should",
    section="Typical Workflow",
    basis="assumed",
    remedy="Do not let the wait between polls grow beyond what the user would like to wait.",
)
def _late(seen: Evidence) -> Iterator[Judgement]:
    for job in seen.jobs.values():
        for before, after in pairwise(job.reads):
            gap = after.at - before.until
            yield demand(after, gap <= LATEST, "60 s or less after the poll before", f"{gap:.0f} s")


@obligation(
    "poll.stops",
    "a job is not polled any more when its end is known",
    level="must",
    section="Status Values",
    basis="documented",
    remedy="Leave the loop at COMPLETED, FAILED and ERROR alike.",
)
def stops(seen: Evidence) -> Iterator[Judgement]:
    """Judge whether polling stops."""
    for job in seen.jobs.values():
        if end := end_of(job):
            told, state = end
            later = [read for read in job.reads if read.at > told.until]
            shown = later[0] if later else told
            yield demand(shown, not later, f"no poll after {state}", f"{len(later)} more")


@obligation(
    "poll.retry-after",
    "after a 429 nothing is sent before Retry-After is over",
    level="must",
    section="Response Handling",
    basis="platform",
    remedy="Read Retry-After of every 429, and wait as many seconds.",
)
def _retry_after(seen: Evidence) -> Iterator[Judgement]:
    calls = [call for call in seen.transcript.exchanges if call.kind in {"submit", "status"}]
    for number, call in enumerate(calls):
        wait = _seconds(call) if call.status == 429 else None  # noqa: PLR2004 - the contract's number
        after = next((later for later in calls[number + 1 :] if later.kind == call.kind), None)
        if wait and after:
            gap = after.at - call.until
            yield demand(after, gap >= wait * _PROMPT, f"{wait:g} s or more after the 429", f"{gap:.1f} s")


@obligation(
    "poll.blips",
    "a poll that goes wrong is followed by another, for the job is paid for",
    level="must",
    section="Typical Workflow",
    basis="assumed",
    remedy="Take all but a terminal state for 'not known yet', silence and broken answers too: put a limit "
    "on every request, catch its errors, and poll again.",
)
def blips(seen: Evidence) -> Iterator[Judgement]:
    """Judge whether polls go on after one that went wrong."""
    if not seen.over or seen.case in _HOPELESS:
        return
    for job in seen.made:
        for read in job.reads:
            if read.document is None and read.key and not _ended_by(job, read):
                asked = (*job.reads, *seen.submits)  # to submit again is a worse fault, and another's
                again = any(later.at > read.at for later in asked) or end_of(job)
                said = f"none after {read.status or read.broken or 'no answer'}"
                yield demand(read, again, "another poll", said)


def _ended_by(job: Job, exchange: Exchange) -> bool:
    end = end_of(job)
    return bool(end and end[0].until <= exchange.until)


def _seconds(call: Exchange) -> float | None:
    text = call.answer_header("Retry-After") or ""
    return float(text) if text.isdigit() else None
