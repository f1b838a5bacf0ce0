"""Which obligation is judged in which case: what the correct programs show, and what others may."""

import tomllib
from pathlib import Path

from zimage_contract.obligations.cases import CASES

_FOUND = tomllib.loads(Path(__file__).with_name("judged.toml").read_text("utf-8"))


def _read(table: str) -> dict[str, frozenset[str]]:
    every = [case.id for case in CASES]
    return {name: frozenset(every if "ALL" in cases else cases) for name, cases in _FOUND[table].items()}


ALWAYS = _read("always")
"""Judged whenever a program of the case's style is run: the correct programs prove it."""

SOMETIMES = _read("sometimes")
"""Judged where a program's own pace or fault brings it about: a second poll, a poll beside a callback."""
