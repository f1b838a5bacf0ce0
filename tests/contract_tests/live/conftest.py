"""Fixtures: a mock under the live gateway's name, and the command that finds it there."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

_PATH = Path(__file__).with_name("led.py")

if "led" not in sys.modules:  # in importlib mode a test module cannot import its neighbour
    _spec = importlib.util.spec_from_file_location("led", _PATH)
    assert _spec is not None
    assert _spec.loader is not None
    sys.modules["led"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["led"])

from led import Led  # noqa: E402 - not importable before

from mockgateway import Masquerade, MockGateway  # noqa: E402 - as above


@pytest.fixture(scope="module")
def led(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Led]:
    """One mock for the module, reached by the live name through a proxy: every test has keys of its own."""
    with MockGateway(queue_time=0.05, processing_time=0.05) as gateway, Masquerade(gateway) as mask:
        yield Led(gateway, mask, tmp_path_factory.mktemp("reports"))
