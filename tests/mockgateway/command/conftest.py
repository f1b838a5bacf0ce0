"""Fixtures: the command in a process of its own, and inside this one."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mock_support import PATIENCE, Client

COMMAND = [str(Path(sys.executable).with_name("mockgateway"))]
LISTENING = "mockgateway listening on "


class Serving:
    """A `mockgateway serve` in a process of its own."""

    def __init__(self, folder: Path, *options: str, **environment: str) -> None:
        self._err = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed in `end`
        self.process = subprocess.Popen(
            [*COMMAND, "serve", *options],
            cwd=folder,
            env=clean_environment() | environment,
            stdout=subprocess.PIPE,
            stderr=self._err,
            text=True,
        )
        assert self.process.stdout is not None
        self.greeting = self.process.stdout.readline().rstrip("\n")
        assert self.greeting.startswith(LISTENING), self.end(signal.SIGKILL)
        self.url = self.greeting.removeprefix(LISTENING)

    @property
    def client(self) -> Client:
        """A client of it."""
        return Client(self.url)

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Send a signal; return how it ended and the rest of what it wrote."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        out = self.process.stdout.read() if self.process.stdout and not self.process.stdout.closed else ""
        if self.process.stdout:
            self.process.stdout.close()
        if not self._err.closed:
            with self._err:
                self._err.seek(0)
                self.err = self._err.read()
        return code, out, self.err


def clean_environment() -> dict[str, str]:
    """Return the environment without what would configure the command."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOCKGATEWAY_")}
    return kept | {"PYTHONUNBUFFERED": ""}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder, in which the command is run."""
    return tmp_path


@pytest.fixture
def process(folder: Path) -> Callable[..., tuple[int, str, str]]:
    """Run the command in a process of its own; return its exit code, output and error output."""

    def run(*words: str) -> tuple[int, str, str]:
        ran = subprocess.run(
            [*COMMAND, *words],
            cwd=folder,
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return ran.returncode, ran.stdout, ran.stderr

    return run


@pytest.fixture
def serve(folder: Path) -> Iterator[Callable[..., Serving]]:
    """Start `mockgateway serve` on a free port, with further options."""
    started: list[Serving] = []

    def start(*options: str, **environment: str) -> Serving:
        started.append(Serving(folder, "--port", "0", *options, **environment))
        return started[-1]

    yield start
    for each in started:
        each.end(signal.SIGKILL)


@pytest.fixture
def command(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run the command in this process; return its exit code, output and error output."""
    from mockgateway.cli import main

    monkeypatch.chdir(folder)
    for name in [name for name in os.environ if name.startswith("MOCKGATEWAY_")]:
        monkeypatch.delenv(name)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mockgateway", *words])
        code: Any = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        return code, *capsys.readouterr()

    return run
