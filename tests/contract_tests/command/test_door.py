"""The library's door."""

import json
import subprocess
import sys
from decimal import Decimal

import pytest

import zimage_contract
from mockgateway import MockGateway
from zimage_contract import ProbeSettings, audit, dump_har, load_har, verify
from zimage_schemas import MODELS


def test_all_is_sorted_and_there() -> None:
    """What `__all__` promises can be had, and is documented."""
    assert zimage_contract.__all__ == sorted(
        zimage_contract.__all__, key=lambda name: (name != name.upper(), name.islower(), name)
    )
    for name in zimage_contract.__all__:
        assert getattr(zimage_contract, name) is not None
    assert dir(zimage_contract) == sorted(zimage_contract.__all__)


def test_a_strange_name_is_refused() -> None:
    """As by any module."""
    with pytest.raises(AttributeError, match="no attribute 'strange'"):
        _ = zimage_contract.strange


def test_it_is_light_to_import() -> None:
    """The plugin is imported by every run of pytest: the door alone loads none of our rooms."""
    code = "import sys, zimage_contract; print([name for name in sys.modules if 'zimage' in name])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "['zimage_contract']"


def test_names_are_functions_however_they_came() -> None:
    """Whether the modules behind them were loaded before or not."""
    code = (
        "import zimage_contract._verify, zimage_contract.cli; from zimage_contract import verify, audit;"
        "verify.__call__, audit.__call__"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_gateway_is_verified_from_python() -> None:
    """And what was seen can be written down and judged again, with the same result."""
    with MockGateway(queue_time=0.05, processing_time=0.05) as gateway:
        report = verify(
            ProbeSettings(
                origin=gateway.url,
                key="mock-happy-door-1",
                models=(MODELS["turbo"],),
                examples=0,
                budget=Decimal("0.03"),
                poll_interval=0.05,
                patience=0.2,
            )
        )
    assert report.spend.estimated_usd <= Decimal("0.03")
    assert [each.check.id for each in report.results if each.findings] == []
    again = audit(load_har(json.dumps(dump_har(report.transcript))))
    assert [each.examples for each in again.results] == [each.examples for each in report.results]
