"""Fixtures: programs written for the live gateway, and mocks that they find there."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from masquerade_support import PATIENCE, Ran, clean_environment, installed

from mockgateway import Masquerade, MockGateway


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """Where the command makes its folders."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def mockgateway_run(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """Run `mockgateway run` in this process, with variables as named arguments; its program has its own."""
    from mockgateway.cli import main

    def run(*words: str, **variables: str) -> Ran:
        for name in os.environ.keys() - clean_environment().keys():
            monkeypatch.delenv(name)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(tempfile, "tempdir", str(temporary))
        monkeypatch.setattr(sys, "argv", ["mockgateway", "run", *words])
        capfd.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        return Ran(words, code, *capfd.readouterr())

    return run


@pytest.fixture
def masquerade() -> Iterator[Masquerade]:
    """A mock that is a hundred times as fast, under the live names."""
    with MockGateway(speed=100) as gateway, Masquerade(gateway) as masquerade:
        yield masquerade


@pytest.fixture
def program(masquerade: Masquerade, tmp_path: Path) -> Callable[..., Ran]:
    """Run a program that finds that mock; it must be installed, in CI at least."""

    def run(name: str, *words: str, java: bool = False) -> Ran:
        environment = masquerade.environment(clean_environment(), "key-of-the-run-0001", java=java)
        return subprocess.run(
            [installed(name), *words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    return run
