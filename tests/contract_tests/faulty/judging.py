"""Probe a gateway in this process, and say what the checks make of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from faulty.fault import BOTH
from faulty.gateway import KEYS, Gateway
from faulty.server import Serving
from zimage_contract.checks import CHECKS
from zimage_contract.exchange import Transcript
from zimage_contract.probe import probe
from zimage_contract.probe.settings import ProbeSettings
from zimage_contract.verdict import Result, Terms, judge
from zimage_schemas import MODELS

_QUICK = ProbeSettings(
    origin="",
    key=KEYS["valid"],
    keys={name: key for name, key in KEYS.items() if name != "valid"},
    examples=0,
    poll_interval=0.003,
    deadline=20.0,
    patience=0.03,
)


@dataclass(frozen=True, slots=True)
class Found:
    """What the checks say of a gateway, at the strictest level."""

    results: tuple[Result, ...]
    transcript: Transcript

    @property
    def blamed(self) -> Mapping[str, str]:
        """The checks that found something, each with its verdict."""
        return {each.check.id: each.verdict for each in self.results if each.findings}

    @property
    def silent(self) -> frozenset[str]:
        """The checks that found no evidence."""
        return frozenset(each.check.id for each in self.results if not each.examples)


def judged(gateway: Gateway, *, models: Iterable[str] = BOTH, **told: Any) -> Found:
    """Probe a gateway, quickly and by hand-written requests only, unless `told` otherwise."""
    with Serving(gateway) as served:
        asked = {"models": tuple(MODELS[name] for name in models), **told}
        return judged_at(served.url, **asked)


def judged_at(origin: str, **told: Any) -> Found:
    """Probe whatever is there, as `judged` does; with the keys of our own gateway unless `told` otherwise."""
    seen = probe(replace(_QUICK, origin=origin, **told)).transcript
    return Found(judge(CHECKS, seen, Terms(level="assumed")), seen)
