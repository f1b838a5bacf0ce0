"""The gateway: accepts jobs and tells what became of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random, SystemRandom
from typing import Any, Protocol

from mockgateway.domain.clock import Clock
from mockgateway.domain.document import media_names
from mockgateway.domain.ids import SHAPE, RequestIds
from mockgateway.domain.job import Job, Status
from mockgateway.domain.keys import fingerprint, plausible
from mockgateway.domain.refusals import InvalidKey, MissingKey, RequestNotFound
from mockgateway.domain.timing import Timing


class Store(Protocol):
    """Where jobs are kept; every method is safe from any thread."""

    @property
    def secret(self) -> bytes:
        """What keys are hashed with; stays the same for as long as the jobs do."""

    def clock(self) -> Clock | None:
        """Return the clock kept last, or None in a new store."""

    def keep_clock(self, clock: Clock) -> None:
        """Keep the clock, so that time goes on where it was after a restart."""

    def accept(self, job: Job, lanes: int | None) -> Job:
        """Store the job in one atomic step and return it as stored.

        With `lanes`, its plan is delayed until fewer than that many of its account's
        jobs are unfinished before it.
        """

    def job(self, request_id: str) -> Job | None:
        """Return the job of that id."""

    def close(self) -> None:
        """Let go of what the store holds open."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a gateway may be told to do differently.

    Attributes:
        timing: how long jobs take.
        speed: gateway seconds per real second.
        shared_jobs: whether a request_id is known to every key, not only its own (assumed: it is not).
        keys: the keys that exist; None: every key does.
        seed: where the drawing of plans begins; None draws them anew on every start.
    """

    timing: Timing = field(default_factory=Timing)
    speed: float = 1.0
    shared_jobs: bool = False
    keys: frozenset[str] | None = None
    seed: int | None = None


class Gateway:
    """One gateway over one store.

    Args:
        store: where its jobs are.
        rules: what it was told.
        real: tells real time in milliseconds since the epoch, never going back.
    """

    def __init__(self, store: Store, rules: Rules, real: Callable[[], int]) -> None:
        self._store = store
        self._rules = rules
        self._real = real
        # Plans, not secrets: seeded so that a run can be repeated.
        self._chance = Random(rules.seed)  # noqa: S311
        self._ids = RequestIds(SystemRandom())
        self._clock = self._started_clock()

    def _started_clock(self) -> Clock:
        now = self._real()
        clock = (self._store.clock() or Clock(now, now)).continued(now, self._rules.speed)
        self._store.keep_clock(clock)
        return clock

    def now(self) -> int:
        """Tell the gateway's time, in milliseconds since the epoch."""
        return self._clock.at(self._real())

    def admit(self, key: str) -> None:
        """Let a key in; raises MissingKey or InvalidKey."""
        if not key:
            raise MissingKey
        if not plausible(key) or (self._rules.keys is not None and key not in self._rules.keys):
            raise InvalidKey

    def account(self, key: str) -> str:
        """Name the account of a key."""
        return fingerprint(key, self._store.secret)

    def submit(self, key: str, slug: str, request: Mapping[str, Any]) -> Job:
        """Accept a valid request, its defaults filled in; it is stored when this returns."""
        now = self.now()
        job = Job(
            request_id=self._ids.next(slug, now),
            account=self.account(key),
            model=slug,
            created=now,
            plan=self._rules.timing.plan(now, self._chance),
            prompt=request["prompt"],
            image_size=request["image_size"],
            output_format=request["output_format"],
            num_images=int(request["num_images"]),
        )
        return self._store.accept(job, self._rules.timing.lanes)

    def job(self, key: str, request_id: str) -> Job:
        """Return the job that this key may read; raises RequestNotFound."""
        job = self._find(request_id)
        if job is None or not (self._rules.shared_jobs or job.account == self.account(key)):
            raise RequestNotFound
        return job

    def picture(self, request_id: str, name: str) -> tuple[Job, int] | None:
        """Find the finished job and the picture's index behind a media path; pictures need no key."""
        job = self._find(request_id)
        if job is None or job.plan.status_at(self.now()) is not Status.COMPLETED:
            return None
        names = media_names(job)
        return (job, names.index(name)) if name in names else None

    def _find(self, request_id: str) -> Job | None:
        return self._store.job(request_id) if SHAPE.fullmatch(request_id) else None
