"""The bodies that the request schemas call for: valid ones, and ones that break just one rule."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zimage_schemas import MODELS, Model, examples, rule

PROMPT = "A red kite over a grey sea"

_STRANGERS = ("unknown", "")
_PROMPTS = {
    "a prompt with ASCII's signs": 'A sign: "#1 @ <Cafe & Bar>" {50%} ~ [no_cats] | 2^3 = $8 `\\` + *;',
    "a prompt beyond ASCII": "Zwei Füchse im Schnee, 一只红鸢 над морем 🪁",
    "a long prompt": "A very long scarf, " * 120,
}
_OF_OTHER_TYPES: Mapping[str, tuple[Any, ...]] = {
    "integer": ("8", True, [8], {}),
    "number": ("8", True, [8], {}),
    "string": (8, True, ["png"], {}),
    "boolean": (1, 0, "true", [True]),
    "object": (8, True, []),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A body, and what it is to show, in words."""

    body: Any
    intent: str


def least(model: Model) -> dict[str, Any]:
    """Return a body of the required fields alone."""
    fields = fields_of(model)
    return {name: _first(name, fields[name]) for name in model.request.schema["required"]}


def fields_of(model: Model) -> Mapping[str, Mapping[str, Any]]:
    """Return the schema of every field."""
    found: Mapping[str, Mapping[str, Any]] = model.request.resolved["properties"]
    return found


def is_refused(model: Model, body: object) -> bool:
    """Tell whether the documentation says that the body is refused, so that sending it costs nothing."""
    return any(rule(each.rule).basis == "documented" for each in model.problems(body))


def good(model: Model) -> tuple[Shape, ...]:
    """Return valid bodies: together, each value that is listed, each end of a range, each way to write it."""
    return _distinct(_good(model))


def bad(model: Model) -> tuple[Shape, ...]:
    """Return bodies that each break one rule: those of the schemas' examples, and more for every field."""
    return _distinct(_bad(model))


def _good(model: Model) -> Iterator[Shape]:
    yield from (Shape(body, "many fields at once") for body in _dense(model))
    yield Shape(least(model), "only what is required")
    for each in examples():
        if each.document == model.request.name and each.breaks is None:
            yield Shape(each.instance, each.name.partition("/")[2])
    for name, schema in fields_of(model).items():
        for value in (*_values(schema), *_floats(schema)):
            yield Shape(least(model) | {name: value}, f"{name}: {json.dumps(value)}")
    for intent, prompt in _PROMPTS.items():
        yield Shape(least(model) | {"prompt": prompt}, intent)
    yield Shape(least(model) | {"seed": 7}, "a field that no model has")
    for name, value in _of_others(model).items():
        yield Shape(least(model) | {name: value}, "a field that only another model has")


def _of_others(model: Model) -> dict[str, Any]:
    """Return the optional fields that the model lacks and another one has."""
    fields = {name: value for each in MODELS.values() for name, value in each.defaults.items()}
    return {name: value for name, value in fields.items() if name not in fields_of(model)}


def _dense(model: Model) -> Iterator[dict[str, Any]]:
    """Show every value of every field, in as few bodies as the longest enumeration has values."""
    choices = {name: _values(schema) or [PROMPT] for name, schema in fields_of(model).items()}
    for turn in range(max(map(len, choices.values()))):
        yield {name: values[turn % len(values)] for name, values in choices.items()}


def _values(schema: Mapping[str, Any]) -> list[Any]:
    if "enum" in schema:
        return list(schema["enum"])
    if schema["type"] == "boolean":
        return [True, False]
    if schema["type"] == "string":
        return []
    low, high = schema["minimum"], schema["maximum"]
    return [low, high, low + 0.5 if schema["type"] == "number" else low + 1]


def _floats(schema: Mapping[str, Any]) -> list[float]:
    """Return an integer written as a float: to JSON Schema it is one all the same."""
    return [float(schema["minimum"] + 1)] if schema["type"] == "integer" else []


def _first(name: str, schema: Mapping[str, Any]) -> Any:
    return PROMPT if name == "prompt" else _values(schema)[0]


def _bad(model: Model) -> Iterator[Shape]:
    for each in examples():
        if each.document == model.request.name and each.breaks is not None:
            yield Shape(each.instance, f"refused: {each.name.partition('/')[2]}")
    for name, schema in fields_of(model).items():
        for value in _wrong(schema, _elsewhere(model, name)):
            yield Shape(least(model) | {name: value}, f"refused: {name}: {json.dumps(value)}")
    for whole in _OF_OTHER_TYPES["object"]:
        yield Shape(whole, f"refused: the whole body is {json.dumps(whole)}")


def _wrong(schema: Mapping[str, Any], elsewhere: Iterable[str]) -> Iterator[Any]:
    yield None
    yield from _OF_OTHER_TYPES[schema["type"]]
    if "enum" in schema:
        yield from (*_STRANGERS, *elsewhere, schema["enum"][0].upper(), f"{schema['enum'][0]} ")
    if "minimum" in schema:
        yield from (schema["minimum"] - 1, schema["maximum"] + 1, -(2**31), 2**31)
    if schema["type"] == "integer":
        yield schema["minimum"] + 0.5


def _elsewhere(model: Model, name: str) -> list[str]:
    """Name the values that only the other model's field of that name takes."""
    own = fields_of(model)[name].get("enum", ())
    others = (fields_of(each).get(name, {}).get("enum", ()) for each in MODELS.values())
    return [value for each in others for value in each if value not in own]


def _distinct(shapes: Iterable[Shape]) -> tuple[Shape, ...]:
    # By their JSON, since 1, 1.0 and true are the same to Python.
    return tuple({json.dumps(each.body, sort_keys=True): each for each in reversed(list(shapes))}.values())[
        ::-1
    ]
