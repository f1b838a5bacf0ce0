"""The program that is to be certified, and how it is run once."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event
from time import monotonic, time

from zimage_contract.certificate import KnownBreach
from zimage_contract.certify.stopping import end_group, wait
from zimage_contract.obligations.case import Case, Style
from zimage_contract.obligations.cases import CASES
from zimage_contract.obligations.evidence import Ending

_KEPT_OUTPUT = 1024 * 1024
_SETUP_LIMIT = 300.0


class CannotStart(Exception):
    """The program cannot be started at all; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """How a program is started.

    Attributes:
        command: the program and its arguments.
        setup: a shell command that is run before it, in the same folder and environment; "": none. What
            it leaves running is ended.
        environment: variables that it is given besides.
        stdin: what it reads on its standard input.
        success_file: a pattern, relative to its folder; when given, the program has succeeded when a file
            that matches is there and not empty, whatever its exit code.
    """

    command: Sequence[str]
    setup: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    stdin: bytes = b""
    success_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a certificate is made.

    Attributes:
        cases: which.
        style: of the program; None: it is seen in the case "happy".
        jobs: how many cases run side by side.
        timeout: real seconds that a program may take in one case.
        speed: gateway seconds per real second; the program's own waits stay as they are.
        known: breaches that are expected for now.
    """

    cases: tuple[Case, ...] = CASES
    style: Style | None = None
    jobs: int = len(CASES)
    timeout: float = 180.0
    speed: float = 1.0
    known: tuple[KnownBreach, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """How a program ended: by itself with an exit code, or because its time was over.

    Attributes:
        ending: which of the two.
        exit_code: as a shell tells it; None when its time was over.
        output: what it wrote; of more than two megabytes the first and the last.
        seconds: how long it ran.
        began: when, in seconds since the epoch.
    """

    ending: Ending
    exit_code: int | None
    output: str
    seconds: float
    began: float


def run(program: Program, folder: Path, environment: Mapping[str, str], timeout: float, stop: Event) -> Run:
    """Run a program in a folder until it ends or its time is over, and end what it left running.

    Only what left its session, as a daemon does, is out of reach.

    Raises:
        CannotStart: there is no such program, it may not be run, or its set-up failed.
        Stopped: `stop` was set meanwhile.
    """
    work = folder / "work"
    work.mkdir()
    if program.setup:
        _set_up(program.setup, work, environment, stop)
    written, read = folder / "output", folder / "input"
    read.write_bytes(program.stdin)
    at, began = time(), monotonic()
    with written.open("wb") as output, read.open("rb") as typed:
        process = _started(program.command, work, environment, typed.fileno(), output.fileno())
        try:
            code = wait(process, timeout, stop)
        finally:
            end_group(process)
    seconds = monotonic() - began
    text = _kept(written)
    if code is None:
        return Run("timed-out", None, text, seconds, at)
    code = 128 - code if code < 0 else code  # as a shell tells a signal
    return Run("exited", _told(program, work, code), text, seconds, at)


def _started(
    command: Sequence[str], work: Path, environment: Mapping[str, str], stdin: int, output: int
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - to run the user's program is what this is for
            command,
            cwd=work,
            env=dict(environment),
            stdin=stdin,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise CannotStart(
            f"{command[0]}: there is no such program; programs run in folders of their own, "
            "so name its files by absolute paths"
        ) from None
    except OSError as error:
        raise CannotStart(f"{command[0]}: it cannot be started: {error.strerror}") from None


def _set_up(setup: str, work: Path, environment: Mapping[str, str], stop: Event) -> None:
    with TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S602 - a shell command is what --setup takes
            setup,
            shell=True,
            cwd=work,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            code = wait(process, _SETUP_LIMIT, stop)
        finally:
            end_group(process)
        if code is None:
            raise CannotStart(f"--setup took more than {_SETUP_LIMIT:g} s: {setup}")
        if code:
            said.seek(0)
            lines = said.read().decode("utf-8", "replace").strip().splitlines()
            raise CannotStart(f"--setup ended with {code}: {lines[-1] if lines else setup}")


def _told(program: Program, work: Path, code: int) -> int:
    if not program.success_file:
        return code
    found = any(path.is_file() and path.stat().st_size for path in work.glob(program.success_file))
    return 0 if found else code or 1


def _kept(path: Path) -> str:
    """Read what was written; programs tell of their start at the start, and of their failure at the end."""
    with path.open("rb") as file:
        first, left = file.read(_KEPT_OUTPUT), path.stat().st_size - 2 * _KEPT_OUTPUT
        if left > 0:
            file.seek(left, os.SEEK_CUR)
            first += b"\n"
        return (first + file.read(_KEPT_OUTPUT)).decode("utf-8", "replace")
