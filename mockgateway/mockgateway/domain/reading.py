"""Reading the tables of a scenario: every key is known, every value fits, and what does not says where."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

Path = tuple[str | int, ...]
Kind = TypeVar("Kind")

_LINE = re.compile(r"\(at line ([0-9]+), column [0-9]+\)")
_LONGEST_SHOWN = 60


class BadScenario(ValueError):
    """A scenario cannot be used: `name` (of it or of its file), `line` from 1, and the `reason`."""

    def __init__(self, name: str, line: int, reason: str) -> None:
        super().__init__(f"{name}: line {line}: {reason}")
        self.name, self.line, self.reason = name, line, reason


class Table:
    """One TOML table, whose keys are taken one by one; `done` refuses those nobody took.

    Args:
        values: what the table holds.
        name: the scenario's name, for messages.
        text: the whole document, in which lines are found.
        path: where the table stands in it.
    """

    def __init__(self, values: Mapping[str, Any], name: str, text: str, path: Path = ()) -> None:
        self._values, self._name, self._text, self._path = values, name, text, path
        self._taken: set[str] = set()

    @classmethod
    def of(cls, name: str, text: str) -> "Table":
        """Read a document; raises BadScenario for what is no TOML."""
        try:
            return cls(tomllib.loads(text), name, text)
        except tomllib.TOMLDecodeError as error:
            found = _LINE.search(str(error))
            line = int(found[1]) if found else text.count("\n") + 1
            raise BadScenario(name, line, f"it is not TOML: {_LINE.sub('', str(error)).strip()}") from None

    def wrong(self, reason: str, *within: str | int) -> BadScenario:
        """Return the error of this table, or of the key `within` it."""
        return BadScenario(self._name, line_of(self._text, (*self._path, *within)), reason)

    def has(self, *names: str) -> list[str]:
        """Name those of the keys that stand in the table."""
        return [name for name in names if name in self._values]

    def take(self, name: str, kind: type | tuple[type, ...], said: str) -> Any:
        """Return the value of a key, None without one; raises BadScenario unless it is of that kind."""
        self._taken.add(name)
        value: Any = self._values.get(name)
        wanted = kind if isinstance(kind, tuple) else (kind,)
        fits = isinstance(value, wanted) and (bool in wanted or not isinstance(value, bool))
        if value is not None and not fits:
            raise self.wrong(f"{name} must be {said}, not {_shown(value)}", name)
        return value

    def text(self, name: str) -> str | None:
        """Return a string."""
        value: str | None = self.take(name, str, "a string")
        return value

    def flag(self, name: str) -> bool | None:
        """Return true or false."""
        value: bool | None = self.take(name, bool, "true or false")
        return value

    def choice(self, name: str, choices: Iterable[str]) -> str | None:
        """Return one of the words."""
        value, known = self.text(name), sorted(choices)
        if value is not None and value not in known:
            raise self.wrong(f"{name} must be one of {', '.join(known)}, not {_shown(value)}", name)
        return value

    def whole(self, name: str, low: int, high: int) -> int | None:
        """Return a whole number from `low` to `high`."""
        value: int | None = self.take(name, int, f"a whole number from {low} to {high}")
        if value is not None and not low <= value <= high:
            raise self.wrong(f"{name} must be from {low} to {high}, not {value}", name)
        return value

    def number(self, name: str, low: float, high: float) -> float | None:
        """Return a number from `low` to `high`."""
        value: float | None = self.take(name, (int, float), f"a number from {low:g} to {high:g}")
        if value is not None and not low <= value <= high:
            raise self.wrong(f"{name} must be from {low:g} to {high:g}, not {value}", name)
        return value

    def names(self, name: str) -> tuple[str, ...]:
        """Return a string or a list of them."""
        value = self.take(name, (str, list), "a string or a list of strings")
        found = [value] if isinstance(value, str) else value or []
        if not all(isinstance(each, str) for each in found):
            raise self.wrong(f"{name} must hold strings only", name)
        return tuple(found)

    def made(self, name: str, make: Callable[[str], Kind], kinds: tuple[type, ...] = (str,)) -> Kind | None:
        """Return what `make` makes of the value as text; its ValueError is the reason when it cannot."""
        value = self.take(name, kinds, "written so" if len(kinds) > 1 else "a string")
        try:
            return None if value is None else make(str(value))
        except ValueError as error:
            raise self.wrong(f"{name}: {error}", name) from None

    def table(self, name: str) -> "Table | None":
        """Return a table within this one."""
        value = self.take(name, dict, "a table")
        return None if value is None else self._within(value, name)

    def tables(self, name: str) -> list["Table"]:
        """Return the tables of a list of tables."""
        found = self.take(name, list, f"a list of tables: write [[{name}]]") or []
        if not all(isinstance(each, dict) for each in found):
            raise self.wrong(f"{name} must be a list of tables: write [[{name}]]", name)
        return [self._within(each, name, number) for number, each in enumerate(found)]

    def items(self) -> list[tuple[str, Any]]:
        """Return all that is in the table, and take it."""
        self._taken |= self._values.keys()
        return list(self._values.items())

    def done(self) -> None:
        """Refuse the keys that were not taken; raises BadScenario for the first of them."""
        for name in self._values.keys() - self._taken:
            near = get_close_matches(name, self._taken, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(self._taken))}"
            raise self.wrong(f"there is no key {_shown(name)}; {hint}", name)

    def _within(self, values: Mapping[str, Any], *path: str | int) -> "Table":
        return Table(values, self._name, self._text, (*self._path, *path))


def line_of(text: str, path: Path) -> int:
    """Find the line of a key or table, from 1: as near as reading the text without parsing it comes."""
    lines = [line if not line.lstrip().startswith("#") else "" for line in text.splitlines()]
    at = 0
    for position, step in enumerate(path):
        if isinstance(step, int):
            continue
        following = path[position + 1] if position + 1 < len(path) else 0
        nth = following if isinstance(following, int) else 0
        name = re.escape(step)
        here = re.compile(rf"""\s*\[.*["'.\[\s]?{name}["']?\s*\]|(.*[\s.{{,"'])?{name}["']?\s*[.=]""")
        hits = [number for number in range(at, len(lines)) if here.match(lines[number])]
        at = hits[nth] if nth < len(hits) else at
    return at + 1


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
