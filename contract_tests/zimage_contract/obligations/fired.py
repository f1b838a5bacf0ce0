"""Whether a case's situation came about, as far as the exchanges show it."""

from __future__ import annotations

from collections.abc import Callable

from zimage_contract.exchange import Kind
from zimage_contract.obligations.evidence import Evidence, end_of, whole
from zimage_schemas import MODELS, STATUSES, WEBHOOK_HEADER


def accepted(seen: Evidence) -> bool:
    """Tell whether a job was made."""
    return bool(seen.charged or seen.made)


def queued(seen: Evidence) -> bool:
    """Tell whether a job was made whose end did not come at once: the mock's speed may make it."""
    return accepted(seen) and not any(
        job.submit and (end := end_of(job)) and end[0].until - job.submit.at < _SLOW_JOB for job in seen.made
    )


def slow(seen: Evidence) -> bool:
    """Tell whether a job was made and an answer took its time."""
    return accepted(seen) and any(
        call.took >= _SLOW_ANSWER for call in seen.transcript.exchanges if call.kind != "callback"
    )


def late(seen: Evidence) -> bool:
    """Tell whether a callback was asked for and none came soon."""
    soon = (
        callback.at - job.submit.at < _SLOW_JOB
        for job in seen.made
        if job.submit
        for callback in job.callbacks
    )
    return asked_for_a_call(seen) and not any(soon)


_SLOW_JOB = 10.0
_SLOW_ANSWER = 0.3
"""Seconds, in real time, that no answer and no job of another case takes."""


def asked_for_base(seen: Evidence) -> bool:
    """Tell whether a Base picture was asked for."""
    return any(call.model is MODELS["base"] for call in seen.submits)


def asked_for_several(seen: Evidence) -> bool:
    """Tell whether several pictures were asked for, at once or one by one."""
    return len(seen.made) > 1 or any(job.body.get("num_images", 1) != 1 for job in seen.made)


def answered(kind: Kind, *statuses: int) -> Callable[[Evidence], bool]:
    """Make a test whether a call of that kind was answered with one of the statuses."""
    return lambda seen: any(call.status in statuses for call in seen.transcript.of(kind))


def broken(kind: Kind) -> Callable[[Evidence], bool]:
    """Make a test whether a call of that kind got no whole answer."""
    return lambda seen: any(call.broken or call.status is None for call in seen.transcript.of(kind))


def ended(status: str) -> Callable[[Evidence], bool]:
    """Make a test whether the program was told that its job ended so."""
    return lambda seen: any((end := end_of(job)) and end[1] == status for job in seen.made)


def garbled(seen: Evidence) -> bool:
    """Tell whether a poll succeeded and brought no document."""
    return any(read.succeeded and read.document is None for read in seen.transcript.of("status"))


def unknown_status(seen: Evidence) -> bool:
    """Tell whether a poll brought a state that the documentation does not name."""
    return any(
        str(document.get("status")).upper() not in STATUSES for _, document in seen.transcript.documents
    )


def extra_fields(seen: Evidence) -> bool:
    """Tell whether the answer to a submit held more than is documented."""
    return any(
        isinstance(call.got, dict) and len(call.got) > _SUBMIT_FIELDS for call in seen.transcript.accepted
    )


_SUBMIT_FIELDS = 3


def downloaded(seen: Evidence) -> bool:
    """Tell whether a picture was asked for."""
    return bool(seen.transcript.of("media"))


def cut(seen: Evidence) -> bool:
    """Tell whether a download ended before its picture did."""
    return any(not whole(download) for download in seen.transcript.of("media"))


def called_back(times: int = 1) -> Callable[[Evidence], bool]:
    """Make a test whether so many callbacks were sent."""
    return lambda seen: len(seen.transcript.of("callback")) >= times


def asked_for_a_call(seen: Evidence) -> bool:
    """Tell whether a submit asked for a callback."""
    return any(call.header(WEBHOOK_HEADER) for call in seen.submits)


def took_forged(seen: Evidence) -> bool:
    """Tell whether the program took a callback that was not the gateway's."""
    return any(callback.succeeded for callback in seen.forged)
