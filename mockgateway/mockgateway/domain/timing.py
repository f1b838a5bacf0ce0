"""How long jobs take, and the plan that is drawn from it."""

from dataclasses import dataclass
from math import isfinite
from random import Random

from mockgateway.domain.job import Plan

LONGEST_SECONDS = 366 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Span:
    """A duration in seconds, fixed (`low == high`) or drawn evenly between the two."""

    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse what is no duration; raises ValueError."""
        if not (isfinite(self.low) and isfinite(self.high) and 0 <= self.low <= self.high <= LONGEST_SECONDS):
            raise ValueError("a duration is SECONDS or MIN..MAX, from 0 to a year, the smaller first")

    @classmethod
    def parse(cls, text: str) -> "Span":
        """Read `SECONDS` or `MIN..MAX`; raises ValueError with a sentence for people."""
        low, dots, high = text.partition("..")
        try:
            return cls(float(low), float(high if dots else low))
        except ValueError:
            raise ValueError(
                f"{text!r} is not a duration: write SECONDS or MIN..MAX, such as 2 or 0.5..3"
            ) from None

    def draw(self, chance: Random) -> int:
        """Draw a duration in whole milliseconds."""
        seconds = self.low if self.low == self.high else chance.uniform(self.low, self.high)
        return round(seconds * 1000)

    def __str__(self) -> str:
        return f"{self.low:g}" if self.low == self.high else f"{self.low:g}..{self.high:g}"


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a job waits and works, and how many of an account's jobs work at once (None: all)."""

    queue: Span = Span(1.0, 1.0)
    processing: Span = Span(2.0, 2.0)
    lanes: int | None = None

    def plan(self, now: int, chance: Random) -> Plan:
        """Draw the plan of a job accepted at `now`, as if a lane were free."""
        starts = now + self.queue.draw(chance)
        return Plan(starts, starts + self.processing.draw(chance))
