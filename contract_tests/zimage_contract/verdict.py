"""From judgements to verdicts: what a transcript shows of each check, and whether all of it will do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import takewhile
from typing import Literal

from zimage_contract.checks import Check, Judgement
from zimage_contract.exchange import WITHHELD, Exchange, Transcript
from zimage_contract.obligations import ObligationResult
from zimage_schemas import Basis, rules

Verdict = Literal["pass", "fail", "warn", "info", "inconclusive", "not-run"]
Level = Literal["documented", "observed", "assumed"]

LEFT_OUT = "left out"
"""How the reason begins when somebody left a check out, as opposed to the target's lacking something."""

LEAST = "least "
"""Begins the intent of an exchange that a probe made as small as it could; reports show its finding first."""

_DENIALS = frozenset({401, 402, 403, 429, *range(500, 600)})
"""What says nothing of a body: there is no money, no permission, or nobody at home."""

_SILENCE = 20  # unanswered exchanges in a row

_SERIOUS: Mapping[Level, frozenset[Basis]] = {
    "documented": frozenset({"documented"}),
    "observed": frozenset({"documented", "observed", "platform"}),
    "assumed": frozenset({"documented", "observed", "platform", "assumed"}),
}


@dataclass(frozen=True, slots=True)
class Result:
    """What was found of one check.

    Attributes:
        check: which.
        verdict: "fail" when broken and its basis counts at the level of the run, else "warn" (observed,
            platform) or "info" (assumed); "inconclusive" when nothing could be judged, and "not-run" when
            that is because the target lacks something or somebody left the check out.
        examples: how many exchanges were judged.
        findings: the judgements that were not kept: what a probe says is least first, then the shorter
            request bodies, else in the order of the transcript.
        reason: why there is no verdict, or what a known failure is excused by; else "".
        fatal: whether this result alone makes the run fail.
    """

    check: Check
    verdict: Verdict
    examples: int = 0
    findings: tuple[Judgement, ...] = ()
    reason: str = ""
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class KnownFailing:
    """A check that is expected to fail for now.

    Attributes:
        check: its id.
        reason: why that is accepted.
        expires: the last day on which it is.
    """

    check: str
    reason: str
    expires: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How strictly to judge.

    Attributes:
        level: the softest basis whose breach is a failure.
        today: for the expiry of known failures.
        known_failing: by check id.
        allow_inconclusive: ids or chapters that need no evidence.
        left_out: ids of the checks that nobody wants judged, each with the reason.
    """

    level: Level = "documented"
    today: date = field(default_factory=date.today)
    known_failing: Mapping[str, KnownFailing] = field(default_factory=dict)
    allow_inconclusive: Collection[str] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)


def counts(basis: Basis, level: Level) -> bool:
    """Tell whether a breach of what rests on this basis is a failure."""
    return basis in _SERIOUS[level]


def judge(checks: Iterable[Check], seen: Transcript, terms: Terms) -> tuple[Result, ...]:
    """Judge the transcript by every check, in their order."""
    return tuple(_settled(_result(check, seen, terms), terms) for check in checks)


def _result(check: Check, seen: Transcript, terms: Terms) -> Result:
    if check.id in terms.left_out:
        return Result(check, "not-run", reason=terms.left_out[check.id])
    judgements = tuple(each for each in check.judge(seen) if not each.exchange.cut)
    findings = tuple(sorted((each for each in judgements if not each.kept), key=_size))
    if findings:
        return Result(check, _gravity(check, terms.level), len(judgements), findings)
    if judgements:
        return Result(check, "pass", len(judgements))
    if reason := _lacking(check, seen):
        return Result(check, "not-run", reason=reason)
    return Result(check, "inconclusive", reason=_why_nothing(check, seen))


def _lacking(check: Check, seen: Transcript) -> str:
    """Say what was missing for it: of all that, money last, which would not help alone."""
    reasons = [seen.lacking[need] for need in check.needs if need != "paid" and need in seen.lacking]
    return "; ".join(dict.fromkeys(reasons)) or (
        seen.lacking.get("paid", "") if "paid" in check.needs else ""
    )


def _size(finding: Judgement) -> tuple[bool, int]:
    return not finding.exchange.intent.startswith(LEAST), len(finding.exchange.body)


def _gravity(check: Check, level: Level) -> Verdict:
    if counts(check.basis, level):
        return "fail"
    return "info" if check.basis == "assumed" else "warn"


def _settled(result: Result, terms: Terms) -> Result:
    """Say whether the result makes the run fail, known failures and permitted gaps considered."""
    known = terms.known_failing.get(result.check.id)
    if known and (result.findings or result.verdict == "pass"):
        return _known(result, known, terms.today)
    if result.verdict == "inconclusive":
        allowed = {result.check.id, result.check.chapter} & set(terms.allow_inconclusive)
        return replace(result, fatal=not allowed)
    return replace(result, fatal=result.verdict == "fail")


def _known(result: Result, known: KnownFailing, today: date) -> Result:
    if not result.findings:
        return replace(
            result, reason=f"listed as known to fail ({known.reason}), and passes: take it off", fatal=True
        )
    if known.expires < today:
        return replace(
            result, reason=f"known to fail ({known.reason}), excused until {known.expires}", fatal=True
        )
    return replace(result, reason=f"known to fail until {known.expires}: {known.reason}", fatal=False)


def _why_nothing(check: Check, seen: Transcript) -> str:
    """Say what was missing, and what the answers were instead."""
    if not seen.exchanges:
        return "there was no exchange at all"
    return f"nothing showed {check.wants}{_instead(check, seen)}"


def _instead(check: Check, seen: Transcript) -> str:
    """Say what the answers were when they were all alike, what was not sent, or how good submits fared."""
    if why := all_alike(seen) or seen.lacking.get(WITHHELD):
        return f": {why}"
    refused = {each.status for each in seen.of("submit") if _is_good(each, seen) and each.status in _DENIALS}
    if "paid" in check.needs and refused:
        return f": good submits were answered {' and '.join(map(str, sorted(filter(None, refused))))}"
    return ""


def all_alike(seen: Transcript) -> str:
    """Say what explains most of a bad report: that the answers were all alike, or came to an end; else ""."""
    asked = [each for each in seen.exchanges if each.kind in {"submit", "status"}]
    statuses = {each.status for each in asked}
    if len(statuses) == 1:
        (status,) = statuses
        return f"every answer was {status}" if status else "nothing was ever answered"
    unanswered = [*takewhile(lambda each: each.broken, reversed(asked))]
    if len(unanswered) < _SILENCE:
        return ""
    return f"nothing was answered from exchange {unanswered[-1].number} on"


def _is_good(submit: Exchange, seen: Transcript) -> bool:
    known = seen.situation(submit) in {"valid", None}
    return known and submit.model is not None and submit.is_json and not submit.problems


def without_evidence(results: Iterable[Result]) -> str:
    """Say when nothing at all was judged, which is no verdict; else ""."""
    results = tuple(results)
    if any(result.examples for result in results):
        return ""
    reasons = {result.reason: "" for result in results if result.verdict == "inconclusive"}
    return "; ".join(["no check found anything to judge", *reasons][:2])


def coverage(results: Iterable[Result]) -> Mapping[str, int]:
    """Count the exchanges that exercised each rule of the schemas, in their order, then each other check.

    0 is a gap.
    """
    counts = {rule.id: 0 for rule in rules()}
    for result in results:
        for name in dict.fromkeys((result.check.id, *result.check.rules)):
            counts[name] = counts.get(name, 0) + result.examples
    return counts


@dataclass(frozen=True, slots=True)
class Spend:
    """What a run cost: accepted jobs, and dollars by the published prices.

    `unclear_usd` come on top if the gateway took what it gave no answer to, or a server's error.
    """

    jobs: int = 0
    estimated_usd: Decimal = Decimal(0)
    unclear_usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class ProgramSide:
    """What recorded traffic shows of the program that made it.

    Attributes:
        results: of the obligations that could be judged from traffic alone.
        reason: why nothing was judged; else "".
    """

    results: tuple[ObligationResult, ...] = ()
    reason: str = ""

    @property
    def broken(self) -> tuple[ObligationResult, ...]:
        """The obligations that were broken, musts first."""
        found = [each for each in self.results if each.findings]
        return tuple(sorted(found, key=lambda each: not each.fatal))


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole run.

    Attributes:
        target: what was judged: a URL, "mock", "live", a file's name.
        results: of every check, in the order of the contract.
        transcript: what they rest on.
        level: the softest basis whose breach is a failure.
        seed: repeats the generated requests; None for recorded traffic.
        seconds: how long it took.
        started: in seconds since the epoch.
        spend: what it cost.
        error: why there is no verdict at all; else "".
        interrupted: whether Ctrl-C ended it: the results are those of what was seen until then.
        program: the other side of recorded traffic; None where nobody asked for it.
    """

    target: str
    results: tuple[Result, ...]
    transcript: Transcript
    level: Level = "documented"
    seed: int | None = None
    seconds: float = 0.0
    started: float = 0.0
    spend: Spend = Spend()
    error: str = ""
    interrupted: bool = False
    program: ProgramSide | None = None

    @property
    def verdict(self) -> Literal["pass", "fail", "error"]:
        """The verdict over all."""
        if self.error:
            return "error"
        others = self.program.results if self.program else ()
        judged: tuple[Result | ObligationResult, ...] = (*self.results, *others)
        return "fail" if any(result.fatal for result in judged) else "pass"
