"""From what a program did in each case to a certificate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Literal

from zimage_contract.obligations import OBLIGATIONS, Evidence, ObligationResult, judge_all
from zimage_contract.obligations.case import Case, Style, style_of, suits

CaseVerdict = Literal["pass", "fail", "inconclusive", "not-applicable"]


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
        began: when the program was started, in seconds since the epoch; 0: nobody knows.
    """

    case: Case
    verdict: CaseVerdict
    obligations: tuple[ObligationResult, ...] = ()
    evidence: Evidence | None = None
    seconds: float = 0.0
    reason: str = ""
    began: float = 0.0

    @property
    def weighed(self) -> CaseVerdict:
        """The verdict as it counts: a case whose every breach is known has passed."""
        if self.verdict == "fail" and not any(each.fatal for each in self.obligations):
            return "pass"
        return self.verdict

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
        pending: ids of the cases that are not judged yet, or were not before it was interrupted.
        interrupted: whether Ctrl-C ended it.
    """

    command: tuple[str, ...]
    results: tuple[CaseResult, ...]
    style: Style | None = None
    seconds: float = 0.0
    started: float = 0.0
    stale: tuple[str, ...] = field(default=())
    pending: tuple[str, ...] = ()
    interrupted: bool = False

    @property
    def verdict(self) -> Literal["pass", "fail", "inconclusive", "incomplete"]:
        """The verdict over all: a case without evidence is no pass; there is none while cases are pending."""
        if self.pending:
            return "incomplete"
        verdicts = {result.weighed for result in self.results}
        if "fail" in verdicts or self.stale:
            return "fail"
        return "pass" if "pass" in verdicts and "inconclusive" not in verdicts else "inconclusive"


def judge_case(
    case: Case,
    seen: Evidence,
    *,
    today: date,
    known: Iterable[KnownBreach] = (),
) -> CaseResult:
    """Judge what a program made of a case by every obligation that applies to it."""
    breaches = {each.obligation: each for each in known if each.case == case.id}
    results = tuple(
        _excused(each, breaches.get(each.obligation.id), today) for each in judge_all(OBLIGATIONS, seen)
    )
    found = partial(CaseResult, case, evidence=seen)
    style = style_of(seen)
    if not suits(case, style):
        return found("not-applicable", reason=_of_others(case, style))
    if any(each.verdict == "fail" for each in results):
        return found("fail", results)
    if case.optional and seen.made and not case.fired(seen):
        return found("not-applicable", reason=case.unless)
    reason = _no_evidence(case, seen)
    return found("inconclusive" if reason else "pass", results, reason=reason)


def not_applicable(case: Case, style: Style | None) -> CaseResult:
    """Return the result of a case that is about programs of another style."""
    return CaseResult(case, "not-applicable", reason=_of_others(case, style))


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


def _of_others(case: Case, style: Style | None) -> str:
    return f"it is about {case.style} programs, and this is a {style} one"


def _excused(result: ObligationResult, known: KnownBreach | None, today: date) -> ObligationResult:
    if known is None or not result.findings:
        return result
    reason = f"known until {known.expires}: {known.reason}"
    return replace(result, reason=reason, fatal=result.fatal and known.expires < today)


def _no_evidence(case: Case, seen: Evidence) -> str:
    if not seen.transcript.exchanges:
        return "the program never reached the gateway"
    return "" if case.fired(seen) else case.unless
