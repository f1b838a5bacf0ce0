"""Test the checks: they find nothing at gateways that keep the contract, whatever is asked of them."""

import os
from functools import cache
from random import Random
from typing import get_args

import pytest
from faulty.gateway import Gateway
from faulty.judging import Found, judged, judged_at

from mockgateway import MockGateway
from zimage_contract.checks import CHECKS
from zimage_contract.probe.mock_keys import keys_of_mock
from zimage_contract.verdict import Level, Terms, judge

# All of them take some minutes: `nox -s proof`.
_SEEDS = Random(834).sample(range(2**31), 50 if os.environ.get("ZIMAGE_CONTRACT_PROOF") else 2)


def _small(seed: int) -> Found:
    return judged(Gateway(), examples=20, seed=seed)


def _mock(seed: int) -> Found:
    keys = dict(keys_of_mock(f"{seed}"))
    with MockGateway(queue_time="0.01..0.02", processing_time="0.01..0.02") as gateway:
        return judged_at(gateway.url, key=keys.pop("valid"), keys=keys, examples=20, seed=seed, patience=1.0)


_GATEWAYS = {"small": cache(_small), "mock": cache(_mock)}
each_gateway = pytest.mark.parametrize("name", _GATEWAYS)


@each_gateway
@pytest.mark.parametrize("seed", _SEEDS)
def test_nothing_is_blamed(name: str, seed: int) -> None:
    """No check blames a gateway that keeps the contract, whatever is generated, and none lacks evidence."""
    found = _GATEWAYS[name](seed)
    assert not found.blamed
    assert not found.silent


@each_gateway
@pytest.mark.parametrize("level", get_args(Level))
def test_every_check_passes_at_every_level(name: str, level: Level) -> None:
    """A gateway that keeps the contract passes every check, whatever counts as a failure."""
    seen = _GATEWAYS[name](_SEEDS[0]).transcript
    assert {result.verdict for result in judge(CHECKS, seen, Terms(level=level))} == {"pass"}
