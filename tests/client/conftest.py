"""Fixtures: a scripted gateway behind pytest-httpserver, and a client that does not wait."""

from collections.abc import Iterator

import pytest
from client_support import Gateway
from command_support import command_mock, zimage
from pytest_httpserver import HTTPServer

__all__ = ["command_mock", "zimage"]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PIXAZO_API_KEY", "PIXAZO_GATEWAY_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def gateway(httpserver: HTTPServer) -> Iterator[Gateway]:
    """A gateway whose answers are scripted, and a client of it."""
    with Gateway(httpserver) as made:
        yield made
