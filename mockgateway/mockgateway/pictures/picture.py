"""What is known of a picture before it is drawn."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_SIZES: Final[Mapping[str, tuple[int, int]]] = {
    "square_1_1": (1024, 1024),
    "landscape_4_3": (1152, 864),
    "portrait_3_4": (864, 1152),
    "landscape_16_9": (1344, 756),
    "portrait_9_16": (756, 1344),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a job; equal pictures have equal bytes.

    `model` is printed as given (a title or a slug), `index` counts from 0 to `count` - 1. Every text
    may hold anything that a Python string can, lone surrogates too. A `plain` one is of a single colour.
    """

    request_id: str
    model: str
    prompt: str
    image_size: str
    output_format: str
    index: int = 0
    count: int = 1
    plain: bool = False

    @property
    def fingerprint(self) -> bytes:
        """Tell this picture from every other in 32 bytes, the same on every machine."""
        return hashlib.sha256(json.dumps(dataclasses.astuple(self)).encode()).digest()


def size_of(image_size: str) -> tuple[int, int]:
    """Give width and height in pixels: the exact ratio, about a million pixels.

    Raises:
        KeyError: The contract has no such image size.
    """
    return _SIZES[image_size]
