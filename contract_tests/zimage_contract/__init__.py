"""Say whether a gateway, live or mock, keeps the contract, and exactly where it departs.

`verify` probes a gateway, `audit` judges recorded traffic that `load_har` has read; both give a `Report`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zimage_contract._audit import audit
    from zimage_contract._verify import verify
    from zimage_contract.checks import CHECKS, Check, Judgement
    from zimage_contract.exchange import Exchange, Job, Transcript
    from zimage_contract.har import BadArchive
    from zimage_contract.har import dump as dump_har
    from zimage_contract.har import load as load_har
    from zimage_contract.probe.settings import ProbeSettings
    from zimage_contract.verdict import KnownFailing, Report, Result, Spend, Terms

__all__ = [
    "CHECKS",
    "BadArchive",
    "Check",
    "Exchange",
    "Job",
    "Judgement",
    "KnownFailing",
    "ProbeSettings",
    "Report",
    "Result",
    "Spend",
    "Terms",
    "Transcript",
    "audit",
    "dump_har",
    "load_har",
    "verify",
]

# Loaded at first use: the plugin of this package is imported by every run of pytest.
_PLACES = {
    "audit": ("_audit", "audit"),
    "dump_har": ("har", "dump"),
    "load_har": ("har", "load"),
    "verify": ("_verify", "verify"),
    "BadArchive": ("har", "BadArchive"),
    "ProbeSettings": ("probe.settings", "ProbeSettings"),
    **{name: ("checks", name) for name in ("CHECKS", "Check", "Judgement")},
    **{name: ("exchange", name) for name in ("Exchange", "Job", "Transcript")},
    **{name: ("verdict", name) for name in ("KnownFailing", "Report", "Result", "Spend", "Terms")},
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    place, attribute = _PLACES[name]
    found = getattr(import_module(f"{__name__}.{place}"), attribute)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
