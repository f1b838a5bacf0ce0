"""Time as the gateway tells it. Instants are whole milliseconds since the epoch."""

from dataclasses import dataclass
from math import ceil
from time import gmtime, strftime


@dataclass(frozen=True, slots=True)
class Clock:
    """Gateway time as a straight line through real time.

    Attributes:
        real: the real instant at which the line starts.
        told: the instant the gateway told at that moment.
        speed: gateway seconds per real second; 0 stands still until it is advanced.
    """

    real: int
    told: int
    speed: float = 1.0

    def at(self, real: int) -> int:
        """Tell the gateway's time at a real instant."""
        return self.told + int((real - self.real) * self.speed)

    @property
    def mode(self) -> str:
        """Return `manual`, `real` or `scaled`."""
        return "manual" if self.speed == 0 else "real" if self.speed == 1 else "scaled"

    def real_at(self, told: int) -> int | None:
        """Return the real instant at which this will be told; None: not by itself."""
        if self.speed == 0:
            return None
        return self.real + ceil((told - self.told) / self.speed)

    def advanced(self, real: int, milliseconds: int) -> "Clock":
        """Return the line that goes on at the same speed, so much later."""
        return Clock(real, self.at(real) + milliseconds, self.speed)

    def continued(self, real: int, speed: float) -> "Clock":
        """Return the line that goes on from here at another speed."""
        return Clock(real, self.at(real), speed)


def iso(instant: int) -> str:
    """Write an instant as the gateway does: ISO 8601, UTC, milliseconds, Z (documented, Response Fields)."""
    seconds, rest = divmod(instant, 1000)
    return f"{strftime('%Y-%m-%dT%H:%M:%S', gmtime(seconds))}.{rest:03d}Z"
