"""Runs a program once for each case, side by side, and judges each as soon as it is over."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep, time

from zimage_contract.certificate import CaseResult, Certificate, judge_case, not_applicable, stale
from zimage_contract.certify.program import Program, Terms, run
from zimage_contract.certify.world import World
from zimage_contract.obligations.case import Case, Style, style_of, suits

_SETTLE = 0.3

Told = Callable[[CaseResult], object]
"""Is told of every result as it is reached, from one thread."""


def certify(program: Program, terms: Terms, today: date, told: Told = lambda _: None) -> Certificate:
    """Put a program into every case and judge what it makes of it.

    Cases run side by side, as many as the terms allow, so all of it takes about as long as the slowest.
    Where the terms name no style, each case shows it: a case that turns out to be about programs of
    the other style is not applicable.

    Raises:
        CannotStart: the program cannot be started at all.
    """
    started, began = time(), monotonic()
    found: dict[str, CaseResult] = {}
    with ThreadPoolExecutor(max(1, terms.jobs)) as pool:
        running = [pool.submit(_one, program, terms, case, today) for case in terms.cases]
        try:
            for done in as_completed(running):
                result = done.result()
                found[result.case.id] = result
                told(result)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    results = tuple(found[case.id] for case in terms.cases)
    return Certificate(
        command=tuple(program.command),
        results=results,
        style=terms.style or _style(results),
        seconds=monotonic() - began,
        started=started,
        stale=stale(terms.known, results, today),
    )


def _one(program: Program, terms: Terms, case: Case, today: date) -> CaseResult:
    if terms.style and not suits(case, terms.style):
        return not_applicable(case, terms.style)
    with TemporaryDirectory(prefix="zimage-certify-") as name, World(case, speed=terms.speed) as world:
        environment = {**world.environment(os.environ), **program.environment}
        done = run(program, Path(name), environment, terms.timeout)
        sleep(_SETTLE)  # what is on its way to the journal still comes
        return judge_case(case, world.evidence(done), today=today, seconds=done.seconds, known=terms.known)


def _style(results: Iterable[CaseResult]) -> Style | None:
    """Tell the style that was seen, in the case "happy" if it was run."""
    styles = {result.case.id: style_of(result.evidence) for result in results if result.evidence}
    return styles.get("happy") or next(filter(None, styles.values()), None)
