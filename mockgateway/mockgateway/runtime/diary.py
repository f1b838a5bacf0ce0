"""The journal of an account as Python: what the control API shows, for tests in the same process."""

from typing import Any

from mockgateway.domain.entry import Entry
from mockgateway.domain.journal import Journal
from mockgateway.domain.matching import Filter
from mockgateway.domain.redaction import Redactor
from mockgateway.web.har import har


class JournalHandle:
    """What one account asked and was answered.

    Where a method takes `wanted`, it takes any of `method`, `path` (`*` stands for anything),
    `status` (a number, or a range of them), `request_id`, `finding`, `kind` (`submit`, `status`,
    `media`, `callback`, `other`), `since` (the number of an entry) and `since_told` (milliseconds of
    the account's time).
    """

    def __init__(self, journal: Journal, key: str) -> None:
        self._journal = journal
        self._key = key

    def entries(self, **wanted: Any) -> list[Entry]:
        """Return the exchanges that are asked for, the oldest first; they hold whole keys."""
        return self._journal.entries(Filter(**wanted))

    def wait(self, timeout: float = 10.0, **wanted: Any) -> Entry:
        """Return the first exchange that is asked for, as soon as there is one.

        With `since=journal.last` it is one that is yet to come.

        Raises:
            TimeoutError: none came within `timeout` seconds.
        """
        found = self._journal.wait(Filter(**wanted), timeout)
        if found is None:
            raise TimeoutError(f"no such exchange within {timeout:g} s")
        return found

    def har(self, **wanted: Any) -> dict[str, Any]:
        """Return the exchanges that are asked for as an HTTP Archive, without whole keys."""
        from mockgateway import __version__

        entries = self.entries(**wanted)
        return har(entries, Redactor.of(entries, self._key), __version__)

    @property
    def last(self) -> int:
        """The number of the latest exchange, or 0."""
        return self._journal.last

    @property
    def dropped(self) -> int:
        """How many exchanges made room for those that are kept."""
        return self._journal.dropped

    def clear(self) -> None:
        """Forget the exchanges."""
        self._journal.clear()
