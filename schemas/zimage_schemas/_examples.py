"""Examples of every document, right and wrong."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from zimage_schemas._loader import DOCUMENT_NAMES, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Example:
    """An instance of a document.

    `name` is unique; one that begins with "documentation: " after the slash is the provider's own sample,
    letter for letter. `breaks` is the id of the one rule that the instance breaks, None when it is valid.
    """

    name: str
    document: str
    instance: Any
    breaks: str | None


@cache
def examples() -> tuple[Example, ...]:
    """Return all examples, document by document, valid ones first.

    The instances are shared, so do not change them.
    """
    return tuple(each for name in DOCUMENT_NAMES for each in _examples(name))


def _examples(document: str) -> Iterator[Example]:
    group = read_json(f"examples/{document}.json")
    for each in (*group["valid"], *group["invalid"]):
        yield Example(f"{document}/{each['name']}", document, each["instance"], each.get("breaks"))
