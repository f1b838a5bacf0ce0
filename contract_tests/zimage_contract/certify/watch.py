"""The passive form: for programs that others start. Every case stands ready under an address of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from time import monotonic, time

from zimage_contract.certificate import Certificate, judge_case, not_applicable, stale
from zimage_contract.certify.program import Terms
from zimage_contract.certify.world import World
from zimage_contract.obligations.case import Case, style_of, suits


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one case waits for a program: the origin to call, and the key to call it with."""

    case: Case
    url: str
    key: str


def watch(terms: Terms, today: date, wait: Callable[[Sequence[Stand]], object]) -> Certificate:
    """Set up every case, wait, and judge what came.

    Args:
        terms: which cases; `jobs` and `timeout` mean nothing here.
        today: for the expiry of known breaches.
        wait: is told where the cases stand, and returns when the programs are over.
    """
    started, began = time(), monotonic()
    cases = [case for case in terms.cases if suits(case, terms.style)]
    with ExitStack() as open_worlds:
        worlds = [open_worlds.enter_context(World(case, speed=terms.speed, masked=False)) for case in cases]
        wait([Stand(world.case, world.url, world.key) for world in worlds])
        found = {
            world.case.id: judge_case(world.case, world.evidence(), today=today, known=terms.known)
            for world in worlds
        }
    results = tuple(found.get(case.id) or not_applicable(case, terms.style) for case in terms.cases)
    styles = (style_of(result.evidence) for result in results if result.evidence)
    return Certificate(
        command=(),
        results=results,
        style=terms.style or next(filter(None, styles), None),
        seconds=monotonic() - began,
        started=started,
        stale=stale(terms.known, results, today),
    )
