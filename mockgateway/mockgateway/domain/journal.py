"""Every exchange of every account, for as long as there is room.

An account's entries are bounded in number and in bytes. Those of all accounts together are
bounded in bytes too, and there the account that has been silent the longest makes room first, so
that tests long over never crowd out those at work. Recording takes a few microseconds however
much is kept: nothing is rendered, searched or judged before somebody asks.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Lock

from mockgateway.domain.entry import Entry
from mockgateway.domain.matching import ALL, Filter
from mockgateway.domain.ring import Ring

ANONYMOUS = "anonymous"
"""Whose the exchanges are that belong to no account: no key came, or none that exists."""

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much is kept: entries and bytes of an account, bytes of all accounts, and of one body."""

    entries: int = 10_000
    size: int = 16 * _MIB
    total: int = 64 * _MIB
    body: int = 64 * 1024


@dataclass(slots=True, eq=False)
class _Waiter:
    wanted: Filter
    tell: Callable[[Entry], object]


class Journals:
    """The journals of all accounts; every method is safe from any thread.

    Args:
        room: how much they keep.
    """

    def __init__(self, room: Room | None = None) -> None:
        self.room = room or Room()
        self._lock = Lock()
        self._rings: OrderedDict[str, Ring] = OrderedDict()  # the longest silent first
        self._size = 0
        self._numbers = count(1)
        self._waiters: dict[str, list[_Waiter]] = {}

    def of(self, account: str) -> "Journal":
        """Return the journal of an account, whether or not it has entries."""
        return Journal(self, account)

    def record(self, entry: Entry) -> None:
        """Keep an exchange, number it, and tell those who wait for it."""
        entry.trim(self.room.body)
        called: list[_Waiter] = []
        with self._lock:
            entry.number = next(self._numbers)
            ring = self._rings.get(entry.account)
            if ring is None:
                ring = self._rings[entry.account] = Ring()
            else:
                self._rings.move_to_end(entry.account)
            ring.add(entry)
            self._size += entry.size
            self._make_room(ring)
            if self._waiters:
                called = self._called(entry)
        for waiter in called:
            waiter.tell(entry)

    def _make_room(self, ring: Ring) -> None:
        room = self.room
        while ring.size > room.size or len(ring.entries) > room.entries:
            self._size -= ring.drop()
        if not ring.entries:
            self._rings.popitem()
        while self._size > room.total:
            account, silent = next(iter(self._rings.items()))
            self._size -= silent.drop()
            if not silent.entries:
                del self._rings[account]

    def _called(self, entry: Entry) -> list[_Waiter]:
        waiting = self._waiters.get(entry.account, ())
        called = [waiter for waiter in waiting if waiter.wanted.matches(entry)]
        for waiter in called:
            self._forget(entry.account, waiter)
        return called

    def _forget(self, account: str, waiter: _Waiter) -> bool:
        waiting = self._waiters.get(account, [])
        if waiter not in waiting:
            return False
        waiting.remove(waiter)
        if not waiting:
            del self._waiters[account]
        return True

    @property
    def size(self) -> int:
        """How many bytes the entries of all accounts take."""
        return self._size

    @property
    def waiting(self) -> int:
        """How many wait for an exchange."""
        with self._lock:
            return sum(map(len, self._waiters.values()))

    def entries(self, account: str) -> list[Entry]:
        """Return what is kept of an account, the oldest first."""
        with self._lock:
            ring = self._rings.get(account)
            return list(ring.entries) if ring else []

    def everything(self) -> list[Entry]:
        """Return what is kept of all accounts, the oldest first."""
        with self._lock:
            found = [entry for ring in self._rings.values() for entry in ring.entries]
        return sorted(found, key=lambda entry: entry.number)

    @property
    def dropped(self) -> int:
        """How many entries made room, of the accounts that have any left."""
        with self._lock:
            return sum(ring.dropped for ring in self._rings.values())

    def counts(self, account: str) -> tuple[int, int]:
        """Return the number of an account's latest entry, or 0, and how many made room since the first."""
        with self._lock:
            ring = self._rings.get(account)
            return (ring.entries[-1].number, ring.dropped) if ring else (0, 0)

    def clear(self, account: str | None = None) -> None:
        """Forget the entries of an account, or of all; who waits goes on waiting."""
        with self._lock:
            for each in list(self._rings) if account is None else [account]:
                ring = self._rings.pop(each, None)
                self._size -= ring.size if ring else 0

    def when(self, account: str, wanted: Filter, tell: Callable[[Entry], object]) -> Callable[[], bool]:
        """Call `tell` once; see `Journal.when`."""
        waiter = _Waiter(wanted, tell)

        def cancel() -> bool:
            with self._lock:
                return self._forget(account, waiter)

        with self._lock:
            self._waiters.setdefault(account, []).append(waiter)
            ring = self._rings.get(account)
            entries = list(ring.entries) if ring else []
        found = next(filter(wanted.matches, entries), None)
        if found is not None and cancel():
            tell(found)
        return cancel


@dataclass(frozen=True, slots=True)
class Journal:
    """The exchanges of one account."""

    _all: Journals = field(repr=False)
    account: str

    def entries(self, wanted: Filter = ALL) -> list[Entry]:
        """Return the entries that are asked for and still kept, the oldest first."""
        return list(filter(wanted.matches, self._all.entries(self.account)))

    @property
    def last(self) -> int:
        """The number of the latest entry, or 0: `Filter(since=journal.last)` is what is yet to come."""
        return self._all.counts(self.account)[0]

    @property
    def dropped(self) -> int:
        """How many entries made room for those that are kept."""
        return self._all.counts(self.account)[1]

    def clear(self) -> None:
        """Forget the entries; who waits goes on waiting."""
        self._all.clear(self.account)

    def when(self, wanted: Filter, tell: Callable[[Entry], object]) -> Callable[[], bool]:
        """Call `tell` once, with the first entry that is asked for: one that is kept, or the next to come.

        It is called in the thread that records the entry, or at once in this one, and must
        neither take long nor raise. What is returned ends the wait and says whether it was still on.
        """
        return self._all.when(self.account, wanted, tell)

    def wait(self, wanted: Filter = ALL, timeout: float | None = None) -> Entry | None:
        """Return the first entry that is asked for, as soon as there is one; None after `timeout` seconds."""
        found: list[Entry] = []
        came = Event()

        def tell(entry: Entry) -> None:
            found.append(entry)
            came.set()

        cancel = self.when(wanted, tell)
        if not came.wait(timeout) and not cancel():
            came.wait()  # it came in the moment between, and is just being told
        return found[0] if found else None
