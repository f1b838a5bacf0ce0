"""Turn keywords and values into the words of a sentence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

LONGEST_VALUE = 60
_LARGEST_NUMBER = 10**40
_TYPES = {
    "object": "an object",
    "array": "an array",
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "a boolean",
    "null": "null",
}


def requirement(keyword: str, value: Any) -> str:
    """Return what `keyword` demands, as the sentence goes on after the field's name."""
    return _REQUIREMENTS[keyword](value)


def show(value: object) -> str:
    """Return `value` as JSON has it, short enough for a sentence and safe for a terminal."""
    if isinstance(value, str):
        return _show_text(value)
    if isinstance(value, int) and abs(value) >= _LARGEST_NUMBER:
        return "a number of more than 40 digits"
    if value is None or isinstance(value, int | float):
        return json.dumps(value)
    if isinstance(value, dict | list):
        return _TYPES["object" if isinstance(value, dict) else "array"]
    return "a value foreign to JSON"


def joined(words: Iterable[str], last: str) -> str:
    """Return `a, b <last> c`."""
    *most, end = words
    return f"{', '.join(most)} {last} {end}" if most else end


def _show_text(text: str) -> str:
    shown = "".join(map(_visible, text[:LONGEST_VALUE]))
    if len(shown) <= LONGEST_VALUE - 2 and len(text) <= LONGEST_VALUE:
        return f'"{shown}"'
    return f'"{shown[: LONGEST_VALUE - 3]}…"'


def _visible(character: str) -> str:
    return character if character.isprintable() and character not in '"\\' else json.dumps(character)[1:-1]


def _types(value: str | list[str]) -> str:
    return "must be " + joined(
        (_TYPES[each] for each in ([value] if isinstance(value, str) else value)), "or"
    )


def _enum(values: list[str]) -> str:
    return "must be " + ("one of " if values[1:] else "") + ", ".join(values)


_REQUIREMENTS: Mapping[str, Callable[[Any], str]] = {
    "default": lambda value: f"is {show(value)} when it is left out",
    "enum": _enum,
    "maximum": lambda value: f"must be at most {value}",
    "minItems": lambda _: "must not be empty",
    "minLength": lambda _: "must not be empty",
    "minimum": lambda value: f"must be at least {value}",
    "not": lambda _: "must be absent",
    "required": lambda _: "is required",
    "type": _types,
}
