"""What is shown while jobs run: on standard error, while results go to standard output."""

from __future__ import annotations

import json
import sys
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

import click

from zimage_client.cli._codes import as_document, describe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from zimage_client._batch import Outcome
    from zimage_client._download import DownloadProgress
    from zimage_client._requests import Request
    from zimage_client._status import JobStatus


class Display:
    """Plain lines, one whenever a job changes its state; called from several threads."""

    def __init__(self, requests: Sequence[Request], *, as_json: bool) -> None:
        self._requests = requests
        self._as_json = as_json
        self._open: dict[int, tuple[str, str]] = {}
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to put away."""

    def update(self, index: int, status: JobStatus) -> None:
        """Show the state of a job."""
        now = status.request_id, status.state
        with self._lock:
            changed, self._open[index] = self._open.get(index) != now, now
        if changed:
            self.changed(index, status)

    def changed(self, index: int, status: JobStatus) -> None:
        """Write a line."""
        self.note(f"{self._place(index)}{status.request_id} {status.state}")

    def progress(self, index: int, progress: DownloadProgress) -> None:
        """Show how far a download is."""

    def ended(self, outcome: Outcome) -> None:
        """Show how a request ended: what scripts want on standard output, what people want beside it."""
        with self._lock:
            self._open.pop(outcome.index, None)
        if self._as_json:
            self.result(json.dumps(_as_document(outcome)))
        elif outcome.result:
            self.result("\n".join(str(path) for path in outcome.result.files))
        if outcome.error:
            self.note(f"zimage: {self._place(outcome.index)}{describe(outcome.error)}")

    def interrupted(self, state: Path | None) -> None:
        """Say what was paid for and can be fetched later."""
        with self._lock:
            ids = [request_id for request_id, _ in self._open.values()]
        if state:
            self.note("zimage: interrupted; the same command goes on without paying again")
        elif ids:
            self.note(f"zimage: interrupted; the job goes on: zimage wait {ids[0]}")

    def result(self, line: str) -> None:
        """Write to standard output."""
        click.echo(line)

    def note(self, line: str) -> None:
        """Write to standard error."""
        click.echo(line, err=True)

    def _place(self, index: int) -> str:
        count = len(self._requests)
        return f"[{index + 1}/{count}] " if count > 1 else ""


def _as_document(outcome: Outcome) -> dict[str, Any]:
    files = [str(path) for path in outcome.result.files] if outcome.result else []
    return {
        "index": outcome.index,
        "prompt": outcome.request.prompt,
        "model": outcome.request.model.name,
        "request_id": outcome.request_id,
        "state": outcome.result.status.state if outcome.result else None,
        "files": files,
        "error": as_document(outcome.error) if outcome.error else None,
    }


def display_for(requests: Sequence[Request], *, as_json: bool) -> Display:
    """Return plain lines, or something livelier on a terminal."""
    if sys.stderr.isatty() and not as_json:
        from zimage_client.cli._live import LiveDisplay

        return LiveDisplay(requests, as_json=as_json)
    return Display(requests, as_json=as_json)
