"""An account: the world behind one key."""

from dataclasses import dataclass, replace
from enum import StrEnum

from mockgateway.domain.clock import Clock
from mockgateway.domain.limit import RateLimit, Window
from mockgateway.domain.refusals import InsufficientBalance, RateLimited


class LimitOn(StrEnum):
    """Which calls a rate limit counts."""

    SUBMITS = "submits"
    CALLS = "calls"


@dataclass(frozen=True, slots=True)
class Account:
    """What is kept of one key's world, but for its jobs.

    Attributes:
        name: a keyed hash of the key, as `keys.fingerprint` writes it.
        clock: its time.
        balance: what is left in its wallet, in millionths of a dollar; None: it never runs out.
        charged: what was charged and not refunded, in millionths.
        rate_limit: None: it is never limited.
        window: the rate limit's running period.
        scenario: the name of the scenario that its key or a hand chose for it; None: the default.
    """

    name: str
    clock: Clock
    balance: int | None = None
    charged: int = 0
    rate_limit: RateLimit | None = None
    limit_on: LimitOn = LimitOn.SUBMITS
    window: Window = Window()  # noqa: RUF009 - frozen, so it may be shared
    scenario: str | None = None

    def charge(self, amount: int) -> "Account":
        """Take an amount out of the wallet; raises InsufficientBalance."""
        if self.balance is None:
            return replace(self, charged=self.charged + amount)
        if amount > self.balance:
            raise InsufficientBalance
        return replace(self, balance=self.balance - amount, charged=self.charged + amount)

    def refund(self, amount: int) -> "Account":
        """Give an amount back."""
        balance = None if self.balance is None else self.balance + amount
        return replace(self, balance=balance, charged=self.charged - amount)

    def limits(self, *, submit: bool) -> bool:
        """Whether a call of that kind counts towards a limit."""
        return self.rate_limit is not None and (submit or self.limit_on is LimitOn.CALLS)

    def admitted(self, now: int) -> "Account":
        """Count a call; raises RateLimited with the seconds to wait."""
        if self.rate_limit is None:
            return self
        after = self.rate_limit.admit(self.window, now)
        if isinstance(after, int):
            raise RateLimited(after)
        return replace(self, window=after)
