"""The axis of a picture in SVG: from instants to places on it."""

from __future__ import annotations

from math import floor, log10

_TICKS = 6
_LEAST = 0.001


class Scale:
    """Puts instants on a line.

    Args:
        start: the first, in seconds since the epoch.
        span: seconds until the last.
        left: where the line begins.
        width: how long it is.
    """

    def __init__(self, start: float, span: float, *, left: int, width: int) -> None:
        self._start, self._span, self._left, self._width = start, max(span, _LEAST), left, width

    def x(self, at: float) -> str:
        """Return where an instant is."""
        return f"{self._left + (at - self._start) / self._span * self._width:.1f}"

    def seconds(self, at: float) -> str:
        """Write when an instant is."""
        return f"{at - self._start:.3f} s"

    def axis(self, top: int, bottom: int) -> str:
        """Draw a line for every so many seconds, a round number, and say how many they are."""
        step = self._step()
        count = floor(self._span / step) + 1
        return "".join(self._tick(index * step, top, bottom) for index in range(count))

    def _tick(self, second: float, top: int, bottom: int) -> str:
        x = self.x(self._start + second)
        line = f'<line class="grid" x1="{x}" x2="{x}" y1="{top}" y2="{bottom}"/>'
        return f'{line}<text x="{x}" y="12" text-anchor="middle">{second:g} s</text>'

    def _step(self) -> float:
        """Return a round number of seconds, of which a handful fit."""
        rough = self._span / _TICKS
        power = 10.0 ** floor(log10(rough))
        return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
