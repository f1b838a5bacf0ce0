"""What is done to a gateway from outside: accounts set, time advanced, jobs ended, books read."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from mockgateway.domain.account import Account
from mockgateway.domain.gateway import Gateway
from mockgateway.domain.job import Job, Status
from mockgateway.domain.journal import ANONYMOUS, Journal, Journals
from mockgateway.domain.matching import Filter
from mockgateway.domain.patch import SAME, Patch, Same
from mockgateway.domain.storage import Store, Work
from mockgateway.domain.timeline import Moment, timeline


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


@dataclass(frozen=True, slots=True)
class Change:
    """A job came to a new state, at an instant of its account's time."""

    at: int
    request_id: str
    status: Status


class Control:
    """The hand of the test on a gateway.

    Attributes:
        journals: what was asked of the gateway, and answered.
    """

    def __init__(self, gateway: Gateway, store: Store) -> None:
        self._gateway = gateway
        self._store = store
        self.journals = Journals()

    def journal(self, key: str) -> Journal:
        """Return the exchanges of the account of a key."""
        return self.journals.of(self._gateway.name(key))

    @property
    def anonymous(self) -> Journal:
        """The exchanges that belong to no account."""
        return self.journals.of(ANONYMOUS)

    def account(self, key: str) -> Account:
        """Return the account of a key with all refunds that are due, opening it if it is new."""
        return self.change(key, lambda account: account)

    def change(self, key: str, how: Callable[[Account], Account]) -> Account:
        """Change the account of a key and return it, in one atomic step."""
        with self._store.step() as work:
            account = how(self._settled(work, key))
            work.keep(account)
        return account

    def _settled(self, work: Work, key: str) -> Account:
        name = self._gateway.name(key)
        account = work.account(name) or self._gateway.opened(name, key)
        return self._gateway.settled(work, account)

    def now(self, account: Account) -> int:
        """Tell the account's time."""
        return account.clock.at(self._gateway.real())

    def patch(self, key: str, patch: Patch) -> Account:
        """Change an account; raises TimeGoesBack, UnknownScenario."""
        real = self._gateway.real()

        def changed(account: Account) -> Account:
            if isinstance(patch.scenario, Same):
                return patch.apply(account, real)
            moved = self._gateway.moved(account, key, patch.scenario)
            return replace(patch, scenario=SAME).apply(moved, real)

        return self.change(key, changed)

    def scenario_of(self, key: str) -> str:
        """Name the scenario that a key stands for."""
        scenarios = self._gateway.situations.scenarios
        return scenarios.chosen(scenarios.name_for_key(key)).name

    def forget(self, key: str) -> None:
        """Forget the account of a key, with its jobs and its exchanges."""
        self._store.forget(self._gateway.name(key))
        self.journal(key).clear()
        self._gateway.situations.forget(self._gateway.name(key))

    def advance(self, key: str, milliseconds: int) -> list[Change]:
        """Move an account's time forward; return what happened on the way, in order."""
        real = self._gateway.real()
        before = self.account(key)
        after = self.change(
            key, lambda account: replace(account, clock=account.clock.advanced(real, milliseconds))
        )
        return self._changes(before.name, before.clock.at(real), after.clock.at(real))

    def advance_to_next(
        self, key: str, also: Callable[[str, int], int | None] = lambda _key, _after: None
    ) -> list[Change]:
        """Move an account's time to when the next of its jobs begins or ends; nothing due: not at all.

        `also` says, of a key and after an instant, when something else is due.
        """
        account = self.account(key)
        now = self.now(account)
        dues = [self._store.next_change(account.name, now), also(key, now)]
        known = [due for due in dues if due is not None]
        return self.advance(key, min(known) - now) if known else []

    def _changes(self, account: str, after: int, until: int) -> list[Change]:
        changes = []
        for job in self._store.jobs_between(account, after, until):
            plan = job.plan
            if plan.starts < plan.ends:
                changes.append(Change(plan.starts, job.request_id, Status.PROCESSING))
            changes.append(Change(plan.ends, job.request_id, plan.outcome))
        return sorted(
            (change for change in changes if after < change.at <= until), key=lambda change: change.at
        )

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

    def timeline(self, request_id: str) -> list[Moment]:
        """Tell the life of a job, with what its client did; raises NoSuchJob."""
        job, now = self.job(request_id)
        entries = self.journals.of(job.account).entries(Filter(request_id=request_id))
        return timeline(job, now, entries, self._gateway.rules.tariff.refunded)

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
        """Forget all accounts, jobs and exchanges."""
        self._store.reset()
        self.journals.clear()
        self._gateway.situations.forget()
