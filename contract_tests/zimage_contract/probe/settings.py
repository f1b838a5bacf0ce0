"""How a gateway is to be probed: one frozen value, made at the edge and passed down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from zimage_contract.checks import CHECKS, Chapter, Check
from zimage_schemas import MODELS, Model


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeSettings:
    """How a gateway is to be probed.

    Attributes:
        origin: where it is, such as "http://127.0.0.1:8765"; a path before the gateway's own is kept.
        key: a good key.
        keys: a key for each `Situation` that the target can show, and "second" for one more good key.
        models: those to probe.
        examples: how many generated requests for each property; 0 leaves generated requests out.
        seed: repeats them.
        budget: dollars that may be spent, by the published prices; None: any amount, as on loopback.
        poll_interval: seconds between two polls of a job.
        deadline: seconds that a job, and the first callback about it, may take before it is given up.
        max_response: seconds that an answer may take before that is a finding.
        webhook_url: a public address that reaches our receiver; "" takes the receiver's own where the
            target is on loopback, and no callbacks elsewhere.
        checks: those that it is to bring evidence for: what shows nothing of them is not paid for, and
            mostly not sent.
        patience: seconds to go on watching after the last end and callback, for callbacks that come twice.
    """

    origin: str
    key: str
    keys: Mapping[str, str] = field(default_factory=dict)
    models: tuple[Model, ...] = tuple(MODELS.values())
    examples: int = 20
    seed: int = 0
    budget: Decimal | None = None
    poll_interval: float = 5.0
    deadline: float = 180.0
    max_response: float = 10.0
    webhook_url: str = ""
    checks: tuple[Check, ...] = field(default=CHECKS, repr=False)
    patience: float = 2.0

    def asks_for(self, *chapters: Chapter) -> bool:
        """Tell whether some check of one of these chapters is to be given evidence."""
        return any(check.chapter in chapters for check in self.checks)
