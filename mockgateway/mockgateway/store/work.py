"""One atomic step in SQLite."""

import sqlite3
from collections.abc import Mapping

from mockgateway.domain.account import Account
from mockgateway.domain.delivery import Delivery
from mockgateway.domain.job import Job
from mockgateway.store import sql
from mockgateway.store.outbox_work import OutboxWork
from mockgateway.store.points import Point, passed
from mockgateway.store.rows import account_row, job_row, row_account, row_job


class SQLiteWork:
    """What can be done within a step; the store commits or undoes it.

    Args:
        connection: in a transaction.
        accounts: the accounts as they were committed.
        outbox: what can be done about deliveries in the same step.
        point: is told each point that writing passes.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        accounts: Mapping[str, Account],
        outbox: OutboxWork,
        point: Point = passed,
    ) -> None:
        self.outbox = outbox
        self._point = point
        self._execute = connection.execute
        self._accounts = accounts
        self.changed: dict[str, Account] = {}

    def account(self, name: str) -> Account | None:
        """Return the account of that name."""
        known = self.changed.get(name) or self._accounts.get(name)
        if known is not None:
            return known
        row = self._execute(sql.ACCOUNT, (name,)).fetchone()
        return row_account(row) if row else None

    def keep(self, account: Account) -> None:
        """Store the account, new or changed."""
        if account is self._accounts.get(account.name):
            return
        name, *values = account_row(account)
        if self._execute(sql.KEEP_ACCOUNT, (*values, name)).rowcount == 0:
            self._execute(sql.OPEN_ACCOUNT, (name, *values))
        self._reclock(account)
        self.changed[account.name] = account
        self._point("account is kept")

    def _reclock(self, account: Account) -> None:
        before = self.account(account.name)
        if before and before.clock != account.clock:
            self.outbox.reclock(account)

    def add_job(self, job: Job) -> None:
        """Store a new job."""
        self._execute(sql.ADD_JOB, job_row(job))
        self._point("job is added")

    def add_delivery(self, delivery: Delivery) -> None:
        """Store a callback that is owed to an account that is stored."""
        account = self.account(delivery.account)
        if account:
            self.outbox.add(delivery, account.clock)
            self._point("delivery is added")

    def job(self, request_id: str) -> Job | None:
        """Return the job of that id."""
        row = self._execute(sql.JOB, (request_id,)).fetchone()
        return row_job(row) if row else None

    def change_plan(self, job: Job) -> None:
        """Store the job's plan."""
        plan = job.plan
        account = self.account(job.account)
        if account:
            self.outbox.replan(job.request_id, plan.ends, account)
        self._execute(
            sql.CHANGE_PLAN, (plan.starts, plan.ends, plan.outcome.value, plan.error, job.request_id)
        )
        self._point("plan is changed")

    def lane_free(self, account: str, lanes: int) -> int | None:
        """Say when a lane becomes free."""
        row = self._execute(sql.LANE_FREE, (account, lanes - 1)).fetchone()
        return row[0] if row else None

    def settle(self, account: str, now: int, outcomes: frozenset[str]) -> int:
        """Mark refunds that are due as paid, and return their sum."""
        total = 0
        for request_id, charge, outcome in self._execute(sql.TO_SETTLE, (account, now)).fetchall():
            if outcome in outcomes:
                total += charge
            self._execute(sql.SETTLE, (request_id,))
            self._point("refund is settled")
        return total
