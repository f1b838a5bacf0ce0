"""Makes the rude server importable, and lines to talk to it."""

from collections.abc import Callable, Iterator

import pytest
from rude_server import RudeServer

from zimage_contract.probe.line import Line
from zimage_contract.probe.recorder import Recorder


@pytest.fixture
def rude() -> Iterator[Callable[..., RudeServer]]:
    """Start servers that answer by the manners given."""
    servers: list[RudeServer] = []

    def start(*manners: Callable[..., None]) -> RudeServer:
        servers.append(RudeServer(*manners))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def recorder() -> Recorder:
    """Keeps what the test's line sends."""
    return Recorder()


@pytest.fixture
def line(recorder: Recorder) -> Iterator[Line]:
    """A line that gives an answer up after 0.4 seconds."""
    with Line(recorder, 0.2) as found:
        yield found
