"""Deliveries: the callbacks a gateway owes, and when each is tried (all assumed: nothing is published)."""

from dataclasses import dataclass, replace
from enum import StrEnum

from mockgateway.domain.clock import Clock
from mockgateway.domain.job import Status

GAPS = (0, 1_000, 5_000, 30_000, 120_000)
"""Account milliseconds before each attempt of a round, counted from the end of the one before."""

ATTEMPTS = len(GAPS)
ATTEMPT_SECONDS = 10.0
ANSWER_KEPT = 1024

_GONE = 410
_LONGEST_WAIT = 2
_NEVER = 2.0**53


class State(StrEnum):
    """What has become of a delivery."""

    PENDING = "pending"
    DELIVERED = "delivered"
    EXHAUSTED = "exhausted"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """What came of one attempt.

    Attributes:
        status: the status answered, or None when there was no answer.
        error: what went wrong, in words; it may stand beside a status, when only the body was not to be had.
        duration: how long it took, in real milliseconds.
        answer: the beginning of the answer's body, at most 1 KB of it, as text.
        retry_after: the real seconds that the receiver asks to wait, or None.
    """

    status: int | None = None
    error: str | None = None
    duration: int = 0
    answer: str = ""
    retry_after: float | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the receiver took it: any 2xx."""
        return self.status is not None and self.status // 100 == 2  # noqa: PLR2004 - the class of statuses


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt as it is remembered.

    Attributes:
        number: its number, from 1.
        at: when it began, in account milliseconds.
        result: what came of it; None when it is under way, or when nobody saw its end.
    """

    number: int
    at: int
    result: AttemptResult | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One callback that is owed.

    Attributes:
        id: its name, the `webhook-id` of every attempt.
        account: whose it is, as `keys.fingerprint` writes a key.
        request_id: the job that it tells of.
        url: where it goes, whole: it may hold a key.
        shown: where it goes, as people may see it.
        origin: the mock's own origin as it was at the submit.
        due: when the next attempt is, in account milliseconds.
        attempts: how many have begun in all.
        tries: how many of them in this round; a redelivery begins a new one.
        copies: how often it is still to be delivered.
        tells: the state that it tells of, whatever the job's is by then; None: the job's.
        scenario: the name of the scenario that its submit was in.
    """

    id: str
    account: str
    request_id: str
    url: str
    shown: str
    origin: str
    due: int
    attempts: int = 0
    tries: int = 0
    state: State = State.PENDING
    copies: int = 1
    tells: Status | None = None
    scenario: str | None = None

    @property
    def used_up(self) -> bool:
        """Whether the round has no attempt left, though none may have been seen to end."""
        return self.tries >= ATTEMPTS


@dataclass(frozen=True, slots=True)
class Callback:
    """The wish of a submit to be called back.

    Attributes:
        url: where, whole.
        shown: where, as people may see it.
        origin: the mock's own origin as the client reached it.
    """

    url: str
    shown: str
    origin: str


def wakes_at(delivery: Delivery, clock: Clock) -> int | None:
    """Return the real instant from which a delivery is due; None: not by itself, since time stands still."""
    if clock.speed == 0:
        return 0 if delivery.due <= clock.told else None
    if (delivery.due - clock.told) / clock.speed > _NEVER:
        return None
    return clock.real_at(delivery.due)


def headers(delivery: Delivery, now: int) -> dict[str, str]:
    """Write the headers of an attempt that begins at `now`; the id is the same on every one."""
    return {
        "Content-Type": "application/json",
        "webhook-id": delivery.id,
        "webhook-timestamp": str(now // 1000),
    }


def begun(delivery: Delivery, now: int) -> Delivery:
    """Count an attempt before it is made: should nobody see its end, it has failed."""
    tries = delivery.tries + 1
    gap = GAPS[tries] if tries < ATTEMPTS else 0
    return replace(delivery, attempts=delivery.attempts + 1, tries=tries, due=now + gap)


def after(delivery: Delivery, result: AttemptResult, now: int) -> Delivery:
    """Say what becomes of a delivery whose attempt ends at `now`, in account milliseconds."""
    if result.succeeded and delivery.copies > 1:
        return replace(delivery, copies=delivery.copies - 1, tries=0, due=now)
    if result.succeeded:
        return replace(delivery, state=State.DELIVERED)
    if result.status == _GONE:
        return replace(delivery, state=State.GONE)
    if delivery.used_up:
        return replace(delivery, state=State.EXHAUSTED)
    return replace(delivery, due=now + _wait(GAPS[delivery.tries], result.retry_after))


def again(delivery: Delivery, now: int) -> Delivery:
    """Begin a new round of attempts at once, whatever became of the last."""
    return replace(delivery, state=State.PENDING, due=now, tries=0)


def _wait(gap: int, asked: float | None) -> int:
    """Wait for what the receiver asks, but no less than the gap and no more than twice it."""
    return gap if asked is None else round(max(gap, min(asked * 1000, _LONGEST_WAIT * gap)))
