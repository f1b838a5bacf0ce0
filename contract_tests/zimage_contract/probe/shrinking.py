"""How long a probe makes smaller what its generated requests have found broken."""

from __future__ import annotations

from time import monotonic

LONGEST = 20.0
"""Seconds in all, for the bodies of a run, and again for its sequences."""


class Spent(BaseException):
    """The time to make something smaller is over; not an Exception, for hypothesis is to let it through."""


class Shrinking:
    """Counts the seconds that go into making faults smaller, one after the other.

    Args:
        seconds: how many there are for all of them together.
    """

    def __init__(self, seconds: float = LONGEST) -> None:
        self._left = seconds
        self._end: float | None = None

    @property
    def is_spent(self) -> bool:
        """Tell whether nothing further is to be made smaller."""
        return self._left <= 0

    def begin(self) -> None:
        """Say that a fault was found; nothing happens while it is made smaller already."""
        if self._end is None:
            self._end = monotonic() + self._left

    def go_on(self) -> None:
        """Let it be made smaller still; raise Spent when the time is over."""
        if self._end is not None and monotonic() >= self._end:
            raise Spent

    def end(self) -> None:
        """Say that the fault is as small as it gets."""
        if self._end is not None:
            self._left = self._end - monotonic()
            self._end = None
