"""A second opinion on the bodies of submits: a table of rules, and a strict reader of JSON.

Nothing here comes from the schemas; only the rules' names are theirs, so that each can be left out.
"""

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

Keeps = Callable[[Any], bool]

SIZES = {
    "portrait_3_4": (96, 128),
    "landscape_4_3": (128, 96),
    "square_1_1": (96, 96),
    "portrait_9_16": (72, 128),
    "landscape_16_9": (128, 72),
}
FORMATS = ("png", "jpeg", "webp")
_DEEPEST = 32
_LARGEST = 2**63


class BadBodyError(Exception):
    """The body is refused: `kind` says in a word what is wrong with it, the message in a sentence."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Model:
    """A model: its name in paths, its operation, and what its fields must keep, rule by rule."""

    name: str
    slug: str
    operation: str
    fields: dict[str, dict[str, Keeps]]

    @property
    def path(self) -> str:
        """Where submits go."""
        return f"/{self.slug}/v1/{self.operation}"

    def breaches(self, body: object, unenforced: Collection[str] = ()) -> Iterator[str]:
        """Yield the ids of the rules that a body breaks, of each field the first."""
        if not isinstance(body, dict):
            yield from {f"{self.name}-request.type"} - set(unenforced)
            return
        for field, rules in self.fields.items():
            named = {f"{self.name}-request.{field}.{rule}": keeps for rule, keeps in rules.items()}
            broken = (rule for rule, keeps in named.items() if not _kept(rule, keeps, body, field))
            first = next(broken, None)
            if first and first not in unenforced:
                yield first


def _kept(rule: str, keeps: Keeps, body: dict[str, Any], field: str) -> bool:
    if rule.endswith(".required"):
        return field in body
    return field not in body or keeps(body[field])


def is_number(value: object) -> bool:
    """Tell whether it is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_whole(value: object) -> bool:
    """Tell whether it is a whole number, however it is written."""
    return is_number(value) and value == int(value)  # type: ignore[call-overload]  # a number by now


def _text(*, required: bool, **more: Keeps) -> dict[str, Keeps]:
    first = {"required": lambda _: True} if required else {}
    return {**first, "type": lambda value: isinstance(value, str), **more}


def _one_of(*values: str, required: bool = False) -> dict[str, Keeps]:
    return _text(required=required, enum=lambda value: value in values)


def _range(kind: Keeps, low: int, high: int) -> dict[str, Keeps]:
    return {"type": kind, "minimum": lambda value: value >= low, "maximum": lambda value: value <= high}


def _model(name: str, slug: str, operation: str, **own: dict[str, Keeps]) -> Model:
    shared = {
        "prompt": _text(required=True, minLength=lambda value: value != ""),
        "image_size": _one_of(*SIZES, required=True),
        "num_images": _range(is_whole, 1, 4),
        "enable_safety_checker": {"type": lambda value: isinstance(value, bool)},
        "output_format": _one_of(*FORMATS),
    }
    return Model(name, slug, operation, {**shared, **own})


MODELS = (
    _model(
        "turbo",
        "z-image-turbo-834",
        "z-image-turbo-request",
        num_inference_steps=_range(is_whole, 1, 50),
        acceleration=_one_of("none"),
    ),
    _model(
        "base",
        "z-image-base",
        "z-image-base-request",
        num_inference_steps=_range(is_whole, 10, 100),
        guidance_scale=_range(is_number, 1, 20),
        acceleration=_one_of("regular", "fast", "ultra_fast"),
    ),
)


def read(raw: bytes) -> Any:
    """Read JSON strictly; raises BadBodyError."""
    if not raw:
        raise BadBodyError("empty", "The body is empty.")
    try:
        text = raw.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=lambda digits: _number(int(digits[:25])),
            parse_float=lambda digits: _number(float(digits)),
        )
    except UnicodeDecodeError:
        raise BadBodyError("not-utf-8", "The body is not UTF-8.") from None
    except ValueError as error:
        raise BadBodyError("malformed", f"The body is not JSON: {error}.") from None
    except RecursionError:
        raise _too_deep() from None
    _look_through(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise BadBodyError("duplicate-name", "The body has a name twice in one object.")
    return dict(pairs)


def _constant(name: str) -> Any:
    raise BadBodyError("not-a-number", f"The body holds {name}, which is no number.")


def _number(number: Any) -> Any:
    if not -_LARGEST <= number < _LARGEST:
        raise BadBodyError("large-number", "The body holds a number beyond 64 bits.")
    return number


def _too_deep() -> BadBodyError:
    return BadBodyError("deep", "The body is nested too deeply.")


def _look_through(value: object, depth: int = 1) -> None:
    if isinstance(value, str):
        _look_at(value)
    elif isinstance(value, dict | list):
        if depth > _DEEPEST:
            raise _too_deep()
        parts = [*value, *value.values()] if isinstance(value, dict) else value
        for part in parts:
            _look_through(part, depth + 1)


def _look_at(text: str) -> None:
    if "\0" in text:
        raise BadBodyError("nul", "The body holds a NUL character.")
    if any("\ud800" <= each <= "\udfff" for each in text):
        raise BadBodyError("lone-surrogate", "The body holds half of a surrogate pair.")
