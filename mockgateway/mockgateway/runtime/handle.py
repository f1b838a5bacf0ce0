"""The control API as Python: one account of a mock in this process."""

from dataclasses import dataclass
from decimal import Decimal

from mockgateway.domain.account import Account
from mockgateway.domain.clock import iso
from mockgateway.domain.control import Booking, Change, Control
from mockgateway.domain.job import Job, Status
from mockgateway.domain.limit import RateLimit
from mockgateway.domain.mail import Mail, Tried
from mockgateway.domain.money import parse_amount, write_amount
from mockgateway.domain.outbox import Happened
from mockgateway.domain.patch import Patch
from mockgateway.domain.timeline import Moment
from mockgateway.runtime.diary import JournalHandle


@dataclass(frozen=True, slots=True)
class Wallet:
    """What is left and what was spent, in US dollars; `balance` None: it never runs out."""

    balance: Decimal | None
    charged: Decimal


class AccountHandle:
    """The world behind one key: read it, set it, move its time.

    Assigning takes what the control API takes: `account.balance = "5.00"`.
    """

    def __init__(self, control: Control, mail: Mail, key: str) -> None:
        self._control = control
        self._mail = mail
        self._key = key

    def _now(self) -> Account:
        return self._control.account(self._key)

    @property
    def key(self) -> str:
        """The key, whole."""
        return self._key

    @property
    def wallet(self) -> Wallet:
        """The wallet, with every refund that is due."""
        account = self._now()
        balance = None if account.balance is None else Decimal(write_amount(account.balance))
        return Wallet(balance, Decimal(write_amount(account.charged)))

    @property
    def balance(self) -> Decimal | None:
        """Dollars left, or None for a wallet without end; raises ValueError when set to what is no amount."""
        return self.wallet.balance

    @balance.setter
    def balance(self, dollars: "str | Decimal | None") -> None:
        amount = None if dollars is None else parse_amount(str(dollars))
        self._control.patch(self._key, Patch(balance=amount))

    @property
    def rate_limit(self) -> str | None:
        """The limit, such as `60/minute`, or None; raises ValueError when set to what is no limit."""
        limit = self._now().rate_limit
        return str(limit) if limit else None

    @rate_limit.setter
    def rate_limit(self, limit: str | None) -> None:
        parsed = None if limit is None else RateLimit.parse(limit)
        self._control.patch(self._key, Patch(rate_limit=parsed))

    @property
    def scenario(self) -> str:
        """The scenario in force; set to None to go back to what the key says."""
        return self._now().scenario or self._control.scenario_of(self._key)

    @scenario.setter
    def scenario(self, name: str | None) -> None:
        self._control.patch(self._key, Patch(scenario=name))

    @property
    def now(self) -> str:
        """The account's time, as the gateway writes it."""
        return iso(self._control.now(self._now()))

    @property
    def speed(self) -> float:
        """Gateway seconds per real second: 1 real, 0 standing still."""
        return self._now().clock.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._control.patch(self._key, Patch(speed=speed))

    def freeze(self) -> None:
        """Let time stand still until it is advanced."""
        self.speed = 0

    def advance(self, seconds: float | None = None, *, deliver: bool = False) -> list[Change | Happened]:
        """Move time forward, or to the next thing due when no seconds are given; return what happened.

        With `deliver` it returns when every callback then due was attempted once.
        """
        changes: list[Change] = []
        if not deliver:
            return [*self._advanced(seconds)]
        happened = self._mail.deliver(self._key, lambda: changes.extend(self._advanced(seconds)))
        return [*changes, *happened]

    def _advanced(self, seconds: float | None) -> list[Change]:
        if seconds is None:
            return self._control.advance_to_next(self._key, self._mail.next_due)
        if seconds < 0:
            raise ValueError("time does not go back: seconds must not be negative")
        return self._control.advance(self._key, round(seconds * 1000))

    @property
    def deliveries(self) -> list[Tried]:
        """The hundred newest callbacks with their attempts, the newest first."""
        return self._mail.deliveries(self._key)

    def redeliver(self, delivery: str) -> Tried:
        """Send a callback once more, at once; raises NoSuchDelivery, CannotRedeliver."""
        return self._mail.redeliver(delivery)

    @property
    def jobs(self) -> list[Job]:
        """The hundred newest jobs, the newest first."""
        return self._control.jobs(self._key)

    def end(self, request_id: str, outcome: str, error: str | None = None) -> Job:
        """End a job now as `COMPLETED`, `FAILED` or `ERROR`; raises NoSuchJob, JobHasEnded."""
        return self._control.end(request_id, Status(outcome), error)

    @property
    def ledger(self) -> list[Booking]:
        """Charges and refunds in their order."""
        return self._control.ledger(self._key)

    @property
    def journal(self) -> JournalHandle:
        """What was asked with the key, and answered; also its callbacks and downloads."""
        return JournalHandle(self._control.journal(self._key), self._key)

    def timeline(self, request_id: str) -> list[Moment]:
        """Tell the life of a job: its submit, states, polls, charges, callbacks and downloads, in order."""
        return self._control.timeline(request_id)

    def forget(self) -> None:
        """Forget the account and its jobs."""
        self._control.forget(self._key)
