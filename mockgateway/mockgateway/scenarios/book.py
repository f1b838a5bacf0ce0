"""Where a mock looks up scenarios: those of a moment, those of a folder, those that ship."""

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path

from mockgateway.domain.scenario import Scenario
from mockgateway.domain.situations import UnknownScenario
from mockgateway.scenarios.folder import Folder
from mockgateway.scenarios.naming import check_name
from mockgateway.scenarios.shipped import shipped, shipped_names

PREFIX = "mock-"


class ScenarioBook:
    """All scenarios of one mock; of several with one name, put before folder before shipped.

    Args:
        folder: TOML files of the user's own, read again when they change.
        default: the scenario of keys that select none.
        report: takes a sentence about a file that went bad.

    Raises:
        BadScenario: a file of the folder is bad.
        OSError: the folder cannot be read.
        UnknownScenario: there is no scenario `default`.
    """

    def __init__(
        self,
        folder: Path | None = None,
        default: str = "happy",
        report: Callable[[str], object] = lambda said: sys.stderr.write(f"mockgateway: {said}\n"),
    ) -> None:
        self._folder = Folder(folder, report) if folder else None
        self._put: dict[str, Scenario] = {}
        self._default = self.get(default).name
        # The default, for as long as nothing can change it: most calls ask for it.
        self._alone = None if folder else self.get(default)

    def names(self) -> list[str]:
        """Name all scenarios, in order."""
        return sorted({*self._put, *self._in_folder(), *shipped_names()})

    def get(self, name: str) -> Scenario:
        """Return a scenario as it is now; raises UnknownScenario."""
        try:
            return self._put.get(name) or self._in_folder().get(name) or shipped(name)
        except KeyError:
            near = get_close_matches(name, self.names(), 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise UnknownScenario(f"there is no scenario {name[:80]!r}{hint}") from None

    def chosen(self, name: str | None) -> Scenario:
        """Return the scenario of that name; without one, or when it is gone, the default."""
        if name is None and self._alone is not None:
            return self._alone
        if name is not None:
            with suppress(UnknownScenario):
                return self.get(name)
        return self.get(self._default)

    def name_for_key(self, key: str) -> str | None:
        """Name the scenario that a key selects; of several that fit, the longest. None: none."""
        if not key.startswith(PREFIX):
            return None
        name = key[len(PREFIX) :]
        while name:
            if name in self._put or name in self._in_folder() or name in shipped_names():
                return name
            name = name.rpartition("-")[0]
        return None

    def for_key(self, key: str) -> Scenario:
        """Return the scenario of `mock-<name>` or `mock-<name>-<anything>`, or the default."""
        return self.chosen(self.name_for_key(key))

    def put(self, name: str, text: str) -> Scenario:
        """Add or replace a scenario while the mock runs; raises BadScenario, ValueError for the name."""
        self._put[check_name(name)] = found = Scenario.parse(name, text)
        self._alone = None
        return found

    def delete(self, name: str) -> None:
        """Take back what was put; a scenario of that name that was there before shows again.

        Raises:
            UnknownScenario: nothing was put under that name.
        """
        if self._put.pop(name, None) is None:
            raise UnknownScenario(f"no scenario {name[:80]!r} was put, and only such can be deleted")

    def _in_folder(self) -> Mapping[str, Scenario]:
        return self._folder.scenarios() if self._folder else {}
