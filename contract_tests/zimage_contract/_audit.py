"""Judge recorded traffic by the checks that a probe is judged by."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

from zimage_contract.checks import CHECKS, Check
from zimage_contract.exchange import Transcript
from zimage_contract.verdict import Report, Terms, judge, without_evidence


def audit(
    transcript: Transcript,
    checks: Iterable[Check] = CHECKS,
    terms: Terms | None = None,
    *,
    target: str = "a recording",
) -> Report:
    """Judge the gateway's side of a transcript, such as `load_har` returns.

    A recording shows what it shows: unless `terms.allow_inconclusive` names some, every check may be
    without evidence. When all are, there is no verdict: the report has an `error`.

    Args:
        transcript: what was recorded.
        checks: those to judge by.
        terms: how strictly; default: what is documented counts.
        target: how the report calls it.
    """
    terms, clock = terms or Terms(), time.monotonic()
    checks = tuple(checks)
    if not terms.allow_inconclusive:
        terms = replace(terms, allow_inconclusive=frozenset(check.chapter for check in checks))
    results = judge(checks, transcript, terms)
    return Report(
        target=target,
        results=results,
        transcript=transcript,
        level=terms.level,
        seconds=time.monotonic() - clock,
        started=min((each.at for each in transcript.exchanges), default=0.0),
        error=without_evidence(results),
    )
