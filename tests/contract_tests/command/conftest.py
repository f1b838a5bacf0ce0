"""Fixtures: the command in this process, and a probe that asks nobody."""

import importlib.util
import sys
from pathlib import Path

import pytest

_PATH = Path(__file__).with_name("running.py")

if "running" not in sys.modules:  # in importlib mode a test module cannot import its neighbour
    _spec = importlib.util.spec_from_file_location("running", _PATH)
    assert _spec is not None
    assert _spec.loader is not None
    sys.modules["running"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["running"])

from running import Command, FakeProbe  # noqa: E402 - not importable before
from support import conforming  # noqa: E402 - as above


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIXAZO_API_KEY", raising=False)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command."""
    return Command(capsys, monkeypatch)


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> FakeProbe:
    """A probe that brings a conforming transcript, which does not show everything."""
    fake = FakeProbe(conforming())
    monkeypatch.setattr("zimage_contract.probe.probe", fake)
    return fake
