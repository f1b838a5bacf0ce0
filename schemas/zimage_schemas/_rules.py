"""Find the rules that a schema states, each with the ground it stands on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_args

from zimage_schemas._loader import DOCUMENT_NAMES, resolved
from zimage_schemas._wording import joined, requirement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Basis = Literal["documented", "observed", "platform", "assumed"]
BASES: tuple[Basis, ...] = get_args(Basis)
"""From the firmest ground to the softest."""

Path = tuple[str | int, ...]
_STATED = frozenset(
    {"type", "enum", "minimum", "maximum", "minLength", "minItems", "pattern", "not", "default"}
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One demand of the contract.

    `id` never changes once released. `pointer` (RFC 6901) leads to the keyword in the document's `resolved`
    schema; for `required` to the one name in the list. `requirement` is a sentence without its full stop.
    `section` is a heading of the provider's documentation: where the rule stands or, when the basis is not
    "documented", where one would look for it.
    """

    id: str
    document: str
    pointer: str
    keyword: str
    requirement: str
    basis: Basis
    section: str


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule of every document once, in the order of the documents and of their files."""
    found = (rule for name in DOCUMENT_NAMES for rule in rules_by_path(name).values())
    return tuple({rule.id: rule for rule in found}.values())


def rule(rule_id: str) -> Rule:
    """Return the rule of that id; raise KeyError when there is none."""
    return _rules_by_id()[rule_id]


@cache
def rules_by_path(name: str) -> Mapping[Path, Rule]:
    """Return the rules that judge document `name`, by their place in its resolved schema and in its order."""
    return dict(_found(resolved(name), _Place()))


def pointer_to(path: Path) -> str:
    """Return the path as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


@cache
def _rules_by_id() -> Mapping[str, Rule]:
    return {each.id: each for each in rules()}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the walk through a schema is, and what it inherits from above."""

    path: Path = ()  # from the root of the schema that judges, as jsonschema reports it
    own_path: Path = ()  # from the root of the document that states the rule
    document: str = ""
    when: str = ""
    condition: str = ""
    subject: str = ""
    basis: Basis = "assumed"
    section: str = ""

    def within(self, schema: Mapping[str, Any]) -> _Place:
        """Take on what the schema says of itself; one with an `$id` is a document and names its rules."""
        place = self
        if "$id" in schema:
            place = replace(self, document=schema["$id"].rpartition(":")[2], own_path=(), subject="")
        return replace(
            place,
            basis=schema.get("x-basis", place.basis),
            section=schema.get("x-section", place.section),
        )

    def at(self, *steps: str | int, subject: str | None = None) -> _Place:
        """Go down the schema, and with `subject` down the instance too."""
        subject = self.subject if subject is None else subject
        return replace(self, path=self.path + steps, own_path=self.own_path + steps, subject=subject)

    def on(self, schema: Mapping[str, Any]) -> _Place:
        """Go into the `then` of a condition on one property's values."""
        (name, values), *_ = schema["if"]["properties"].items()
        return replace(
            self.at("then"),
            when=f"when-{schema['x-when']}",
            condition=f" when {name} is {joined(values['enum'], 'or')}",
        )

    def member(self, name: str) -> str:
        return f"{self.subject}.{name}" if self.subject else name


def _found(schema: Mapping[str, Any], place: _Place) -> Iterator[tuple[Path, Rule]]:
    place = place.within(schema)
    for keyword, value in schema.items():
        if keyword in _STATED:
            yield (*place.path, keyword), _rule(schema, place.at(keyword), keyword)
        elif keyword == "required":
            yield from _required(schema, place)
        else:
            for part, there in _parts(schema, place, keyword, value):
                yield from _found(part, there)


def _required(schema: Mapping[str, Any], place: _Place) -> Iterator[tuple[Path, Rule]]:
    for index, name in enumerate(schema["required"]):
        there = place.at("required", index, subject=place.member(name))
        yield (*place.path, "required", name), _rule(schema, there, "required", f"required.{name}")


def _parts(
    schema: Mapping[str, Any],
    place: _Place,
    keyword: str,
    value: Any,
) -> Iterator[tuple[Mapping[str, Any], _Place]]:
    if keyword == "properties":
        for name, part in value.items():
            yield part, place.at(keyword, name, subject=place.member(name))
    elif keyword == "items":
        yield value, place.at(keyword, subject=f"{place.subject}[*]")
    elif keyword == "allOf":
        yield from ((part, place.at(keyword, index)) for index, part in enumerate(value))
    elif keyword == "then":
        yield value, place.on(schema)


def _rule(schema: Mapping[str, Any], place: _Place, keyword: str, special: str = "") -> Rule:
    notes = schema.get("x-rules", {})
    note = notes.get(special, notes.get(keyword, {}))
    says = note.get("says") or requirement(keyword, schema[keyword])
    return Rule(
        id=".".join(filter(None, (place.document, place.when, place.subject, keyword))),
        document=place.document,
        pointer=pointer_to(place.own_path),
        keyword=keyword,
        requirement=f"{place.subject or 'the body'} {says}{place.condition}",
        basis=note.get("basis", place.basis),
        section=note.get("section", place.section),
    )
