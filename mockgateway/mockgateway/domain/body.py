"""Reading the body of a submit: strict JSON, the same verdict on every store and platform.

All that is refused here, and the limits, is assumed: the provider documents only that a bad
request is answered with 400.
"""

import json
import re
from collections.abc import Iterable
from typing import TypeVar

from mockgateway.domain.refusals import BadRequest

BODY_LIMIT = 1024 * 1024
DEEPEST = 32
LARGEST_NUMBER = 2**63

Number = TypeVar("Number", int, float)

_LONGEST_INTEGER = 20
_LONGEST_NAME = 60
_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)


def read_body(content_type: str | None, raw: bytes) -> dict[str, object]:
    """Read a submit's body; raises BadRequest with a sentence that says what to change."""
    _check_type(content_type)
    if _too_deep(raw):
        raise BadRequest(f"The body is nested deeper than {DEEPEST} levels.")
    value = _parse(_text(raw))
    if not isinstance(value, dict):
        raise BadRequest(f"The body must be a JSON object, not {_kind(value)}.")
    if b"\\u" in raw:
        _check_characters(value)
    return value


def _check_type(content_type: str | None) -> None:
    kind, _, options = (content_type or "").partition(";")
    charset = options.replace('"', "").replace(" ", "").lower()
    if kind.strip().lower() != "application/json" or charset not in ("", "charset=utf-8"):
        raise BadRequest("Content-Type must be application/json.")


def _too_deep(raw: bytes) -> bool:
    """Tell without parsing: the parser itself must never meet hostile nesting."""
    if raw.count(b"[") + raw.count(b"{") <= DEEPEST:
        return False
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(raw):
        token = found[0]
        if token in b"[{":
            depth += 1
            if depth > DEEPEST:
                return True
        elif token in b"]}":
            depth -= 1
    return False


def _text(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise BadRequest(f"The body is not valid UTF-8 (byte {error.start}).") from None
    if text.startswith("\ufeff"):
        raise BadRequest("The body begins with a byte order mark; send plain UTF-8.")
    return text


def _parse(text: str) -> object:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadRequest(f"The body is not valid JSON: {error.msg} ({where}).") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    whole = dict(pairs)
    if len(whole) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        shown = json.dumps(twice[:_LONGEST_NAME])[1:-1] + "…" * (len(twice) > _LONGEST_NAME)
        raise BadRequest(f'The body names "{shown}" more than once in one object.')
    return whole


def _integer(digits: str) -> int:
    # The length first: converting thousands of digits is slow, and refused by Python itself.
    return _in_range(int(digits) if len(digits) <= _LONGEST_INTEGER else LARGEST_NUMBER)


def _float(digits: str) -> float:
    return _in_range(float(digits))


def _in_range(number: Number) -> Number:
    # Floats as well: JSON Schema takes 1e300 for an integer, and so does this gateway.
    if not -LARGEST_NUMBER <= number < LARGEST_NUMBER:
        raise BadRequest("The body holds a number outside the range of 64 bits.")
    return number


def _constant(name: str) -> object:
    raise BadRequest(f"The body is not valid JSON: {name} is not a JSON number.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant
)


def _check_characters(value: object) -> None:
    for text in _strings(value):
        if "\0" in text:
            raise BadRequest("The body holds a NUL character.")
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise BadRequest("The body holds half of a surrogate pair; send whole characters.")


def _strings(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _strings(item)


def _kind(value: object) -> str:
    if isinstance(value, list):
        return "an array"
    if isinstance(value, str):
        return "a string"
    return "null" if value is None else "a boolean" if isinstance(value, bool) else "a number"
