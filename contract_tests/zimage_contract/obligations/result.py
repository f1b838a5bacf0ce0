"""What was found of one obligation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from zimage_contract.checks import Judgement
from zimage_contract.exchange import Exchange
from zimage_contract.obligations.evidence import Evidence
from zimage_contract.obligations.obligation import Obligation


@dataclass(frozen=True, slots=True)
class ObligationResult:
    """What was found of one obligation in one case, or in recorded traffic.

    Attributes:
        obligation: which.
        verdict: "pass"; "fail" for a must that was broken, "warn" for a should.
        findings: the judgements that were not kept, in the order of the exchanges.
        reason: what a known failure is excused by, or why it is no excuse; else "".
        fatal: whether this alone withholds the certificate.
        examples: how many exchanges were judged.
    """

    obligation: Obligation
    verdict: Literal["pass", "fail", "warn"]
    findings: tuple[Judgement, ...] = ()
    reason: str = ""
    fatal: bool = False
    examples: int = 1


def judged(obligation: Obligation, seen: Evidence) -> ObligationResult | None:
    """Judge by one obligation; None when nothing showed it, or it is about other cases."""
    if obligation.cases and seen.case not in obligation.cases:
        return None
    judgements = tuple(each for each in obligation.judge(seen) if _shows(each.exchange))
    if not judgements:
        return None
    findings = tuple(each for each in judgements if not each.kept)
    if not findings:
        return ObligationResult(obligation, "pass", examples=len(judgements))
    must = obligation.level == "must"
    return ObligationResult(
        obligation, "fail" if must else "warn", findings, fatal=must, examples=len(judgements)
    )


def judge_all(obligations: Iterable[Obligation], seen: Evidence) -> tuple[ObligationResult, ...]:
    """Judge by all obligations that something shows, in their order."""
    return tuple(result for each in obligations if (result := judged(each, seen)))


def _shows(exchange: Exchange) -> bool:
    """Tell whether an exchange proves something: of downloads and callbacks it needs no answer's body."""
    return not exchange.cut or exchange.kind in {"media", "callback"}
