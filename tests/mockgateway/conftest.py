"""Fixtures: mocks to talk to over a socket, and clients that say exactly what they are told to."""

from collections.abc import Callable, Iterator

import pytest
from mock_support import Client, World


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
