"""Hypothesis strategies: request bodies that keep a model's schema, and bodies that break one rule of it.

Made for the keywords that the request schemas use. A gateway answers faster than hypothesis draws, so a body
takes two or three choices: one number says which fields it has and, of a few each, their values; the field
that matters is drawn besides. Both shrink to the least body. No text holds a NUL or half of a surrogate pair,
and no number leaves 53 bits: those would be one more thing to refuse.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any

from hypothesis import strategies as st

from zimage_schemas import MODELS, Model, Rule, rules

Strategy = st.SearchStrategy[Any]
Schema = Mapping[str, Any]

_FAR = 2**53
_ABSENT = object()
_MODEL_OF = {model.request.name: model for model in MODELS.values()}
_PROMPTS = ("a", "A lighthouse in a storm", "雪の中の狐 🦊", 'say "cheese"\\\n')
_FEW: Mapping[str, list[Any]] = {"string": list(_PROMPTS), "boolean": [True, False]}

_characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
texts = st.text(_characters, max_size=30)
_some_text = st.text(_characters, min_size=1, max_size=30)
_parts = st.sampled_from([0.5, 0.25, 0.1, 1e-6])
_fractions = st.builds(lambda whole, part: whole + part, st.integers(-200, 200), _parts)
_numerals = st.sampled_from(["1", "4", "10", "8.0", "1e1", " 8", "-1"]) | st.integers(-200, 200).map(str)
_scalars = st.none() | st.booleans() | st.integers(-_FAR, _FAR) | _fractions | texts

_KINDS: Mapping[str, Strategy] = {
    "null": st.none(),
    "boolean": st.booleans(),
    "integer": st.sampled_from([0, 1, 8.0, -1]) | st.integers(-_FAR, _FAR),
    "fraction": _fractions,
    "string": texts,
    "array": st.builds(list) | _scalars.map(lambda value: [value]),
    "object": st.builds(dict) | texts.map(lambda name: {name: 1}),
}
"""Values of each type of JSON; a number is an integer or a fraction."""

_MISTAKEN: Mapping[str, Strategy] = {
    "integer": _numerals,
    "number": _numerals,
    "boolean": st.sampled_from(["true", "false", "yes"]),
}
"""What is most often sent for a type."""


def breakable(model: Model) -> tuple[Rule, ...]:
    """Return the rules of the model's requests that a body can break: all but the defaults."""
    return tuple(
        each for each in rules() if each.document == model.request.name and each.keyword != "default"
    )


def valid(model: Model) -> Strategy:
    """Make bodies that break no rule, with any choice of fields, known and unknown."""
    free = (_with(model, name, _right(schema)) for name, schema in _properties(model).items())
    return st.one_of(
        *free,
        range_ends(model),
        integer_valued_floats(model),
        unknown_fields(model),
        foreign_fields(model),
    )


def plain(model: Model) -> Strategy:
    """Make bodies of known fields only that break no rule: the required ones, and any of the others."""
    digits = [(name, _familiar(model, name)) for name in _properties(model)]

    def read(number: int) -> dict[str, Any]:
        body = {}
        for name, values in digits:
            number, digit = divmod(number, len(values))
            if values[digit] is not _ABSENT:
                body[name] = values[digit]
        return body

    return st.integers(0, math.prod(len(values) for _, values in digits) - 1).map(read)


def range_ends(model: Model) -> Strategy:
    """Make valid bodies with a number that is the least or the greatest permitted."""
    return st.one_of(
        [
            _with(model, name, st.sampled_from([schema["minimum"], schema["maximum"]]))
            for name, schema in _numbers(model)
        ]
    )


def integer_valued_floats(model: Model) -> Strategy:
    """Make valid bodies with an integer written as a float, such as 8.0."""
    return st.one_of(
        [
            _with(model, name, st.integers(schema["minimum"], schema["maximum"]).map(float))
            for name, schema in _numbers(model, "integer")
        ]
    )


def unknown_fields(model: Model) -> Strategy:
    """Make valid bodies with fields that no model knows."""
    strangers = st.builds(lambda name, value: {f"x{name}": value}, texts, _scalars)
    return st.builds(lambda body, more: {**more, **body}, plain(model), strangers)


def foreign_fields(model: Model) -> Strategy:
    """Make valid bodies with a field that only another model knows; nothing where there is none."""
    return st.one_of(
        [
            _with(model, name, _right(schema))
            for other in MODELS.values()
            for name, schema in _properties(other).items()
            if name not in _properties(model)
        ]
    )


def fractions(model: Model) -> Strategy:
    """Make bodies with a fraction for an integer, and nothing else wrong."""
    return st.one_of([_with(model, name, _fractions) for name, _ in _numbers(model, "integer")])


def booleans_for_integers(model: Model) -> Strategy:
    """Make bodies with true or false for an integer, and nothing else wrong."""
    return st.one_of([_with(model, name, st.booleans()) for name, _ in _numbers(model, "integer")])


def strings_for_numbers(model: Model) -> Strategy:
    """Make bodies with a number in quotation marks, and nothing else wrong."""
    return st.one_of([_with(model, name, _numerals) for name, _ in _numbers(model)])


def nulls(model: Model) -> Strategy:
    """Make bodies with null for a known field, and nothing else wrong: null is not "left out"."""
    return st.one_of([_with(model, name, st.none()) for name in _properties(model)])


def one_step_beyond(model: Model) -> Strategy:
    """Make bodies with a number just outside its range, and nothing else wrong."""
    return st.one_of(
        [
            _with(model, name, st.sampled_from([_beyond(schema, "minimum"), _beyond(schema, "maximum")]))
            for name, schema in _numbers(model)
        ]
    )


@cache
def breaking(rule: Rule) -> Strategy:
    """Make bodies that break this rule of a request, and no other."""
    model = _MODEL_OF[rule.document]
    steps = rule.id.removeprefix(rule.document + ".").removesuffix(rule.keyword).strip(".")
    if not steps:
        return _of_other_type("object")
    if rule.keyword == "required":
        return plain(model).map(lambda body: {name: body[name] for name in body if name != steps})
    return _with(model, steps, _wrong(steps, _properties(model)[steps], rule.keyword))


def _familiar(model: Model, name: str) -> list[Any]:
    """Return a few values that a field permits, the simplest first, and a power of two of them.

    So that in a number which stands for a body each field has bits of its own, which hypothesis can clear.
    """
    schema = _properties(model)[name]
    values = [] if name in _required(model) else [_ABSENT]
    values += schema.get("enum") or _FEW.get(schema["type"]) or [schema["minimum"], schema["maximum"]]
    room: int = 1 << (len(values) - 1).bit_length()
    return [*values, *values][:room]


def _right(schema: Schema) -> Strategy:
    """Make values that a field permits."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema["type"] in _FEW:
        return _some_text if schema["type"] == "string" else st.booleans()
    whole = st.integers(schema["minimum"], schema["maximum"])
    return whole if schema["type"] == "integer" else whole | st.floats(schema["minimum"], schema["maximum"])


def _wrong(name: str, schema: Schema, keyword: str) -> Strategy:
    """Make values of a field that break the rule of this keyword, and none that comes before it."""
    if keyword == "type":
        return _of_other_type(schema["type"])
    if keyword == "enum":
        return _strangers(name, schema["enum"])
    if keyword == "minLength":
        return st.just("")
    step = st.just(_beyond(schema, keyword))
    bound = schema[keyword]
    if keyword == "minimum":
        far, near = st.integers(-_FAR, math.ceil(bound) - 1), st.floats(bound - 1, bound, exclude_max=True)
    else:
        far, near = st.integers(math.floor(bound) + 1, _FAR), st.floats(bound, bound + 1, exclude_min=True)
    return step | far | (near if schema["type"] == "number" else far.map(float))


def _of_other_type(wanted: str) -> Strategy:
    """Make values of every type of JSON but this; first of all those that are taken for it."""
    own = {"integer", "fraction"} if wanted == "number" else {wanted}
    others = [values for kind, values in _KINDS.items() if kind not in own]
    return st.one_of(*others, _MISTAKEN.get(wanted, st.nothing()))


def _strangers(name: str, known: list[str]) -> Strategy:
    """Make strings that are not in the list: other models' values, near misses, any text."""
    foreign = (value for model in MODELS.values() for value in _properties(model)[name]["enum"])
    near = (
        miss for value in known for miss in (value.upper(), f"{value} ", value[:-1], value.replace("_", "-"))
    )
    listed = dict.fromkeys(value for value in (*foreign, *near, "") if value not in known)
    return st.sampled_from(list(listed)) | texts.filter(lambda value: value not in known)


def _beyond(schema: Schema, keyword: str) -> float:
    """Return the nearest value outside the range that people would write."""
    step = 1 if schema["type"] == "integer" else 0.1
    bound: float = schema[keyword]
    return bound - step if keyword == "minimum" else bound + step


def _with(model: Model, name: str, values: Strategy) -> Strategy:
    """Make valid bodies, many of them the least one, but for one field that takes these values."""
    least = {each: _familiar(model, each)[0] for each in _required(model)}
    others: Strategy = st.builds(dict, st.just(least)) | plain(model)
    return st.builds(lambda body, value: {**body, name: value}, others, values)


def _properties(model: Model) -> Mapping[str, Schema]:
    found: Mapping[str, Schema] = model.request.resolved["properties"]
    return found


def _required(model: Model) -> list[str]:
    found: list[str] = model.request.resolved["required"]
    return found


def _numbers(model: Model, *types: str) -> list[tuple[str, Schema]]:
    wanted = types or ("integer", "number")
    return [(name, schema) for name, schema in _properties(model).items() if schema["type"] in wanted]
