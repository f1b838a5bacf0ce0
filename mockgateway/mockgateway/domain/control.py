"""What is done to a gateway from outside: accounts set, time advanced, jobs ended, books read."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from mockgateway.domain.account import Account
from mockgateway.domain.gateway import Gateway
from mockgateway.domain.job import Job, Status
from mockgateway.domain.storage import Store, Work


class JobHasEnded(Exception):
    """The job is over already, and a terminal state is final."""


class NoSuchJob(Exception):
    """There is no job of that id."""


@dataclass(frozen=True, slots=True)
class Booking:
    """One line of the ledger: `charge` or `refund`, of which job, how much in millionths, when."""

    kind: str
    request_id: str
    amount: int
    at: int


class Control:
    """The hand of the test on a gateway."""

    def __init__(self, gateway: Gateway, store: Store) -> None:
        self._gateway = gateway
        self._store = store

    def account(self, key: str) -> Account:
        """Return the account of a key with all refunds that are due, opening it if it is new."""
        return self.change(key, lambda account: account)

    def change(self, key: str, how: Callable[[Account], Account]) -> Account:
        """Change the account of a key and return it, in one atomic step."""
        with self._store.step() as work:
            account = how(self._settled(work, self._gateway.name(key)))
            work.keep(account)
        return account

    def _settled(self, work: Work, name: str) -> Account:
        account = work.account(name) or self._gateway.opened(name)
        refund = work.settle(name, self.now(account), self._gateway.rules.tariff.refunded)
        return account.refund(refund) if refund else account

    def now(self, account: Account) -> int:
        """Tell the account's time."""
        return account.clock.at(self._gateway.real())

    def set_speed(self, key: str, speed: float) -> Account:
        """Let the account's time go on at another speed; 0 stops it, 1 is real."""
        real = self._gateway.real()
        return self.change(key, lambda account: replace(account, clock=account.clock.continued(real, speed)))

    def advance(self, key: str, milliseconds: int) -> Account:
        """Move the account's time forward."""
        real = self._gateway.real()
        return self.change(
            key, lambda account: replace(account, clock=account.clock.advanced(real, milliseconds))
        )

    def next_change(self, key: str) -> int | None:
        """Say when the next of the account's jobs begins or ends, in its time."""
        account = self.account(key)
        return self._store.next_change(account.name, self.now(account))

    def jobs(self, key: str, limit: int = 100) -> list[Job]:
        """Return the account's jobs, the newest first."""
        return self._store.jobs(self._gateway.name(key), limit=limit)

    def count(self, key: str) -> int:
        """Say how many jobs the account has."""
        return self._store.count(self._gateway.name(key))

    def job(self, request_id: str) -> tuple[Job, int]:
        """Return a job and its account's time; raises NoSuchJob."""
        found = self._gateway.find(request_id)
        if found is None:
            raise NoSuchJob(request_id)
        return found

    def end(self, request_id: str, outcome: Status, error: str | None = None) -> Job:
        """End a job now, in this way; raises NoSuchJob, JobHasEnded."""
        with self._store.step() as work:
            job = work.job(request_id)
            account = work.account(job.account) if job else None
            if job is None or account is None:
                raise NoSuchJob(request_id)
            now = self.now(account)
            if job.plan.status_at(now).terminal:
                raise JobHasEnded(request_id)
            ended = replace(job, plan=job.plan.ended(now, outcome, error))
            work.change_plan(ended)
        return ended

    def ledger(self, key: str) -> list[Booking]:
        """Return the account's charges and refunds, in the order of their times."""
        now = self.now(self.account(key))
        refunded = self._gateway.rules.tariff.refunded
        lines = []
        for job in self._store.jobs(self._gateway.name(key), limit=2**31):
            lines.append(Booking("charge", job.request_id, job.charge, job.created))
            if job.plan.outcome in refunded and job.plan.ends <= now:
                lines.append(Booking("refund", job.request_id, job.charge, job.plan.ends))
        return sorted(lines, key=lambda line: line.at)

    def reset(self) -> None:
        """Forget all accounts and jobs."""
        self._store.reset()
