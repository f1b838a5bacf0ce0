"""The entries of one account, the oldest of which make room for the latest."""

import re
from collections import deque
from dataclasses import dataclass, field

from mockgateway.domain.entry import Content, Earlier, Entry, kept

_END = re.compile(rb'"status"\s*:\s*"(?i:COMPLETED|FAILED|ERROR)"')
_OK = 200
_ASKED_TO_WAIT = (429, 503)
_LONGEST_WAIT = 86_400


@dataclass(slots=True)
class _Polls:
    kept: int = 0
    last: int | None = None
    ended: bool = False


@dataclass(slots=True)
class Ring:
    """Entries in order, and of each what findings need to know of those before.

    That much is kept only for as long as the entries it comes from, so it is bounded as they are.

    Attributes:
        size: how many bytes the entries take.
        dropped: how many entries made room.
    """

    entries: deque[Entry] = field(default_factory=deque)
    size: int = 0
    dropped: int = 0
    _polls: dict[str | None, _Polls] = field(default_factory=dict)
    _submits: dict[tuple[str, Content], Entry] = field(default_factory=dict)
    _retry_at: dict[str, int] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Keep the entry."""
        if entry.kind == "status":
            self._add_poll(entry)
        elif entry.kind == "submit" and entry.request_id is not None:
            self._add_submit(entry)
        if self._retry_at and (until := self._retry_at.pop(entry.kind, None)):
            entry.earlier = entry.earlier._replace(retry_at=until)
        if entry.status in _ASKED_TO_WAIT:
            self._note_wait(entry)
        self.entries.append(entry)
        self.size += entry.size

    def _add_poll(self, entry: Entry) -> None:
        polls = self._polls.get(entry.request_id)
        if polls is None:
            polls = self._polls[entry.request_id] = _Polls()
        else:
            entry.earlier = Earlier(polls.last, polls.ended)
        polls.kept += 1
        polls.last = entry.told
        if not polls.ended and entry.status == _OK and entry.broken is None:
            polls.ended = _END.search(kept(entry.answer)) is not None

    def _add_submit(self, entry: Entry) -> None:
        same = entry.path, entry.body
        if twin := self._submits.get(same):
            entry.earlier = Earlier(twin=twin.number, twin_at=twin.told)
        self._submits[same] = entry

    def _note_wait(self, entry: Entry) -> None:
        seconds = entry.answer_header("retry-after") or ""
        if seconds.isdecimal() and len(seconds) <= len(str(_LONGEST_WAIT)):
            self._retry_at[entry.kind] = entry.told + int(seconds) * 1000

    def drop(self) -> int:
        """Forget the oldest entry; returns how many bytes it took."""
        entry = self.entries.popleft()
        self.dropped += 1
        self.size -= entry.size
        if entry.kind == "status":
            polls = self._polls[entry.request_id]
            polls.kept -= 1
            if not polls.kept:
                del self._polls[entry.request_id]
        elif entry.kind == "submit" and self._submits.get((entry.path, entry.body)) is entry:
            del self._submits[entry.path, entry.body]
        return entry.size
