"""Judge recorded traffic: the gateway by the checks of a probe, the program by those of a certificate."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

from zimage_contract.checks import CHECKS, Check
from zimage_contract.exchange import Transcript
from zimage_contract.obligations import OBLIGATIONS, Evidence, Obligation, judge_all
from zimage_contract.verdict import ProgramSide, Report, Terms, judge, without_evidence


def audit(
    transcript: Transcript,
    checks: Iterable[Check] = CHECKS,
    terms: Terms | None = None,
    *,
    target: str = "a recording",
    obligations: Iterable[Obligation] = OBLIGATIONS,
) -> Report:
    """Judge both sides of a transcript, such as `load_har` returns.

    A recording shows what it shows: unless `terms.allow_inconclusive` names some, every check may be
    without evidence. When all are, there is no verdict: the report has an `error`.

    Args:
        transcript: what was recorded.
        checks: those to judge by.
        terms: how strictly; default: what is documented counts.
        target: how the report calls it.
        obligations: those to judge the program by, as far as traffic alone shows them; none: only the
            gateway is judged. What a probe has sent on purpose is not a program's, and not judged.
    """
    terms, clock = terms or Terms(), time.monotonic()
    checks = tuple(checks)
    if not terms.allow_inconclusive:
        terms = replace(terms, allow_inconclusive=frozenset(check.chapter for check in checks))
    results = judge(checks, transcript, terms)
    program = _program(transcript, tuple(obligations))
    return Report(
        target=target,
        results=results,
        transcript=transcript,
        level=terms.level,
        seconds=time.monotonic() - clock,
        started=min((each.at for each in transcript.exchanges), default=0.0),
        error="" if program and program.results else without_evidence(results),
        program=program,
    )


def _program(transcript: Transcript, obligations: tuple[Obligation, ...]) -> ProgramSide | None:
    if not obligations:
        return None
    if any(each.intent for each in transcript.exchanges):
        return ProgramSide(reason="this is the traffic of a probe, which breaks rules on purpose")
    found = judge_all(obligations, Evidence(transcript))
    return ProgramSide(found, "" if found else "nothing in it shows what a program is obliged to")
