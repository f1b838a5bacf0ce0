"""Makes the rude server importable, and lines to talk to it."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from zimage_contract.probe.line import Line
from zimage_contract.probe.recorder import Recorder


def _make_importable(name: str, path: Path) -> None:
    # In importlib mode a test module cannot import its neighbour.
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])


_make_importable("rude_server", Path(__file__).with_name("rude_server.py"))

from rude_server import RudeServer  # noqa: E402 - importable from here on


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
