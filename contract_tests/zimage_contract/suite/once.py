"""Do once what several processes want: a probe may cost money, so it is never made twice."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_LONGEST = 86_400


class Abandoned(Exception):
    """The process that had begun it ended without a result."""


def once(folder: Path, make: Callable[[], str]) -> str:
    """Return what `make` returns; the first process calls it, and the others wait for its result.

    Args:
        folder: one that these processes share; made if need be.
        make: makes the result.

    Raises:
        Abandoned: who had begun it failed or died.
    """
    folder.mkdir(parents=True, exist_ok=True)
    begun, result = folder / "begun", folder / "result"
    with _alone(folder / "lock"):
        if result.exists():
            return result.read_text("utf-8")
        if begun.exists():
            raise Abandoned
        begun.touch()
        made = make()
        part = folder / "part"
        part.write_text(made, "utf-8")
        part.replace(result)
        return made


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    # SQLite's lock is let go of when its process dies, on every platform, and one waits for it.
    with closing(sqlite3.connect(lock, timeout=_LONGEST, isolation_level=None)) as held:
        held.execute("BEGIN EXCLUSIVE")
        yield
