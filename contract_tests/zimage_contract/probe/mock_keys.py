"""What a mockgateway offers a probe: keys for every situation."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from zimage_contract.probe.dialling import is_loopback
from zimage_contract.probe.line import Line
from zimage_contract.probe.recorder import Recorder

_SITUATIONS = ("invalid", "forbidden", "insufficient-balance", "rate-limited", "job-failed", "job-error")
_SCENARIOS = {"invalid": "invalid-key"}
_PATIENCE = 5.0


def keys_of_mock(run: str) -> Mapping[str, str]:
    """Return a mockgateway's keys for "valid", "second" and each `Situation`.

    A key that begins with `mock-` and a scenario's name is in that scenario; `run` comes after it, so that
    each run has accounts of its own.
    """
    happy = {"valid": f"mock-happy-{run}", "second": f"mock-happy-{run}-second"}
    return happy | {name: f"mock-{_SCENARIOS.get(name, name)}-{run}" for name in _SITUATIONS}


def is_mockgateway(origin: str) -> bool:
    """Ask a target on this machine whether it is a mockgateway; any other is not asked."""
    if not is_loopback(urlsplit(origin).hostname or ""):
        return False
    with Line(Recorder(), _PATIENCE) as line:
        found = line.send("GET", f"{origin}/__mock__/health").got
    return isinstance(found, dict) and found.get("status") == "ok" and "version" in found
