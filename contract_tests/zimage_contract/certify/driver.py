"""Runs a program once for each case, side by side, and judges each as soon as it is over."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from time import monotonic, time

from zimage_contract.certificate import CaseResult, Certificate, judge_case, not_applicable, stale
from zimage_contract.certify.program import Program, Terms, run
from zimage_contract.certify.stopping import Stopped
from zimage_contract.certify.world import World
from zimage_contract.obligations.case import Case, Style, style_of, suits

_SETTLE = 0.3

Told = Callable[[Certificate, CaseResult], object]
"""Is told of every result as it is reached, from one thread, with the certificate as far as it has come."""


def certify(
    program: Program, terms: Terms, today: date, told: Told = lambda _certificate, _result: None
) -> Certificate:
    """Put a program into every case and judge what it makes of it.

    Cases run side by side, as many as the terms allow, so all of it takes about as long as the slowest.
    Where the terms name no style, each case shows it: a case that turns out to be about programs of
    the other style is not applicable. Ctrl-C ends every program, and the certificate says so.

    Raises:
        CannotStart: the program cannot be started at all.
    """
    making = _Making(program, terms, today)
    stop = Event()
    with ThreadPoolExecutor(max(1, terms.jobs)) as pool:
        running = [pool.submit(_one, program, terms, case, today, stop) for case in terms.cases]
        try:
            for done in as_completed(running):
                told(making.certificate(done.result()), done.result())
        except KeyboardInterrupt:
            return making.certificate(interrupted=True)
        finally:
            _end(pool, stop)
    return making.certificate()


def _end(pool: ThreadPoolExecutor, stop: Event) -> None:
    """End what still runs; a second Ctrl-C must not leave programs behind."""
    stop.set()
    while True:
        try:
            pool.shutdown(cancel_futures=True)
        except KeyboardInterrupt:
            continue
        return


class _Making:
    """A certificate while it comes about."""

    def __init__(self, program: Program, terms: Terms, today: date) -> None:
        self._program, self._terms, self._today = program, terms, today
        self._started, self._began = time(), monotonic()
        self._found: dict[str, CaseResult] = {}

    def certificate(self, result: CaseResult | None = None, *, interrupted: bool = False) -> Certificate:
        """Return it as far as it has come, with this result."""
        if result:
            self._found[result.case.id] = result
        terms = self._terms
        results = tuple(self._found[case.id] for case in terms.cases if case.id in self._found)
        return Certificate(
            command=tuple(self._program.command),
            results=results,
            style=terms.style or _style(self._found),
            seconds=monotonic() - self._began,
            started=self._started,
            stale=stale(terms.known, results, self._today) if len(results) == len(terms.cases) else (),
            pending=tuple(case.id for case in terms.cases if case.id not in self._found),
            interrupted=interrupted,
        )


def _one(program: Program, terms: Terms, case: Case, today: date, stop: Event) -> CaseResult:
    if terms.style and not suits(case, terms.style):
        return not_applicable(case, terms.style)
    with TemporaryDirectory(prefix="zimage-certify-") as name, World(case, speed=terms.speed) as world:
        environment = {**world.environment(os.environ), **program.environment}
        done = run(program, Path(name), environment, terms.timeout, stop)
        if stop.wait(_SETTLE):  # what is on its way to the journal still comes
            raise Stopped
        result = judge_case(case, world.evidence(done), today=today, known=terms.known)
        return replace(result, seconds=done.seconds, began=done.began)


def _style(found: Mapping[str, CaseResult]) -> Style | None:
    """Tell the style that was seen, in the case "happy" if it was run."""
    styles = {name: style_of(result.evidence) for name, result in found.items() if result.evidence}
    return styles.get("happy") or next(filter(None, styles.values()), None)
