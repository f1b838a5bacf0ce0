"""Changes to the body of an answer: fields set, removed, renamed, by dotted path.

A path names fields from the outside in: `output.media_url`, or `output.media_url.0` for the
first item of a list. A change whose field is not there leaves the body as it is; only `set` adds
one, to an object that is there.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from mockgateway.domain.reading import Table

Edit = Callable[[Any, Any], None]


@dataclass(frozen=True, slots=True)
class Change:
    """One change: the field's path, what is done to what holds it, and whether the field may be new."""

    path: tuple[str, ...]
    edit: Edit
    adds: bool = False

    def apply(self, document: object) -> None:
        """Change a JSON document in place."""
        holder: Any = document
        for step in self.path[:-1]:
            place = _place(holder, step)
            if place is None:
                return
            holder = holder[place]
        place = _place(holder, self.path[-1], add=self.adds)
        if place is not None:
            self.edit(holder, place)


def changed(body: bytes, changes: Iterable[Change]) -> bytes:
    """Return a body with the changes made, one after the other; one that is no JSON object stays as it is."""
    try:
        document = json.loads(body)
    except ValueError:
        return body
    if not isinstance(document, dict):
        return body
    for change in changes:
        change.apply(document)
    return json.dumps(document).encode()


def read_changes(rule: Table) -> tuple[Change, ...]:
    """Read the changes of a rule, in the order in which they are made; raises BadScenario."""
    found = [_replacement(rule, path, value) for path, value in _entries(rule, "replace")]
    for name, edit in _PLAIN[:2]:
        found += [Change(_path(rule, name, path), edit) for path in rule.names(name)]
    found += [
        Change(_path(rule, "set", path), _set(rule, value), adds=True)
        for path, value in _entries(rule, "set")
    ]
    for name, edit in _PLAIN[2:]:
        found += [Change(_path(rule, name, path), edit) for path in rule.names(name)]
    found += [_renaming(rule, path, value) for path, value in _entries(rule, "rename")]
    return tuple(found)


def _entries(rule: Table, name: str) -> list[tuple[str, Any]]:
    table = rule.table(name)
    return table.items() if table else []


def _path(rule: Table, name: str, path: str) -> tuple[str, ...]:
    steps = tuple(path.split("."))
    if not all(steps):
        raise rule.wrong(f"{name}: {path!r} is no path; write names with dots between them", name)
    return steps


def _place(holder: object, step: str, *, add: bool = False) -> str | int | None:
    if isinstance(holder, dict):
        return step if add or step in holder else None
    if isinstance(holder, list) and step.isdecimal() and int(step) < len(holder):
        return int(step)
    return None


def _set(rule: Table, value: object) -> Edit:
    try:
        text = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        raise rule.wrong(
            "set: dates, times, inf and nan have no form in JSON; write a string", "set"
        ) from None

    def put(holder: Any, place: Any) -> None:
        holder[place] = json.loads(text)  # anew, so that no later change reaches into it

    return put


def _renaming(rule: Table, path: str, name: object) -> Change:
    if not isinstance(name, str) or not name or "." in name:
        raise rule.wrong(f"rename: {path!r} takes the new name alone, as a string without dots", "rename")

    def rename(holder: Any, place: Any) -> None:
        if isinstance(holder, dict):
            holder[name] = holder.pop(place)

    return Change(_path(rule, "rename", path), rename)


def _replacement(rule: Table, path: str, value: object) -> Change:
    if not (
        isinstance(value, dict)
        and value.keys() == {"pattern", "by"}
        and all(isinstance(v, str) for v in value.values())
    ):
        raise rule.wrong('replace: write "path" = { pattern = "…", by = "…" }', "replace")
    try:
        substitute = partial(re.compile(value["pattern"]).sub, value["by"])
        substitute("")
    except re.error as error:
        raise rule.wrong(
            f"replace: {value['pattern']!r} is no regular expression: {error}", "replace"
        ) from None

    def replace(holder: Any, place: Any) -> None:
        found = holder[place]
        if isinstance(found, str):
            holder[place] = substitute(found)
        elif isinstance(found, list):
            holder[place] = [substitute(each) if isinstance(each, str) else each for each in found]

    return Change(_path(rule, "replace", path), replace)


def _lower(holder: Any, place: Any) -> None:
    if isinstance(holder[place], str):
        holder[place] = holder[place].lower()


def _unwrap(holder: Any, place: Any) -> None:
    if isinstance(holder[place], list) and holder[place]:
        holder[place] = holder[place][0]


def _null(holder: Any, place: Any) -> None:
    holder[place] = None


def _remove(holder: Any, place: Any) -> None:
    del holder[place]


_PLAIN: tuple[tuple[str, Edit], ...] = (
    ("lower", _lower),
    ("unwrap", _unwrap),
    ("null", _null),
    ("remove", _remove),
)
CHANGES = ("replace", "lower", "unwrap", "set", "null", "remove", "rename")
