"""Starting a contender in a session of its own, and leaving nothing of it behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep
from typing import TYPE_CHECKING

from work import HOST, RUN, ContenderError, submit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contenders import Contender

ACCEPTED = 202
START_LIMIT = 60.0
STOP_LIMIT = 10.0
RETRY = 0.005


@dataclass(frozen=True)
class Running:
    """A started contender: where it listens, its first process, and seconds from exec to its first 202."""

    port: int
    pid: int
    started_in: float
    first_answer: bytes


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(contender: Contender) -> Iterator[Running]:
    """Start a contender, wait for its first 202, and stop all of its processes at the end."""
    folder = RUN / contender.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    port = free_port()
    command = contender.command(port, folder)
    with (folder / "output.log").open("wb") as output:
        began = perf_counter()
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            cwd=folder,
            start_new_session=True,
        )
        try:
            answer = _first_answer(process, port, began + START_LIMIT)
            yield Running(port, process.pid, perf_counter() - began, answer)
        finally:
            _stop(process)


def _first_answer(process: subprocess.Popen[bytes], port: int, deadline: float) -> bytes:
    last = "no connection"
    while perf_counter() < deadline:
        if process.poll() is not None:
            raise ContenderError(f"ended with exit code {process.returncode} before it answered")
        with suppress(OSError):
            status, answer = submit(port)
            if status == ACCEPTED:
                return answer
            last = f"{status} {answer[:200]!r}"
        sleep(RETRY)
    raise ContenderError(f"no 202 within {START_LIMIT:.0f} s; last: {last}")


def session(pid: int) -> list[int]:
    """Return all processes of the session that `pid` leads."""
    processes = (entry for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [int(entry.name) for entry in processes if _session_of(entry) == pid]


def _session_of(entry: Path) -> int:
    try:
        after_name = (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:  # it ended while we looked
        return -1
    return -1 if after_name[0] == "Z" else int(after_name[3])


def _stop(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in session(process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        if _gone(process.pid):
            break
    process.wait(STOP_LIMIT)


def _gone(pid: int) -> bool:
    deadline = perf_counter() + STOP_LIMIT
    while session(pid) and perf_counter() < deadline:
        sleep(RETRY)
    return not session(pid)
