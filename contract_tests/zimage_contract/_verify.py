"""Probe a gateway, and say whether it keeps the contract."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from zimage_contract.checks import CHECKS, Check
from zimage_contract.exchange import Transcript
from zimage_contract.probe.settings import ProbeSettings
from zimage_contract.verdict import LEFT_OUT, Report, Result, Spend, Terms, judge, without_evidence
from zimage_schemas import Model


def verify(
    settings: ProbeSettings,
    checks: Iterable[Check] = CHECKS,
    terms: Terms | None = None,
    tell: Callable[[str], None] = lambda _line: None,
    *,
    target: str = "",
) -> Report:
    """Probe the gateway and judge it.

    A gateway that does not answer at all gives a report with an `error`, at no cost.

    Args:
        settings: where it is and how to probe it.
        checks: those to judge by; what shows nothing of those that the terms leave is not paid for.
        terms: how strictly; default: what is documented counts.
        tell: is told what is going on, first of all what is going to be paid for.
        target: how the report calls it; default: its origin.
    """
    from zimage_contract.probe import CannotListen, Observation, Unreachable, probe

    checks, terms = tuple(checks), terms or Terms()
    terms = replace(terms, left_out={**_of_others(checks, settings.models), **terms.left_out})
    settings = replace(settings, checks=tuple(each for each in checks if each.id not in terms.left_out))
    started, clock = time.time(), time.monotonic()
    results: tuple[Result, ...] = ()
    try:
        found = probe(settings, tell)
    except (CannotListen, Unreachable) as failure:
        found, error = Observation(Transcript(()), Spend()), str(failure)
    else:
        results = judge(checks, found.transcript, terms)
        error = "interrupted, so some jobs were not seen to their ends" if found.interrupted else ""
        error = error or without_evidence(results)
    return Report(
        target=target or settings.origin,
        results=results,
        transcript=found.transcript,
        level=terms.level,
        seed=settings.seed,
        seconds=time.monotonic() - clock,
        started=started,
        spend=found.spend,
        error=error,
        interrupted=found.interrupted,
    )


def _of_others(checks: Iterable[Check], models: Iterable[Model]) -> dict[str, str]:
    """Return the checks that are about models which are not probed, each with that reason."""
    probed = [model.name for model in models]
    said = f"{LEFT_OUT}: only {' and '.join(probed)} was probed"
    return {check.id: said for check in checks if check.model not in {None, *probed}}
