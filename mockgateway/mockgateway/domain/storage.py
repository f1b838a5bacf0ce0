"""What the gateway asks of a store."""

from contextlib import AbstractContextManager
from typing import Protocol

from mockgateway.domain.account import Account
from mockgateway.domain.delivery import Delivery
from mockgateway.domain.job import Job


class Work(Protocol):
    """One atomic step: all of it is stored, or nothing."""

    def account(self, name: str) -> Account | None:
        """Return the account of that name."""

    def keep(self, account: Account) -> None:
        """Store the account, new or changed."""

    def add_job(self, job: Job) -> None:
        """Store a new job."""

    def add_delivery(self, delivery: Delivery) -> None:
        """Store a callback that is owed, after its account and its job."""

    def job(self, request_id: str) -> Job | None:
        """Return the job of that id."""

    def change_plan(self, job: Job) -> None:
        """Store the job's plan, which was changed."""

    def lane_free(self, account: str, lanes: int) -> int | None:
        """Say when fewer than `lanes` of the account's jobs will be unfinished; None: always were."""

    def settle(self, account: str, now: int, outcomes: frozenset[str]) -> int:
        """Mark the charges of jobs that ended by now in one of these ways as refunded; return their sum.

        Each is counted once, for ever.
        """


class Store(Protocol):
    """Where accounts and jobs are kept; every method is safe from any thread."""

    @property
    def secret(self) -> bytes:
        """What keys are hashed with; stays the same for as long as the jobs do."""

    def step(self) -> AbstractContextManager[Work]:
        """Begin an atomic step: it is stored when the block ends, and undone when it raises."""

    def account(self, name: str) -> Account | None:
        """Return the account of that name."""

    def job(self, request_id: str) -> Job | None:
        """Return the job of that id."""

    def jobs(self, account: str, *, limit: int) -> list[Job]:
        """Return the account's jobs, the newest first."""

    def next_change(self, account: str, after: int) -> int | None:
        """Say when the next of the account's jobs begins or ends, in its time."""

    def jobs_between(self, account: str, after: int, until: int) -> list[Job]:
        """Return the account's jobs that may begin or end after one instant and until another."""

    def forget(self, account: str) -> None:
        """Forget an account and its jobs."""

    def count(self, account: str) -> int:
        """Say how many jobs the account has."""

    def reset(self) -> None:
        """Forget all accounts and jobs."""

    def close(self) -> None:
        """Let go of what the store holds open."""
