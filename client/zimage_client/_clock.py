"""Time and chance, as the client needs them."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from threading import Event


class Clock(Protocol):
    """What the client asks of time and chance; `zimage_client.testing.ManualClock` is one without waiting."""

    def now(self) -> float:
        """Return seconds that never go back, since any instant."""
        ...

    def sleep(self, seconds: float, wake: Event | None = None) -> None:
        """Wait so long, or until the event is set."""
        ...

    def chance(self) -> float:
        """Return a number from 0 to 1."""
        ...


class SystemClock:
    """Real time, real chance."""

    def now(self) -> float:
        """Return the monotonic time."""
        return time.monotonic()

    def sleep(self, seconds: float, wake: Event | None = None) -> None:
        """Wait in real time."""
        if wake is None:
            time.sleep(max(0.0, seconds))
        else:
            wake.wait(max(0.0, seconds))

    def chance(self) -> float:
        """Return a number from 0 to 1: it spreads polls and is no secret."""
        return random.random()  # noqa: S311 -- jitter
