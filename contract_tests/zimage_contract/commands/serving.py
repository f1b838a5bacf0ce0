"""The passive form: tells where the cases stand, and waits until somebody says that the programs are over."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Event, current_thread, main_thread
from typing import Any, NoReturn, TextIO

from zimage_contract.certify import Stand
from zimage_contract.commands.certify_journal import Journal


@contextmanager
def terminated_as_interrupt() -> Iterator[None]:
    """Take SIGTERM for a Ctrl-C, so that programs are ended and what was found is kept.

    The first of them only: who ends a command often sends it twice, and what was found must not be lost.
    """
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(number: int, _frame: Any) -> NoReturn:
    signal.signal(number, lambda *_: None)  # ignored for good, it would be ignored in programs, too
    raise KeyboardInterrupt


class Serving:
    """Waits for programs that others start.

    Args:
        journal: is told where the cases stand, for programs that start programs.
        stream: where the table goes.
    """

    def __init__(self, journal: Journal, stream: TextIO) -> None:
        self._journal, self._stream = journal, stream

    def wait(self, stands: Sequence[Stand]) -> None:
        """Tell where the cases stand; return at Enter, Ctrl-C or SIGTERM."""
        told = [{"case": each.case.id, "url": each.url, "key": each.key} for each in stands]
        self._journal.begin([stand.case.id for stand in stands], {"stands": told})
        with suppress(KeyboardInterrupt):
            self._say(table(stands), f"as JSON, too: {self._journal.path}")
            self._say("run the program once with each; Enter or Ctrl-C when all of them are over")
            if not sys.stdin.readline():  # nobody is there who could press Enter
                Event().wait()

    def _say(self, *lines: str) -> None:
        self._stream.write("".join(f"{line}\n" for line in lines))
        self._stream.flush()


def table(stands: Sequence[Stand]) -> str:
    """Write the case, origin and key of each; the keys are good for nothing else."""
    rows = [("case", "origin", "key", "pictures", "what happens")]
    rows += [
        (each.case.id, each.url, each.key, f"{each.case.pictures} {each.case.model}", each.case.title)
        for each in stands
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
