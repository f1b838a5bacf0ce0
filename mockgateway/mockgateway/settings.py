"""What a mock may be told: one frozen value, made at the edge and passed down."""

from dataclasses import dataclass

from mockgateway.domain.gateway import Rules
from mockgateway.domain.keys import plausible, shorten
from mockgateway.domain.timing import Span, Timing

FASTEST = 1_000_000.0
MOST_AT_ONCE = 1_000_000


class BadSetting(ValueError):
    """A setting has no meaning; the message names it and says what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the mock behaves and where it keeps its jobs.

    Attributes:
        queue_time: how long a job is QUEUED, in gateway seconds: a number, or `"MIN..MAX"`.
        processing_time: how long it is PROCESSING, likewise.
        speed: gateway seconds per real second, above 0 and at most a million.
        concurrency: how many jobs of an account are processed at once, at most a million; None: all.
        seed: repeats the drawing of `MIN..MAX` durations; None: different on every start.
        shared_jobs: whether any key may read the status of a job, not only the one that submitted it.
        keys: the keys that exist, others being answered 401; None: every key does.
        store: a file that keeps jobs over restarts, or `":memory:"`.

    Raises:
        BadSetting: a value is out of its range.
    """

    queue_time: float | str = 1.0
    processing_time: float | str = 2.0
    speed: float = 1.0
    concurrency: int | None = None
    seed: int | None = None
    shared_jobs: bool = False
    keys: frozenset[str] | None = None
    store: str = ":memory:"

    def __post_init__(self) -> None:
        """Check everything now rather than at the first submit."""
        if not 0 < self.speed <= FASTEST:
            raise BadSetting(f"speed must be above 0 and at most {FASTEST:,.0f}, not {self.speed}")
        if self.concurrency is not None and not 1 <= self.concurrency <= MOST_AT_ONCE:
            raise BadSetting(f"concurrency must be from 1 to {MOST_AT_ONCE:,}, not {self.concurrency}")
        if not self.store:
            raise BadSetting("store must name a file, or be :memory:")
        for key in self.keys or ():
            if not key or not plausible(key):
                raise BadSetting(
                    f"keys: {shorten(key)} is no key; use printable ASCII without spaces and commas"
                )
        _ = self.rules

    @property
    def rules(self) -> Rules:
        """The rules of the gateway that these settings describe."""
        timing = Timing(
            _span("queue_time", self.queue_time),
            _span("processing_time", self.processing_time),
            self.concurrency,
        )
        return Rules(timing, self.speed, self.shared_jobs, self.keys, self.seed)


def _span(name: str, value: float | str) -> Span:
    try:
        return Span.parse(str(value))
    except ValueError as error:
        raise BadSetting(f"{name}: {error}") from None
