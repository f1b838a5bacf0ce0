"""Which jobs to pay for: those that show most for the money."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, partial
from typing import Any, Literal

from zimage_contract.checks import CHECKS, Check, Need
from zimage_contract.probe.purse import price
from zimage_contract.probe.shapes import fields_of, good, least
from zimage_schemas import MODELS, Model

Plan = tuple["Candidate", ...]

Failing = Literal["job-failed", "job-error"]

_FAILING: tuple[Failing, ...] = ("job-failed", "job-error")
_LONG = 200
_OF_SUCCESS = frozenset({"output", "request"})
"""Chapters to which a job that fails adds nothing, and all others the same whatever was asked for."""

Checks = tuple[Check, ...]


@dataclass(frozen=True)
class Candidate:
    """A job that could be paid for.

    Attributes:
        model: that makes the pictures.
        body: a valid one.
        intent: what it is to show, in words.
        copies: how many identical submits it is.
        webhook: whether a callback is asked for.
        situation: whose key it is sent with: "job-failed", "job-error", or None: the good one.
        checks: those that it may be evidence for.
    """

    model: Model
    body: dict[str, Any]
    intent: str
    copies: int = 1
    webhook: bool = False
    situation: Failing | None = None
    checks: Checks = field(default=CHECKS, repr=False)

    @property
    def cost(self) -> Decimal:
        """What it costs in dollars, by the published prices."""
        return price(self.model, self.body) * self.copies

    @cached_property
    def features(self) -> frozenset[str]:
        """What it gives evidence of, in words that are compared only."""
        return frozenset(_features(self))


def candidates(
    models: Iterable[Model],
    *,
    webhook: bool,
    situations: Collection[str] = (),
    checks: Checks = CHECKS,
) -> Plan:
    """Return every job that shows something of the checks; `webhook` says whether callbacks can come."""
    of_jobs = (each for each in checks if each.is_of_jobs)
    shown = tuple(each for each in of_jobs if webhook or "webhook" not in each.needs)
    offered = (each for model in models for each in _candidates(model, situations, shown, webhook=webhook))
    return tuple(each for each in offered if each.features)


def choose(offered: Sequence[Candidate], budget: Decimal | None) -> Plan:
    """Choose what to pay for, in the order of the offer.

    Without a budget, everything. With one, again and again what shows most that is new for each dollar, as
    long as there is something new that can still be paid.
    """
    if budget is None:
        return tuple(offered)
    chosen: set[int] = set()
    covered: set[str] = set()
    while (best := _best(offered, covered, budget)) is not None:
        chosen.add(best)
        covered |= offered[best].features
        budget -= offered[best].cost
    return tuple(offered[place] for place in sorted(chosen))


def shown(plan: Iterable[Candidate]) -> frozenset[str]:
    """Return all that the jobs give evidence of together."""
    return frozenset().union(*(each.features for each in plan))


def total(plan: Plan) -> Decimal:
    """Return what the plan costs in dollars if every job is accepted."""
    return sum((each.cost for each in plan), Decimal(0))


def describe(plan: Plan, *, each: bool = True) -> str:
    """Say what is going to be paid for, and what it costs: one line, and one for each job if wanted."""
    jobs = sum(candidate.copies for candidate in plan)
    if not jobs:
        return "no job will be paid for"
    sum_up = f"{jobs} job{'s' * (jobs > 1)} for ${total(plan)} at the most"
    if not each:
        return sum_up
    return "\n".join([f"{sum_up}:", *(f"  ${candidate.cost}  {_described(candidate)}" for candidate in plan)])


def _described(candidate: Candidate) -> str:
    parts = [f"{candidate.model.title}, {candidate.intent}"]
    parts += [f"{candidate.copies} times"] * (candidate.copies > 1)
    parts += ["with a callback"] * candidate.webhook
    parts += [f"with the key for {candidate.situation}"] * bool(candidate.situation)
    return ", ".join(parts)


def _candidates(
    model: Model, situations: Collection[str], checks: Checks, *, webhook: bool
) -> Iterator[Candidate]:
    make = partial(Candidate, model, checks=checks)
    first = True
    for shape in good(model):
        yield make(shape.body, shape.intent, webhook=webhook and first)
        first = False
    yield make(least(model), "the same body again", copies=2)
    for situation in _FAILING:
        if situation in situations:
            yield make(least(model), f"to see {situation}", webhook=webhook, situation=situation)


def _best(offered: Sequence[Candidate], covered: set[str], budget: Decimal) -> int | None:
    worth = {
        place: len(each.features - covered) / each.cost
        for place, each in enumerate(offered)
        if each.cost <= budget and not each.features <= covered
    }
    return max(worth, key=worth.__getitem__, default=None)


def _features(candidate: Candidate) -> Iterator[str]:
    model, chapters = candidate.model, {each.chapter for each in candidate.checks}
    if "webhook" in chapters and not candidate.webhook:
        yield "no callback"
    found = frozenset(_evidence(candidate))
    if found:
        yield f"{model.name} {candidate.situation}"
        yield from found
    if candidate.webhook and found:
        yield f"{model.name} {candidate.situation} calls back"
    if candidate.copies > 1 and "submit" in chapters:
        yield f"{model.name} twice"
    if any(each.chapter in _OF_SUCCESS and each.id in found for each in candidate.checks):
        yield from _variety(model, candidate.body)


def _evidence(candidate: Candidate) -> Iterator[str]:
    """Name the checks that may find something in it."""
    needs: set[Need] = {"paid", "media", "second-key"}
    needs |= {candidate.situation} if candidate.situation else set()
    needs |= {"webhook"} if candidate.webhook else set()
    beside = _OF_SUCCESS if candidate.situation else frozenset()
    for each in candidate.checks:
        fits = needs.issuperset(each.needs) and each.chapter not in beside
        if fits and each.model in {None, candidate.model.name}:
            yield each.id


def _variety(model: Model, body: dict[str, Any]) -> Iterator[str]:
    """Say what is asked for."""
    if body.get("num_images", 1) > 1:
        yield "several pictures"
    if body.keys() == least(model).keys() and _kind("prompt", body) == "text":
        yield f"{model.name} nothing else"
    for name in model.unknown_fields(body):
        others = any(name in other.defaults for other in MODELS.values())
        yield f"{model.name} {'another model' if others else 'nobody'} has this field"
    for name in fields_of(model):
        yield f"{model.name} {name}: {_kind(name, body)}"


def _kind(name: str, body: dict[str, Any]) -> str:
    if name == "prompt":
        strange = not body[name].isascii() or not body[name].strip() or len(body[name]) > _LONG
        return json.dumps(body[name]) if strange else "text"
    return json.dumps(body[name]) if name in body else "left out"
