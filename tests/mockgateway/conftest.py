"""Fixtures: mocks to talk to over a socket, and clients that say exactly what they are told to."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

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
_make_importable("mock_support", _HERE / "support.py")

from mock_support import Client, World  # noqa: E402 - not importable before


@pytest.fixture(scope="session")
def _common() -> Iterator[World]:
    with World(queue_time=0, processing_time=0) as world:
        yield world


@pytest.fixture
def world(_common: World) -> World:
    """A mock whose jobs complete at once, shared by all tests; with its log and what it stored."""
    return _common


@pytest.fixture
def client(world: World) -> Client:
    """A client of that mock."""
    return world.client


@pytest.fixture
def start() -> Iterator[Callable[..., World]]:
    """Start further mocks, with these settings and a clock that stands still."""
    started: list[World] = []

    def start_one(**settings: object) -> World:
        started.append(World(**settings))
        return started[-1].__enter__()

    yield start_one
    for each in started:
        each.__exit__()


@pytest.fixture
def nothing_stored(world: World) -> Iterator[Client]:
    """A client whose requests must leave no job behind, and the mock answering."""
    before = world.stored()
    yield world.client
    assert world.stored() == before
    assert world.client.submit().status == 202
