"""From what a program did in each case to a certificate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from zimage_contract.checks import Judgement
from zimage_contract.obligations import OBLIGATIONS, Evidence, Obligation
from zimage_contract.obligations.case import Case, Style, style_of, suits

CaseVerdict = Literal["pass", "fail", "inconclusive", "not-applicable"]


@dataclass(frozen=True, slots=True)
class ObligationResult:
    """What was found of one obligation in one case.

    Attributes:
        obligation: which.
        verdict: "pass"; "fail" for a must that was broken, "warn" for a should.
        findings: the judgements that were not kept, in the order of the exchanges.
        reason: what a known failure is excused by, or why it is no excuse; else "".
        fatal: whether this alone withholds the certificate.
    """

    obligation: Obligation
    verdict: Literal["pass", "fail", "warn"]
    findings: tuple[Judgement, ...] = ()
    reason: str = ""
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What a program made of one case.

    Attributes:
        case: which.
        verdict: "fail" when a must was broken; "inconclusive" when the program was not seen, or the
            situation never came about; "not-applicable" when the case is about other programs.
        obligations: those that could be judged.
        evidence: what it rests on; None when the case was not run.
        seconds: how long the program ran.
        reason: why it is inconclusive or not applicable; else "".
    """

    case: Case
    verdict: CaseVerdict
    obligations: tuple[ObligationResult, ...] = ()
    evidence: Evidence | None = None
    seconds: float = 0.0
    reason: str = ""

    @property
    def charges(self) -> int:
        """How many submits were paid for."""
        return len(self.evidence.charged) if self.evidence else 0


@dataclass(frozen=True, slots=True)
class KnownBreach:
    """An obligation that is expected to be broken in a case for now; `expires` is the last day of it."""

    case: str
    obligation: str
    reason: str
    expires: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """All cases of one program.

    Attributes:
        command: how the program is started; empty when it was started by others.
        results: in the order of the cases.
        style: what it was seen to be, or told to be.
        seconds: how long all of it took.
        started: in seconds since the epoch.
        stale: known breaches that were met by none, or are past their day, in words.
    """

    command: tuple[str, ...]
    results: tuple[CaseResult, ...]
    style: Style | None = None
    seconds: float = 0.0
    started: float = 0.0
    stale: tuple[str, ...] = field(default=())

    @property
    def verdict(self) -> Literal["pass", "fail", "inconclusive"]:
        """The verdict over all: a case without evidence is no pass."""
        verdicts = {_weighed(result) for result in self.results}
        if "fail" in verdicts or self.stale:
            return "fail"
        return "pass" if "pass" in verdicts and "inconclusive" not in verdicts else "inconclusive"


def judge_case(
    case: Case,
    seen: Evidence,
    *,
    today: date,
    seconds: float = 0.0,
    known: Iterable[KnownBreach] = (),
) -> CaseResult:
    """Judge what a program made of a case by every obligation that applies to it."""
    breaches = {each.obligation: each for each in known if each.case == case.id}
    results = tuple(
        result for each in OBLIGATIONS if (result := _judged(each, case, seen, breaches.get(each.id), today))
    )
    style = style_of(seen)
    if not suits(case, style):
        return replace(not_applicable(case, style), evidence=seen, seconds=seconds)
    if any(each.verdict == "fail" for each in results):
        return CaseResult(case, "fail", results, seen, seconds)
    if case.optional and seen.made and not case.fired(seen):
        return CaseResult(case, "not-applicable", evidence=seen, seconds=seconds, reason=case.unless)
    reason = _no_evidence(case, seen)
    return CaseResult(case, "inconclusive" if reason else "pass", results, seen, seconds, reason)


def not_applicable(case: Case, style: Style | None) -> CaseResult:
    """Return the result of a case that is about programs of another style."""
    return CaseResult(
        case, "not-applicable", reason=f"it is about {case.style} programs, and this is a {style} one"
    )


def stale(known: Iterable[KnownBreach], results: Iterable[CaseResult], today: date) -> tuple[str, ...]:
    """Name the known breaches that excuse nothing: kept after all, or past their day."""
    broken = {
        (result.case.id, each.obligation.id)
        for result in results
        for each in result.obligations
        if each.findings
    }
    said = []
    for each in known:
        if (each.case, each.obligation) not in broken:
            said.append(
                f"{each.case}, {each.obligation}: listed as broken ({each.reason}), and was not: take it off"
            )
        elif each.expires < today:
            said.append(f"{each.case}, {each.obligation}: excused until {each.expires} only ({each.reason})")
    return tuple(said)


def _judged(
    obligation: Obligation, case: Case, seen: Evidence, known: KnownBreach | None, today: date
) -> ObligationResult | None:
    if obligation.cases and case.id not in obligation.cases:
        return None
    judgements = tuple(obligation.judge(seen))
    if not judgements:
        return None
    findings = tuple(each for each in judgements if not each.kept)
    if not findings:
        return ObligationResult(obligation, "pass")
    excused = known is not None and today <= known.expires
    reason = f"known until {known.expires}: {known.reason}" if known else ""
    fatal = obligation.level == "must" and not excused
    return ObligationResult(
        obligation, "fail" if obligation.level == "must" else "warn", findings, reason, fatal
    )


def _no_evidence(case: Case, seen: Evidence) -> str:
    if not seen.transcript.exchanges:
        return "the program never reached the gateway"
    return "" if case.fired(seen) else case.unless


def _weighed(result: CaseResult) -> CaseVerdict:
    """Count a case whose every breach is known as passed."""
    if result.verdict == "fail" and not any(each.fatal for each in result.obligations):
        return "pass"
    return result.verdict
