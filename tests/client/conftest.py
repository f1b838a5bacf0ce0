"""Fixtures: a scripted gateway behind pytest-httpserver, and a client that does not wait."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

_HERE = Path(__file__).parent


def _make_importable(name: str, path: Path) -> None:
    # In importlib mode a test module cannot import its neighbour.
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])


_make_importable("schema_strategies", _HERE.parent / "schemas" / "strategies.py")
_make_importable("client_support", _HERE / "support.py")
_make_importable("command_support", _HERE / "command_support.py")

from client_support import Gateway  # noqa: E402 - not importable before
from command_support import command_mock, zimage  # noqa: E402 - as above

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
