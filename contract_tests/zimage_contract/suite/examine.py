"""Probe the gateway that the options name, once for all tests, in however many processes they run."""

from __future__ import annotations

from traceback import extract_tb

import pytest

from zimage_contract._verify import verify
from zimage_contract.commands.terms import terms
from zimage_contract.commands.verify import settings_for
from zimage_contract.suite.examined import Examined
from zimage_contract.suite.once import Abandoned, once
from zimage_contract.suite.options import Misused, in_own_names, read
from zimage_contract.target import BadTarget, opened
from zimage_contract.verdict import Report

_OF_TERMS = ("level", "only", "skip", "known_failing", "allow_inconclusive")
_OF_SETTINGS = (
    "model",
    "budget",
    "seed",
    "examples",
    "poll_interval",
    "deadline",
    "max_response",
    "webhook_url",
)


def examine_once(config: pytest.Config, folders: pytest.TempPathFactory) -> Examined:
    """Probe and judge; under xdist the first worker does it, and the others wait for what came of it."""
    worker = getattr(config, "workerinput", None)
    if worker is None:
        return _examined(config)
    folder = folders.getbasetemp().parent / f"zimage-contract-{worker['testrunuid']}"
    try:
        return Examined.read(once(folder, lambda: _examined(config).write()))
    except Abandoned:
        return Examined(
            "", "the worker that probed the gateway died; a probe may cost, so it is not repeated"
        )


def _examined(config: pytest.Config) -> Examined:
    try:
        return Examined.of(report_on(config))
    except Misused as error:
        return Examined("", str(error))
    except BadTarget as error:
        return Examined("", in_own_names(str(error)))
    except Exception as error:  # noqa: BLE001 - every test and every worker is told, once, and none probes anew
        place = extract_tb(error.__traceback__)[-1]
        said = f"{type(error).__name__}: {error} ({place.filename}, line {place.lineno})"
        return Examined("", f"the probe failed: {said}")


def report_on(config: pytest.Config) -> Report:
    """Probe the gateway that the options name, and judge what was seen."""
    asked = read(config)
    strictly = terms(**{name: asked[name] for name in _OF_TERMS})
    with opened(asked["target"], asked["api_key"], asked["keys"]) as target:
        how = {name: each for name, each in asked.items() if name in _OF_SETTINGS}
        return verify(settings_for(target, **how), terms=strictly, target=target.name)
