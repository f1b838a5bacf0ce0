"""Who is next: which account may begin an attempt, so that none takes all the threads."""

from collections import Counter
from heapq import heappop, heappush

MOST = 256
"""How many attempts may be under way at once."""

_SHARE = 4


class Agenda:
    """When each account's next delivery is due, and how many attempts it has under way.

    An account may begin one while it has fewer than a quarter of what is free. So one alone gets
    51 of 256, sixteen greedy ones 13 each, and there is always room for the next. Not safe from
    several threads.

    Args:
        most: how many attempts may be under way at once.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._wakes: dict[str, int] = {}
        self._order: list[tuple[int, str]] = []
        self._waiting: dict[str, int] = {}
        self._live: Counter[str] = Counter()
        self._held: Counter[str] = Counter()
        self._busy = 0

    def note(self, account: str, wakes: int | None) -> bool:
        """Note that the account may have something due from then on; return whether that is news."""
        if wakes is None or wakes >= self._wakes.get(account, wakes + 1):
            return False
        self._wakes[account] = wakes
        heappush(self._order, (wakes, account))
        return True

    def take(self, now: int) -> str | None:
        """Choose the account that is due longest and may begin an attempt, and count it."""
        while self._order and self._order[0][0] <= now:
            wakes, account = heappop(self._order)
            if self._wakes.get(account) != wakes:
                continue  # it was noted for earlier since
            del self._wakes[account]
            if self.may_begin(account):
                self.begin(account)
                return account
            self._waiting[account] = wakes
        return None

    def next(self) -> int | None:
        """Say when something is due next, as far as nobody has to end first."""
        while self._order and self._wakes.get(self._order[0][1]) != self._order[0][0]:
            heappop(self._order)  # it was noted for earlier, and has begun
        return self._order[0][0] if self._order else None

    def may_begin(self, account: str) -> bool:
        """Say whether the account may begin an attempt."""
        return not self._held[account] and self.has_room(account)

    def has_room(self, account: str) -> bool:
        """Say whether there is room for an attempt of the account."""
        free = self._most - self._busy
        return free > 0 and self._live[account] < max(1, free // _SHARE)

    def begin(self, account: str) -> None:
        """Count an attempt."""
        self._live[account] += 1
        self._busy += 1

    def done(self, account: str) -> None:
        """Count an attempt no more; whoever waited for room may have it now."""
        self._busy -= 1
        self._live[account] -= 1
        if not self._live[account]:
            del self._live[account]
        self._release()

    def live(self, account: str) -> int:
        """Say how many attempts of the account are under way."""
        return self._live[account]

    def hold(self, account: str) -> None:
        """Begin no attempts of the account until it is let go; somebody else makes them."""
        self._held[account] += 1

    def let_go(self, account: str) -> None:
        """End a hold."""
        self._held[account] -= 1
        if not self._held[account]:
            del self._held[account]
        self._release()

    def _release(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for account, wakes in waiting.items():
            self.note(account, wakes)
