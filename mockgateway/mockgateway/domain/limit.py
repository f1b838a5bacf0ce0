"""Rate limits: so many calls in a period that begins with the first of them."""

import re
from dataclasses import dataclass

_FORM = re.compile(r"([1-9][0-9]{0,8})/(second|minute|hour|day)")
_PERIODS = {"second": 1_000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000}


@dataclass(frozen=True, slots=True)
class Window:
    """The running period: when it began, and how many calls it has seen."""

    began: int = 0
    calls: int = 0


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most so many calls in a period of `second`, `minute`, `hour` or `day`."""

    calls: int
    period: str

    @classmethod
    def parse(cls, text: str) -> "RateLimit":
        """Read `60/minute`; raises ValueError with a sentence for people."""
        found = _FORM.fullmatch(text)
        if not found:
            raise ValueError(
                f"{text!r} is not a rate limit: write COUNT/second, minute, hour or day, such as 60/minute"
            )
        return cls(int(found[1]), found[2])

    def __str__(self) -> str:
        return f"{self.calls}/{self.period}"

    def admit(self, window: Window, now: int) -> Window | int:
        """Count a call: return the window after it, or, when it is one too many, the seconds to wait.

        The seconds are whole, at least 1, and exact: no sooner, and no more than a second later,
        a call is admitted again.
        """
        length = _PERIODS[self.period]
        if now >= window.began + length:
            return Window(now, 1)
        if window.calls < self.calls:
            return Window(window.began, window.calls + 1)
        return -(-(window.began + length - now) // 1000)
