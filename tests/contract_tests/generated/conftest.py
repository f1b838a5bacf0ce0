"""Sessions with gateways in this very process, without a network between."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

import pytest


def _make_importable(name: str, path: Path) -> None:
    # In importlib mode a test module cannot import its neighbour.
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])


_make_importable("direct_line", Path(__file__).with_name("direct_line.py"))

from direct_line import Opened, opened  # noqa: E402 - importable from here on


@pytest.fixture
def open_session() -> Callable[..., Opened]:
    """Open a session with a gateway; what else it is told are fields of its settings."""
    return opened
