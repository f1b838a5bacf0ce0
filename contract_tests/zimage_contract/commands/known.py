"""Files in TOML that list what is known to fail: what, why, and until when that is accepted."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

_TABLE = "known-failing"
T = TypeVar("T")


def known_entries(path: Path, make: Callable[..., T], names: Sequence[str]) -> tuple[T, ...]:
    """Read the tables [[known-failing]] of a file.

    Args:
        path: of the file.
        make: makes an entry of its number, the fields in `names`, and `reason` and `expires`; raises
            ValueError where they make no sense.
        names: fields that say what fails; no two entries have them all alike.

    Raises:
        click.BadParameter: the file cannot be read, or an entry of it.
    """
    try:
        return _entries(tomllib.loads(path.read_text("utf-8")), make, names)
    except (OSError, ValueError) as error:  # a TOML error is a ValueError
        raise click.BadParameter(f"{path}: {error}") from None


def _entries(found: dict[str, Any], make: Callable[..., T], names: Sequence[str]) -> tuple[T, ...]:
    tables = found.get(_TABLE, [])
    if found.keys() - {_TABLE} or not isinstance(tables, list):
        raise ValueError(f"write a table [[{_TABLE}]] for each {', '.join(names)}, and nothing else")
    fields = [_fields(number, each, names) for number, each in enumerate(tables, 1)]
    made = tuple(make(number, **each) for number, each in enumerate(fields, 1))
    whats = [", ".join(str(each[name]) for name in names) for each in fields]
    for each in whats:
        if whats.count(each) > 1:
            raise ValueError(f"{each} stands in it {whats.count(each)} times")
    return made


def _fields(number: int, found: object, names: Sequence[str]) -> dict[str, Any]:
    wanted = (*names, "reason", "expires")
    if not isinstance(found, dict) or found.keys() != set(wanted):
        said = f"{', '.join(wanted[:-1])} and {wanted[-1]}"
        raise ValueError(f"entry {number} must have {said}, and nothing else")
    reason, expires = found["reason"], found["expires"]
    if not isinstance(reason, str) or not reason.strip():
        raise ValueError(f"entry {number}: say in reason why {found[names[-1]]} fails")
    if isinstance(expires, str):
        with suppress(ValueError):
            expires = date.fromisoformat(expires)
    if type(expires) is not date:
        raise ValueError(f"entry {number}: expires must be a date such as 2030-01-31, not {expires!r}")
    return found | {"reason": reason.strip(), "expires": expires}
