"""Waits for processes that can be cut short, so that nothing that was started outlives a Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from threading import Event
from time import monotonic

_LOOK = 0.1
_GRACE = 2.0


class Stopped(Exception):
    """Somebody ended it all before the program had ended."""


def wait(process: subprocess.Popen[bytes], timeout: float, stop: Event) -> int | None:
    """Return the exit code; None when the time was over. Raise `Stopped` when `stop` was set."""
    end = monotonic() + timeout
    while (left := end - monotonic()) > 0:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(min(left, _LOOK))
        if stop.is_set():
            raise Stopped
    return process.poll()


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a process that leads a session, and all that it started: first kindly, then not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
