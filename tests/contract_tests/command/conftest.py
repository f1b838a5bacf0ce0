"""Fixtures: the command in this process, and a probe that asks nobody."""

import pytest
from running import Command, FakeProbe
from support import conforming


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
