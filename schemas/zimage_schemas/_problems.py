"""Say what is wrong with an instance: once for each place, in words, naming the rule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from zimage_schemas._rules import Path, Rule, pointer_to
from zimage_schemas._wording import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_WITHOUT_VALUE = frozenset({"required", "minLength", "minItems", "not"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One breach of one rule.

    `pointer` (RFC 6901) leads to the value; for a missing field, to where it belongs. `rule` is a `Rule.id`.
    `message` is one line of at most 200 printable characters without a full stop.
    """

    pointer: str
    rule: str
    message: str


class Error(Protocol):
    """What is read of jsonschema's errors."""

    validator: str
    validator_value: Any
    instance: Any
    absolute_path: Sequence[str | int]
    absolute_schema_path: Sequence[str | int]


class Validator(Protocol):
    """What is used of jsonschema's validators."""

    def is_valid(self, instance: object) -> bool:
        """Tell whether there is no error."""
        ...

    def iter_errors(self, instance: object) -> Iterator[Error]:
        """Yield the errors."""
        ...


@dataclass(frozen=True, slots=True)
class _Breach:
    rank: int
    rule: Rule
    path: Path
    value: object

    def problem(self) -> Problem:
        said = self.rule.requirement
        for index in (step for step in self.path if isinstance(step, int)):
            said = re.sub(r"\[\*\]", f"[{index}]", said, count=1)
        if self.rule.keyword not in _WITHOUT_VALUE:
            said += f", not {show(self.value)}"
        return Problem(pointer_to(self.path), self.rule.id, said)


def problems(errors: Iterable[Error], rules: Mapping[Path, Rule]) -> tuple[Problem, ...]:
    """Return the problems that the errors amount to: missing fields first, else in the schema's order.

    A value that breaks several rules is reported for the first of them in the schema's order: who sends a
    number for a text need not hear that it is not one of the five texts either.
    """
    ranks = {path: rank for rank, path in enumerate(rules)}
    first: dict[Path, _Breach] = {}
    for place, path, value in (each for error in errors for each in _places(error)):
        breach = _Breach(ranks[place], rules[place], path, value)
        first[path] = min(breach, first.get(path, breach), key=lambda each: each.rank)
    ordered = sorted(first.values(), key=lambda each: (each.rule.keyword != "required", each.rank))
    return tuple(each.problem() for each in ordered)


def _places(error: Error) -> Iterator[tuple[Path, Path, object]]:
    """Yield the place in the schema, the place in the instance and the value there.

    The error of `required` does not say which property, and there is one for each: every one yields them all.
    """
    place, path = tuple(error.absolute_schema_path), tuple(error.absolute_path)
    if error.validator != "required":
        yield place, path, error.instance
        return
    for name in error.validator_value:
        if name not in error.instance:
            yield (*place, name), (*path, name), None
