"""A folder of the user's own scenarios, read anew when its files change."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from time import monotonic

from mockgateway.domain.scenario import BadScenario, Scenario
from mockgateway.scenarios.naming import check_name

_OFTEN = 0.5
_ENDING = ".toml"

Stamp = tuple[int, int, int]


class Folder:
    """The `*.toml` files of a folder, each named after its scenario.

    Args:
        path: the folder.
        report: takes a sentence about a file that went bad; the scenario stays as it was.
        now: tells real seconds; the files are looked at most every half of one.

    Raises:
        BadScenario: a file is bad now, at the start; its name is the file's path.
        OSError: the folder cannot be read.
    """

    def __init__(
        self, path: Path, report: Callable[[str], object], now: Callable[[], float] = monotonic
    ) -> None:
        self._path, self._report, self._now = path, report, now
        self._looking = Lock()
        self._stamps: dict[str, Stamp] = {}
        self._found: dict[str, Scenario] = {}
        for name, stamp in self._files().items():
            self._found[name] = self._read(name)
            self._stamps[name] = stamp
        self._due = now() + _OFTEN

    def scenarios(self) -> Mapping[str, Scenario]:
        """Return the scenarios by name."""
        if self._now() >= self._due and self._looking.acquire(blocking=False):
            try:
                self._look()
                self._due = self._now() + _OFTEN
            finally:
                self._looking.release()
        return self._found

    def _look(self) -> None:
        try:
            files = self._files()
        except OSError:
            return  # being replaced as a whole, perhaps: what is known stays
        for name in self._stamps.keys() - files.keys():
            del self._stamps[name]
            self._change(name, None)
        for name, stamp in files.items():
            if self._stamps.get(name) != stamp:
                self._stamps[name] = stamp
                self._reload(name)

    def _reload(self, name: str) -> None:
        try:
            self._change(name, self._read(name))
        except (BadScenario, OSError) as error:
            self._report(f"{error}; the scenario stays as it was")

    def _change(self, name: str, scenario: Scenario | None) -> None:
        # A new mapping: who holds the old one goes on reading it in peace.
        others = {each: known for each, known in self._found.items() if each != name}
        self._found = others if scenario is None else {**others, name: scenario}

    def _files(self) -> dict[str, Stamp]:
        with os.scandir(self._path) as entries:
            found = [(entry.name, entry.stat()) for entry in entries if entry.name.endswith(_ENDING)]
        return {
            name.removesuffix(_ENDING): (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            for name, stat in sorted(found)
        }

    def _read(self, name: str) -> Scenario:
        path = self._path / f"{name}.toml"
        try:
            check_name(name)
            return Scenario.parse(name, path.read_text("utf-8"))
        except BadScenario as error:
            raise BadScenario(str(path), error.line, error.reason) from None
        except ValueError as error:  # no name, or no UTF-8
            raise BadScenario(str(path), 1, str(error)) from None
