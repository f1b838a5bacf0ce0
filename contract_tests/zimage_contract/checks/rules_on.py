"""The checks that the schemas' rules are: which rules a document was subject to, and which it broke."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from zimage_contract.checks.check import Chapterful, Judge, Judgement, Need
from zimage_contract.checks.unread import unread_answer
from zimage_contract.exchange import Exchange, Transcript
from zimage_schemas import Problem, Rule, document, rules

Documents = Callable[[Transcript], Iterable[tuple[Exchange, Any]]]
"""Finds the documents of one kind, each with the exchange that carried it."""

_APPLIES = " with a value to which the rule applies"
_BROKEN_BY = {"required": "it is missing", "not": "it is there", "minLength": "empty", "minItems": "empty"}
_NEEDS: Mapping[str, Need] = {"failed": "job-failed", "error": "job-error"}
_OF_KIND: Mapping[str, type | tuple[type, ...]] = {
    "enum": str,
    "pattern": str,
    "minLength": str,
    "minItems": list,
    "minimum": (int, float),
    "maximum": (int, float),
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a document shows of the rules of its kind; rules that it does not touch are in neither part.

    Attributes:
        kept: ids of the rules that applied and were kept everywhere.
        broken: the first problem of every rule that was not, by the rule's id. A value that breaks several
            rules breaks the first of them, in the rules' order.
    """

    kept: tuple[str, ...]
    broken: Mapping[str, Problem]


Rulings = Callable[[Transcript], Mapping[int, tuple[Exchange, Ruling]]]
"""Judges the documents of one kind, by the number of the exchange that carried each."""


def rule_on(name: str, instance: object) -> Ruling:
    """Judge an instance of document `name` by every rule which that document states itself."""
    problems = document(name).problems(instance)
    broken: dict[str, Problem] = {}
    for problem in problems:
        broken.setdefault(problem.rule, problem)
    ranks = {problem.pointer: _rank(name, problem.rule) for problem in problems}
    kept = (law.rule.id for law in _laws(name) if law.rule.id not in broken and law.kept(instance, ranks))
    return Ruling(tuple(kept), broken)


def add_rules(
    chapter: Chapterful, name: str, documents: Documents, *, wants: str = "", needs: tuple[Need, ...] = ()
) -> Rulings:
    """Add a check for every rule which document `name` states: none of `documents` breaks it.

    Returns what `Transcript.once` finds the rulings with.

    Args:
        chapter: to add them to.
        name: of the document.
        documents: finds those to be judged. Each is judged once for all rules of all chapters.
        wants: what it looks for, such as "a status document".
        needs: what there can be no evidence without; a rule for FAILED or ERROR needs its key besides.
    """

    def rulings(seen: Transcript) -> Mapping[int, tuple[Exchange, Ruling]]:
        return {each.number: (each, rule_on(name, instance)) for each, instance in documents(seen)}

    def by_rule(seen: Transcript) -> Mapping[str, list[Judgement]]:
        found: dict[str, list[Judgement]] = {law.rule.id: [] for law in _laws(name)}
        for exchange, ruling in seen.once(rulings).values():
            for rule_id, judgement in _judgements(exchange, ruling):
                if rule_id in found:
                    found[rule_id].append(judgement)
        return found

    for law in _laws(name):
        _, when, condition = law.rule.requirement.partition(" when ")
        special = tuple(_NEEDS[each] for each in _NEEDS if law.rule.id.startswith(f"{name}.when-{each}."))
        chapter.of_rule(
            law.rule,
            _judge(by_rule, law.rule.id),
            wants=f"{wants or chapter.wants}{when}{condition}{_APPLIES if law.is_of_a_part else ''}",
            needs=(needs or chapter.needs) + special,
        )
    return rulings


def _judge(by_rule: Callable[[Transcript], Mapping[str, list[Judgement]]], rule_id: str) -> Judge:
    return lambda seen: seen.once(by_rule)[rule_id]


def _judgements(exchange: Exchange, ruling: Ruling) -> Iterator[tuple[str, Judgement]]:
    kept = Judgement(exchange)
    yield from ((rule_id, kept) for rule_id in ruling.kept)
    for rule_id, problem in ruling.broken.items():
        expected, actual = _said(problem)
        whole = problem.pointer == "" and exchange.kind != "callback" and not exchange.got_json
        yield rule_id, Judgement(exchange, expected, unread_answer(exchange) if whole else actual)


def _said(problem: Problem) -> tuple[str, str]:
    """Take the problem apart into what was expected and what was found."""
    rule = _rules_by_id()[problem.rule]
    found = problem.message[len(rule.requirement) - 1 :].partition(", not ")[2]
    return rule.requirement, found or _BROKEN_BY.get(rule.keyword, problem.message)


@dataclass(frozen=True, slots=True)
class _Law:
    """A rule, and how to find the places in an instance that it is about.

    Attributes:
        rule: itself.
        rank: its place among the rules.
        steps: from the root to the value, or to the holder of `member`; "*" means every item.
        member: what must be there (`required`) or must not be (`not`); "" for all other rules.
        condition: a field, and the texts of which it must have one for the rule to apply.
    """

    rule: Rule
    rank: int
    steps: tuple[str, ...]
    member: str = ""
    condition: tuple[str, tuple[str, ...]] | None = None

    @property
    def is_of_a_part(self) -> bool:
        """Tell whether a document may be there and yet hold nothing that the rule is about."""
        return bool(self.steps) and not self.member

    def kept(self, instance: object, ranks: Mapping[str, int]) -> bool:
        """Tell whether the rule, which is not broken, applied: at a place where none before it was broken."""
        if self.condition and not _holds(self.condition, instance):
            return False
        if self.member:
            present = self.rule.keyword == "required"
            holders = [each for _, each in _places(instance, self.steps) if isinstance(each, dict)]
            return bool(holders) and all((self.member in each) == present for each in holders)
        return any(
            self._matters(value) and ranks.get(pointer, self.rank) >= self.rank
            for pointer, value in _places(instance, self.steps)
        )

    def _matters(self, value: object) -> bool:
        return isinstance(value, _OF_KIND.get(self.rule.keyword, object))


def _holds(condition: tuple[str, tuple[str, ...]], instance: object) -> bool:
    name, texts = condition
    return isinstance(instance, dict) and instance.get(name) in texts


def _places(value: object, steps: tuple[str, ...], pointer: str = "") -> Iterator[tuple[str, object]]:
    """Find the values that the steps lead to, each with its JSON pointer."""
    if not steps:
        yield pointer, value
    elif steps[0] == "*" and isinstance(value, list):
        for index, each in enumerate(value):
            yield from _places(each, steps[1:], f"{pointer}/{index}")
    elif isinstance(value, dict) and steps[0] in value:
        yield from _places(value[steps[0]], steps[1:], f"{pointer}/{steps[0]}")


@cache
def _laws(name: str) -> tuple[_Law, ...]:
    """Return the rules that document `name` states itself, in their order; defaults judge nothing."""
    stated = (each for each in rules() if each.document == name and each.keyword != "default")
    return tuple(_law(each, document(name).resolved) for each in stated)


def _law(rule: Rule, schema: Any) -> _Law:
    """Follow the rule's pointer through the schema."""
    steps: list[str] = []
    condition = None
    way = iter(rule.pointer.split("/")[1:])
    for step in way:
        if step == "then":
            ((name, asked),) = schema["if"]["properties"].items()
            condition = (name, tuple(asked["enum"]))
        schema = schema[int(step)] if isinstance(schema, list) else schema[step]
        if step == "properties":
            steps.append(name := next(way))
            schema = schema[name]
        elif step == "items":
            steps.append("*")
    member = schema if rule.keyword == "required" else steps.pop() if rule.keyword == "not" else ""
    return _Law(rule, _ranks()[rule.id], tuple(steps), member, condition)


def _rank(name: str, rule_id: str) -> int:
    """Place a rule among those of document `name`; what it took over from another one comes first."""
    return _ranks()[rule_id] if _rules_by_id()[rule_id].document == name else -1


@cache
def _ranks() -> Mapping[str, int]:
    return {each.id: rank for rank, each in enumerate(rules())}


@cache
def _rules_by_id() -> Mapping[str, Rule]:
    return {each.id: each for each in rules()}
