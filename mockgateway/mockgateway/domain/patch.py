"""Changes to an account, as one value: what is not named stays."""

from dataclasses import dataclass, replace
from enum import Enum

from mockgateway.domain.account import Account
from mockgateway.domain.limit import RateLimit, Window


class Same(Enum):
    """Stands for what is not changed, where None has a meaning of its own."""

    SAME = "same"


SAME = Same.SAME


class TimeGoesBack(Exception):
    """An instant before the account's own time was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """What to change of an account.

    Attributes:
        scenario: the name of one, or None for what its key says.
        balance: millionths of a dollar, or None for a wallet without end.
        rate_limit: a limit, whose period begins anew, or None for none.
        speed: of its clock; 0 stops it.
        now: the time its clock goes on from, in milliseconds; not before what it tells.
    """

    scenario: str | Same | None = SAME
    balance: int | Same | None = SAME
    rate_limit: RateLimit | Same | None = SAME
    speed: float | Same = SAME
    now: int | Same = SAME

    def apply(self, account: Account, real: int) -> Account:
        """Return the account so changed at a real instant; raises TimeGoesBack."""
        if self.scenario is not SAME:
            account = replace(account, scenario=self.scenario)
        if self.balance is not SAME:
            account = replace(account, balance=self.balance)
        if self.rate_limit is not SAME:
            account = replace(account, rate_limit=self.rate_limit, window=Window())
        return self._timed(account, real)

    def _timed(self, account: Account, real: int) -> Account:
        clock = account.clock
        if self.now is not SAME:
            ahead = self.now - clock.at(real)
            if ahead < 0:
                raise TimeGoesBack
            clock = clock.advanced(real, ahead)
        if self.speed is not SAME:
            clock = clock.continued(real, self.speed)
        return replace(account, clock=clock)
