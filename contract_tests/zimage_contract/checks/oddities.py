"""What can be wrong with a body before any field of it is looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Literal

Oddity = Literal[
    "",
    "empty",
    "not-utf-8",
    "malformed",
    "byte-order-mark",
    "duplicate-name",
    "not-a-number",
    "lone-surrogate",
    "nul",
    "large-number",
    "deep",
    "too-large",
    "several",
]
"""The one thing that is odd; "" for nothing, "several" for more than one, of which none can be blamed."""

DEEPEST = 32
"""Levels of nesting that are taken (assumed)."""

LARGEST_BODY = 1024 * 1024
"""Bytes that are taken (assumed)."""

_LARGEST_NUMBER = 2**63
_LONGEST_INTEGER = 20
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def oddity(body: bytes) -> Oddity:
    """Say what is odd about the body of a submit; what follows JSON's grammar plainly is not."""
    if not body:
        return "empty"
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return "not-utf-8"
    if text.startswith("\ufeff"):
        return "byte-order-mark"
    found = set(_outside(body, text))
    if "deep" not in found:
        try:
            found |= _inside(text)
        except ValueError:
            return "malformed"
    return "several" if len(found) > 1 else next(iter(found), "")


def _outside(body: bytes, text: str) -> Iterator[Oddity]:
    if len(body) > LARGEST_BODY:
        yield "too-large"
    if text.count("[") + text.count("{") > DEEPEST and _depth(text) > DEEPEST:
        yield "deep"


def _depth(text: str) -> int:
    """Return the deepest nesting; counted, since a parser may not survive it."""
    depth = deepest = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        if found[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif found[0] in "]}":
            depth -= 1
    return deepest


def _inside(text: str) -> set[Oddity]:
    found: set[Oddity] = set()

    def named(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        whole = dict(pairs)
        if len(whole) != len(pairs):
            found.add("duplicate-name")
        return whole

    def whole_number(digits: str) -> float:
        # The length first: Python refuses to convert thousands of digits.
        return sized(int(digits) if len(digits) <= _LONGEST_INTEGER else _LARGEST_NUMBER)

    def sized(number: float) -> float:
        if not -_LARGEST_NUMBER <= number < _LARGEST_NUMBER:
            found.add("large-number")
        return number

    def constant(_name: str) -> None:
        found.add("not-a-number")

    value = json.loads(
        text,
        object_pairs_hook=named,
        parse_int=whole_number,
        parse_float=lambda digits: sized(float(digits)),
        parse_constant=constant,
    )
    return found | (set(_characters(value)) if "\\u" in text else set())


def _characters(value: object) -> Iterator[Oddity]:
    if isinstance(value, str):
        if "\0" in value:
            yield "nul"
        if any("\ud800" <= character <= "\udfff" for character in value):
            yield "lone-surrogate"
    elif isinstance(value, dict | list):
        for part in [*value, *value.values()] if isinstance(value, dict) else value:
            yield from _characters(part)
