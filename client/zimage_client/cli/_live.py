"""A line for every open job that moves: what it is doing, for how long, how much has come."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from zimage_client.cli._display import Display

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from zimage_client._batch import Outcome
    from zimage_client._download import DownloadProgress
    from zimage_client._requests import Request
    from zimage_client._status import JobStatus

_WIDTH = 32


class LiveDisplay(Display):
    """On a terminal, with rich."""

    def __init__(self, requests: Sequence[Request], *, as_json: bool) -> None:
        super().__init__(requests, as_json=as_json)
        self._tasks: dict[int, TaskID] = {}
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TextColumn("[cyan]{task.fields[state]}"),
            BarColumn(bar_width=20),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the terminal as it was."""
        for task in self._tasks.values():
            self._progress.remove_task(task)
        self._progress.stop()

    def changed(self, index: int, status: JobStatus) -> None:
        """Show the new state."""
        self._progress.update(self._task(index), state=escape(status.state.lower()))

    def progress(self, index: int, progress: DownloadProgress) -> None:
        """Move the bar."""
        which = f" {progress.number}/{progress.count}" if progress.count > 1 else ""
        self._progress.update(
            self._task(index),
            state=f"downloading{which}",
            completed=progress.received,
            total=progress.expected,
        )

    def ended(self, outcome: Outcome) -> None:
        """Take the line away and write what came of it."""
        task = self._tasks.pop(outcome.index, None)
        if task is not None:
            self._progress.remove_task(task)
        super().ended(outcome)

    def result(self, line: str) -> None:
        """Write above the moving lines, when standard output is the same terminal."""
        if sys.stdout.isatty():
            self._progress.console.print(line, markup=False, highlight=False, soft_wrap=True)
        else:
            super().result(line)

    def note(self, line: str) -> None:
        """Write above the moving lines."""
        self._progress.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def _task(self, index: int) -> TaskID:
        with self._lock:
            if index not in self._tasks:
                prompt = self._requests[index].prompt if self._requests else "the job"
                short = prompt if len(prompt) <= _WIDTH else f"{prompt[: _WIDTH - 1]}…"
                self._tasks[index] = self._progress.add_task(escape(short), total=None, state="queued")
            return self._tasks[index]
