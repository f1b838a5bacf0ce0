"""Fixtures: the command in this process, and small programs for it."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from lives import ONCE
from running import Command


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """The command, in a folder of its own, which is that for temporary files, too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return Command(capsys, monkeypatch)


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., list[str]]:
    """Writes a program into a file, by default one that submits once, and returns how it is started."""

    def write(text: str = ONCE, name: str = "program.py") -> list[str]:
        (tmp_path / name).write_text(text, "utf-8")
        return ["--", sys.executable, name]

    return write
