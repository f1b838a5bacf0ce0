"""Bodies that are wrong before any field of them is looked at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from zimage_contract.exchange import Headers
from zimage_contract.probe.shapes import least
from zimage_schemas import Model

_TOO_DEEP = 40
_TOO_LARGE = 1024 * 1024 + 1
_TYPES = ("text/plain", "application/x-www-form-urlencoded", "application/xml")


@dataclass(frozen=True, slots=True)
class OddBody:
    """A body, and what it is to show.

    Attributes:
        raw: as it is sent.
        intent: what it is to show, in words.
        free: whether the documentation says that it is refused, however leniently it is read: nothing in it
            can be taken for all that is required.
        headers: instead of the usual ones of that name.
    """

    raw: bytes
    intent: str
    free: bool = False
    headers: Headers = ()


def odd_bodies(model: Model) -> Iterator[OddBody]:
    """Return them all."""
    yield OddBody(b"", "no body at all", free=True)
    yield OddBody(b'{"prompt": "A red kite",', "a body that breaks off", free=True)
    yield OddBody(b"prompt=A+red+kite", "a form instead of JSON", free=True)
    yield OddBody(b'{"prompt": "Caf\xe9"}', "a body in Latin-1", free=True)
    yield from _of_the_grammar(model)
    for kind in _TYPES:
        yield OddBody(_with(model), f"JSON sent as {kind}", headers=(("Content-Type", kind),))


def _of_the_grammar(model: Model) -> Iterator[OddBody]:
    yield OddBody(_with(model)[:-1] + b', "prompt": "Another"}', "a name twice")
    yield OddBody(_with(model, guidance=float("nan")), "NaN")
    yield OddBody(_with(model, guidance=float("-inf")), "Infinity")
    yield OddBody(_with(model, prompt="A red kite \ud83e"), "half of a surrogate pair")
    yield OddBody(_with(model, prompt="A red\0kite"), "a NUL character")
    yield OddBody(_with(model, seed=2**70), "a number beyond 64 bits")
    yield OddBody(_with(model, options=_nested(_TOO_DEEP)), f"nested {_TOO_DEEP} levels deep")
    yield OddBody(_with(model, padding="x" * _TOO_LARGE), "a body over 1 MiB")


def _with(model: Model, **more: Any) -> bytes:
    return json.dumps(least(model) | more).encode()


def _nested(levels: int) -> list[Any]:
    return [] if levels == 1 else [_nested(levels - 1)]
