"""What collects exchanges while they happen, from every thread of a probe."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock
from time import monotonic, time
from typing import Any

from zimage_contract.exchange import Exchange

_EPOCH = time() - monotonic()


def now() -> float:
    """Return the seconds since the epoch, by a clock that is never set: it runs with `time.monotonic`."""
    return _EPOCH + monotonic()


class Recorder:
    """Keeps every exchange; safe from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._exchanges: list[Exchange] = []

    def __len__(self) -> int:
        return len(self._exchanges)

    def add(self, **fields: Any) -> Exchange:
        """Keep an exchange of these fields (all but `number`), and return it."""
        with self._lock:
            exchange = Exchange(number=len(self._exchanges) + 1, **fields)
            self._exchanges.append(exchange)
        return exchange

    def exchanges(self) -> tuple[Exchange, ...]:
        """Return all in the order in which they began, numbered so: they were added as they ended."""
        with self._lock:
            found = sorted(self._exchanges, key=lambda each: each.at)
        return tuple(
            each if each.number == number else replace(each, number=number)
            for number, each in enumerate(found, 1)
        )
