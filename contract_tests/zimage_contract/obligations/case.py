"""The situations that a program is put in, one after the other or side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from zimage_contract.exchange import Exchange, Kind
from zimage_contract.obligations.evidence import Evidence, end_of, whole
from zimage_schemas import MODELS, STATUSES, WEBHOOK_HEADER

Style = Literal["polling", "webhook"]
Expected = Literal["picture", "failure", "either"]


@dataclass(frozen=True, slots=True)
class Case:
    """One situation.

    Attributes:
        id: such as "poll-503"; never changes once released.
        title: what happens, as a sentence without its full stop.
        scenario: the mock's scenario that brings it about.
        fired: tells whether it came about; a case whose situation did not is no evidence.
        unless: what to say when it did not.
        expects: what a correct program ends with.
        style: of the programs that it is about; None: of all.
        seconds: how long jobs are processed, in gateway seconds, where the scenario does not say it.
        model: what the program is asked for through ZIMAGE_MODEL.
        pictures: how many, through ZIMAGE_NUM_IMAGES.
        forged: a callback that somebody else sends to the program before the gateway does.
        optional: whether it is no fault of a program that the situation does not come about.
    """

    id: str
    title: str
    scenario: str
    fired: Callable[[Evidence], bool]
    unless: str
    expects: Expected = "picture"
    style: Style | None = None
    seconds: float = 3.0
    model: str = "turbo"
    pictures: int = 1
    forged: Literal["foreign-id", "not-final"] | None = None
    optional: bool = False


def style_of(seen: Evidence) -> Style | None:
    """Tell a program's style: "webhook" when it asked for callbacks; None when it submitted nothing."""
    if not seen.submits:
        return None
    return "webhook" if _asked_for_a_call(seen) else "polling"


def suits(case: Case, style: Style | None) -> bool:
    """Tell whether a case is about programs of a style."""
    return case.style is None or style is None or case.style == style


def _accepted(seen: Evidence) -> bool:
    return bool(seen.charged or seen.made)


def _base(seen: Evidence) -> bool:
    return any(call.model is MODELS["base"] for call in seen.submits)


def _several(seen: Evidence) -> bool:
    return any(job.body.get("num_images", 1) != 1 for job in seen.made)


def _answered(kind: Kind, *statuses: int) -> Callable[[Evidence], bool]:
    return lambda seen: any(call.status in statuses for call in seen.transcript.of(kind))


def _broken(kind: Kind) -> Callable[[Evidence], bool]:
    return lambda seen: any(call.broken or call.status is None for call in seen.transcript.of(kind))


def _ended(status: str) -> Callable[[Evidence], bool]:
    return lambda seen: any((end := end_of(job)) and end[1] == status for job in seen.made)


def _garbled(seen: Evidence) -> bool:
    return any(read.succeeded and read.document is None for read in seen.transcript.of("status"))


def _unknown(seen: Evidence) -> bool:
    return any(
        str(document.get("status")).upper() not in STATUSES for _, document in seen.transcript.documents
    )


def _extra(seen: Evidence) -> bool:
    return any(
        isinstance(call.got, dict) and len(call.got) > _SUBMIT_FIELDS for call in seen.transcript.accepted
    )


_SUBMIT_FIELDS = 3


def _downloaded(seen: Evidence) -> bool:
    return bool(seen.transcript.of("media"))


def _cut(seen: Evidence) -> bool:
    return any(not whole(download) for download in seen.transcript.of("media"))


def _called(times: int = 1) -> Callable[[Evidence], bool]:
    return lambda seen: len(seen.transcript.of("callback")) >= times


def _asked_for_a_call(seen: Evidence) -> bool:
    return any(call.header(WEBHOOK_HEADER) for call in seen.submits)


def _polled_early(seen: Evidence) -> bool:
    return any(_unfinished(read) for read in seen.transcript.of("status"))


def _unfinished(read: Exchange) -> bool:
    return bool(read.document) and str((read.document or {}).get("status")).upper() in {
        "QUEUED",
        "PROCESSING",
    }


def _forged(seen: Evidence) -> bool:
    return any(callback.succeeded for callback in seen.forged)


_LONG = 12.0
"""Gateway seconds of processing in which a program polls at least twice."""

_POLLED = "no poll met it: the program did not poll, or not often enough"
_NOTHING = "no submit was accepted"
_UNCALLED = "no callback was sent: the program gave no X-Webhook-URL, or was gone"

CASES: tuple[Case, ...] = (
    Case("happy", "all goes well", "happy", _accepted, _NOTHING),
    Case(
        "happy-base",
        "all goes well, with Z-Image Base",
        "happy",
        _base,
        "the program asks for Turbo pictures, whatever ZIMAGE_MODEL says",
        model="base",
        optional=True,
    ),
    Case(
        "several-pictures",
        "two pictures are asked for",
        "happy",
        _several,
        "the program asks for one picture, whatever ZIMAGE_NUM_IMAGES says",
        pictures=2,
        optional=True,
    ),
    Case("slow-queue", "the job waits about a minute in the queue", "slow-queue", _accepted, _NOTHING),
    Case("slow-answers", "every answer takes seconds", "slow-answers", _accepted, _NOTHING),
    Case(
        "accepted-200", "the submit is accepted with 200 instead of 202", "accepted-200", _accepted, _NOTHING
    ),
    Case("extra-fields", "answers hold fields that are not documented", "extra-fields", _extra, _NOTHING),
    Case(
        "octet-stream",
        "the picture is announced as application/octet-stream",
        "octet-stream",
        _downloaded,
        "no picture was downloaded",
    ),
    Case(
        "job-failed",
        "the job ends as FAILED",
        "job-failed",
        _ended("FAILED"),
        "the program never asked how the job ended",
        "failure",
    ),
    Case(
        "job-error",
        "the job ends as ERROR",
        "job-error",
        _ended("ERROR"),
        "the program never asked how the job ended",
        "failure",
    ),
    Case("stuck", "the job never ends", "stuck", _accepted, _NOTHING, "failure"),
    Case(
        "insufficient-balance",
        "the submit is answered 402",
        "insufficient-balance",
        _answered("submit", 402),
        "no submit was answered 402",
        "failure",
    ),
    Case(
        "invalid-key",
        "the key is answered 401",
        "invalid-key",
        _answered("submit", 401),
        "no submit was answered 401",
        "failure",
    ),
    Case(
        "forbidden",
        "the submit is answered 403",
        "forbidden",
        _answered("submit", 403),
        "no submit was answered 403",
        "failure",
    ),
    Case(
        "rate-limited",
        "the submit is answered 429 with Retry-After",
        "rate-limited",
        _answered("submit", 429),
        "no submit was answered 429",
        "either",
    ),
    Case(
        "server-error",
        "the submit is answered 500",
        "server-error-submit",
        _answered("submit", 500),
        "no submit was answered 500",
        "failure",
    ),
    Case(
        "answer-lost",
        "the job is accepted and the answer is lost",
        "reset-submit-after",
        _broken("submit"),
        "no answer was lost",
        "either",
    ),
    Case(
        "rate-limited-polls",
        "polls are answered 429 for some seconds",
        "rate-limited-polls",
        _answered("status", 429),
        _POLLED,
        style="polling",
        seconds=_LONG,
    ),
    Case(
        "poll-503",
        "the second poll is answered 503",
        "poll-503-once",
        _answered("status", 503),
        _POLLED,
        style="polling",
        seconds=_LONG,
    ),
    Case(
        "poll-404",
        "the first poll is answered 404",
        "poll-404-first",
        _answered("status", 404),
        _POLLED,
        style="polling",
    ),
    Case(
        "poll-edge",
        "polls are answered 403 with an HTML challenge",
        "edge-challenge-poll",
        _answered("status", 403),
        _POLLED,
        style="polling",
        seconds=_LONG,
    ),
    Case(
        "poll-html",
        "the first polls are answered 502 in HTML",
        "html-error",
        _answered("status", 502),
        _POLLED,
        style="polling",
    ),
    Case(
        "poll-reset",
        "the connection of the first poll is reset",
        "reset-poll",
        _broken("status"),
        _POLLED,
        style="polling",
    ),
    Case(
        "poll-hang",
        "the first poll is never answered",
        "hang-poll",
        _broken("status"),
        _POLLED,
        style="polling",
    ),
    Case(
        "malformed-json",
        "the first polls are answered with broken JSON",
        "malformed-json",
        _garbled,
        _POLLED,
        style="polling",
    ),
    Case(
        "unknown-status",
        "until its end the job has a state that nobody named",
        "unknown-status",
        _unknown,
        _POLLED,
        style="polling",
        seconds=_LONG,
    ),
    Case(
        "media-missing",
        "the link to the picture is dead",
        "media-missing",
        _downloaded,
        "no picture was downloaded",
        "failure",
    ),
    Case(
        "media-truncated",
        "the first download breaks off in the middle",
        "media-truncated",
        _cut,
        "no picture was downloaded",
        "either",
    ),
    Case("webhook", "the callback comes", "happy", _called(), _UNCALLED, style="webhook"),
    Case(
        "webhook-duplicate",
        "the callback comes three times",
        "webhook-duplicate",
        _called(2),
        _UNCALLED,
        style="webhook",
    ),
    Case(
        "webhook-before-answer",
        "the callback comes before the submit is answered",
        "webhook-before-answer",
        _called(),
        _UNCALLED,
        style="webhook",
    ),
    Case(
        "webhook-late",
        "the callback comes a minute late",
        "webhook-late",
        _asked_for_a_call,
        _UNCALLED,
        style="webhook",
    ),
    Case(
        "webhook-never",
        "the callback never comes",
        "webhook-never",
        _asked_for_a_call,
        _UNCALLED,
        style="webhook",
    ),
    Case(
        "webhook-foreign-id",
        "a callback about somebody else's job comes first",
        "happy",
        _forged,
        _UNCALLED,
        style="webhook",
        seconds=_LONG,
        forged="foreign-id",
    ),
    Case(
        "webhook-not-final",
        "a callback comes while the job is PROCESSING",
        "happy",
        _forged,
        _UNCALLED,
        style="webhook",
        seconds=_LONG,
        forged="not-final",
    ),
)
"""All cases, in the order in which they are reported."""
