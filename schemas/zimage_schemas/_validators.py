"""Build the validators: python-jsonschema with a few keywords of our own, quicker and safe with any value."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Any

from jsonschema import (  # type: ignore[import-untyped]  # it ships no types; only this module imports it
    Draft202012Validator,
    ValidationError,
    validators,
)

from zimage_schemas._loader import resolved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from zimage_schemas._problems import Validator

    Schema = Mapping[str, Any]
    Holds = Callable[[Any, Any, Any], bool]


@cache
def validator(name: str) -> Validator:
    """Return the validator of document `name`."""
    made: Validator = _Validator(_bare(resolved(name)))
    return made


# The next three do what jsonschema's own do, but descend only to report: descending makes a new validator for
# every part, which is most of the time that a valid body takes.


def _properties(validator: Any, properties: Schema, instance: object, _: Schema) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        for name, schema in properties.items():
            if name in instance and _breaks(validator, instance[name], schema):
                yield from validator.descend(instance[name], schema, path=name, schema_path=name)


def _all_of(validator: Any, parts: list[Schema], instance: object, _: Schema) -> Iterator[ValidationError]:
    for index, schema in enumerate(parts):
        if _breaks(validator, instance, schema):
            yield from validator.descend(instance, schema, schema_path=index)


def _if(validator: Any, condition: Schema, instance: object, schema: Schema) -> Iterator[ValidationError]:
    if _applies(condition, instance) and _breaks(validator, instance, schema["then"]):
        yield from validator.descend(instance, schema["then"], schema_path="then")


def _applies(condition: Schema, instance: object) -> bool:
    """Tell whether a field is there with one of some texts: the one form that our conditions have."""
    ((name, asked),) = condition["properties"].items()
    return isinstance(instance, dict) and instance.get(name) in asked["enum"]


def _breaks(validator: Any, instance: object, schema: Schema) -> bool:
    for keyword, value in schema.items():
        judge = validator.VALIDATORS.get(keyword)
        for _ in (judge and judge(validator, value, instance, schema)) or ():
            return True
    return False


def _keyword(holds: Holds) -> Callable[..., Iterator[ValidationError]]:
    """Make a keyword whose error has no message: jsonschema's own print the whole value.

    That takes as long as the value is, and raises for one nested deeply or an integer of thousands of digits.
    """

    def judge(
        validator: object, value: object, instance: object, _schema: object
    ) -> Iterator[ValidationError]:
        if not holds(validator, value, instance):
            yield ValidationError("")

    return judge


def _has_type(validator: Any, types: str | list[str], instance: object) -> bool:
    if isinstance(types, str):
        return bool(validator.is_type(instance, types))
    return any(validator.is_type(instance, each) for each in types)


def _is_number(_checker: object, instance: object) -> bool:
    """Take what JSON calls a number: no boolean, and no NaN, which compares as if it were in range."""
    if isinstance(instance, float):
        return math.isfinite(instance)
    return isinstance(instance, int) and not isinstance(instance, bool)


def _bare(schema: Schema) -> dict[str, Any]:
    """Return the schema without what judges nothing, so that nothing is looked up for it."""
    return {key: _bare_part(key, value) for key, value in schema.items() if key in _KEYWORDS}


def _bare_part(keyword: str, value: Any) -> Any:
    if keyword == "properties":
        return {name: _bare(part) for name, part in value.items()}
    if keyword == "allOf":
        return [_bare(part) for part in value]
    return _bare(value) if keyword in {"items", "then"} else value


_KEYWORDS = frozenset(Draft202012Validator.VALIDATORS) | {"then"}
_OURS: Mapping[str, Holds] = {
    "enum": lambda _, values, instance: instance in values,  # texts only, so `1 == True` cannot mislead
    "maximum": lambda judge, most, instance: not judge.is_type(instance, "number") or instance <= most,
    "minimum": lambda judge, least, instance: not judge.is_type(instance, "number") or instance >= least,
    "not": lambda judge, schema, instance: _breaks(judge, instance, schema),
    "type": _has_type,
}
_Validator = validators.extend(
    Draft202012Validator,
    {"allOf": _all_of, "if": _if, "properties": _properties}
    | {name: _keyword(holds) for name, holds in _OURS.items()},
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("number", _is_number),
)
