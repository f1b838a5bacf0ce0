"""Writing down how late it is, so that no restart ever begins earlier."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import Protocol

_EVERY_SECONDS = 1.0


class Notes(Protocol):
    """Where the time is written: the store."""

    def kept(self, name: str) -> str | None:
        """Return what was kept under a name."""

    def keep(self, name: str, value: str) -> None:
        """Keep a value under a name."""


class Heart:
    """Notes real time every second while a mock runs.

    A status that was told must not be taken back, not even when the process is killed and the
    system's clock is set back before it starts again: it then begins where the last one can have been.
    """

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._stopped = Event()
        self._thread: Thread | None = None

    def last_beat(self) -> int:
        """Say which instant no earlier process can have passed, in milliseconds since the epoch; 0: any."""
        noted = self._notes.kept("heartbeat")
        return int(noted) + int(_EVERY_SECONDS * 1000) if noted else 0

    def start(self, real: Callable[[], int]) -> None:
        """Begin, noting the time at once."""
        self._notes.keep("heartbeat", str(real()))
        self._thread = Thread(target=self._beat, args=(real,), name="mockgateway-heart", daemon=True)
        self._thread.start()

    def _beat(self, real: Callable[[], int]) -> None:
        while not self._stopped.wait(_EVERY_SECONDS):
            with suppress(sqlite3.Error):  # a full disk heals, or is found out by the next submit
                self._notes.keep("heartbeat", str(real()))

    def stop(self) -> None:
        """End, before the store is closed."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
