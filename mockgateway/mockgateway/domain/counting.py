"""Counting calls, for rules about the nth of them."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

MOST = 100_000

What = tuple[str, str, str]
"""An account or a request_id, what was called, and the scenario that it was called in."""


class Counters:
    """Counts calls; beyond a limit, those that were called longest ago are forgotten.

    Counts are not stored: a mock that is started again counts from 1.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._counts: OrderedDict[What, tuple[int, int]] = OrderedDict()

    def count(self, what: What, now: int) -> tuple[int, int]:
        """Count a call: return which it is, from 1, and the milliseconds since the first of them."""
        with self._lock:
            before, first = self._counts.get(what, (0, now))
            self._counts[what] = before + 1, first
            self._counts.move_to_end(what)
            if len(self._counts) > self._most:
                self._counts.popitem(last=False)
        return before + 1, now - first

    def forget(self, which: Callable[[What], bool] = lambda _what: True) -> None:
        """Count from 1 again, all calls or those of a kind."""
        with self._lock:
            for what in [what for what in self._counts if which(what)]:
                del self._counts[what]
