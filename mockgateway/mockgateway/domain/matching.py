"""Which entries of a journal are asked for."""

import re
from dataclasses import dataclass
from functools import lru_cache

from mockgateway.domain.entry import Entry, Kind
from mockgateway.domain.findings import findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What an entry must be to be asked for; what is None does not matter.

    Attributes:
        method: the method, in the case it was sent in.
        path: the decoded path, without the query; `*` stands for any characters.
        status: the status, or a range of them; 0 where no answer came.
        request_id: the job's.
        finding: the id of one of its findings; `*` stands for any characters.
        kind: what was asked for.
        since: the number of an entry that it comes after.
        since_told: an instant of the account's time that it is not before.
    """

    method: str | None = None
    path: str | None = None
    status: int | range | None = None
    request_id: str | None = None
    finding: str | None = None
    kind: Kind | None = None
    since: int | None = None
    since_told: int | None = None

    def matches(self, entry: Entry) -> bool:
        """Say whether the entry is asked for."""
        return (
            self.method in (None, entry.method)
            and self.request_id in (None, entry.request_id)
            and self.kind in (None, entry.kind)
            and (self.since is None or entry.number > self.since)
            and (self.since_told is None or entry.told >= self.since_told)
            and (self.status is None or _has_status(self.status, entry))
            and (self.path is None or _like(self.path, entry.path))
            and (self.finding is None or _has_finding(self.finding, entry))
        )


ALL = Filter()


def _has_status(wanted: int | range, entry: Entry) -> bool:
    return entry.status in wanted if isinstance(wanted, range) else entry.status == wanted


def _has_finding(wanted: str, entry: Entry) -> bool:
    return any(_like(wanted, found.id) for found in findings(entry))


def _like(pattern: str, text: str) -> bool:
    return _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.DOTALL)
