"""Deliveries in SQLite."""

from collections.abc import Callable
from dataclasses import replace
from secrets import token_hex
from typing import Any

from mockgateway.domain.account import Account
from mockgateway.domain.delivery import (
    Attempt,
    AttemptResult,
    Delivery,
    State,
    after,
    again,
    begun,
    wakes_at,
)
from mockgateway.domain.outbox import CannotRedeliver, Claim, Happened, NoSuchDelivery
from mockgateway.domain.webhook import hidden
from mockgateway.store import outbox_sql as sql
from mockgateway.store.outbox_work import OutboxWork, later, read_attempt, read_delivery
from mockgateway.store.sqlite import SQLiteStore
from mockgateway.store.work import SQLiteWork


class SQLiteOutbox:
    """The deliveries of a store that serves this process only."""

    def __init__(self, store: SQLiteStore) -> None:
        self._store = store
        self._free()

    def _free(self) -> None:
        """Take back the leases of an earlier process: nobody is at it any more."""
        with self._store.step() as work:
            for (name,) in work.outbox.execute(sql.LEASING).fetchall():
                work.outbox.execute(sql.FREE, (name,))
                work.outbox.reclock(_account(work, name))

    def listen(self, ring: Callable[[str], object]) -> None:
        """Be told the accounts whose deliveries may be due at another time than before."""
        self._store.ring = ring

    def waking(self) -> list[tuple[str, int]]:
        """Name the accounts that have deliveries that become due by themselves, and when."""
        return list(self._store.rows(sql.WAKING))

    def wakes(self, account: str) -> int | None:
        """Say when the account's next delivery is due and free."""
        wakes: int | None = self._store.rows(sql.WAKES, account)[0][0]
        return wakes

    def next_due(self, account: str, after: int) -> int | None:
        """Say when the next of the account's deliveries becomes due, in its time."""
        due: int | None = self._store.rows(sql.NEXT_DUE, account, after)[0][0]
        return due

    def claim(self, account: str, now: int, lease: int) -> Claim | None:
        """Begin an attempt; a delivery whose last attempt's end nobody saw is exhausted on the way."""
        with self._store.step() as work:
            box = work.outbox
            while (delivery := box.one(sql.NEXT, account, now)) and delivery.used_up:
                self._settle(box, replace(delivery, state=State.EXHAUSTED), None)
            claim = self._begin(work, delivery, now, lease) if delivery else None
        if claim:
            self._store.point("delivery is claimed")
        return claim

    def _begin(self, work: SQLiteWork, delivery: Delivery, now: int, lease: int) -> Claim:
        clock = _account(work, delivery.account).clock
        at = max(clock.at(now), delivery.due)
        claimed, token = begun(delivery, at), token_hex(8)
        wakes = later(wakes_at(claimed, clock), lease)
        numbers = (claimed.due, claimed.attempts, claimed.tries, wakes, lease, token, claimed.id)
        work.outbox.execute(sql.CLAIM, numbers)
        work.outbox.execute(sql.BEGIN, (claimed.id, claimed.attempts, at))
        return Claim(claimed, token, at)

    def finish(self, claim: Claim, result: AttemptResult, now: int) -> Happened | None:
        """Store the end of an attempt, if it is still ours."""
        self._store.point("attempt has ended")
        result = _without_secrets(result, claim.delivery)
        with self._store.step() as work:
            delivery = work.outbox.one(sql.HELD, claim.delivery.id, claim.token)
            if delivery is None:
                return None
            clock = _account(work, delivery.account).clock
            settled = after(delivery, result, max(clock.at(now), claim.at))
            self._settle(work.outbox, settled, wakes_at(settled, clock))
            self._end(work.outbox, delivery, result)
        self._store.point("delivery is finished")
        return Happened(settled, Attempt(delivery.attempts, claim.at, result))

    @staticmethod
    def _settle(box: OutboxWork, delivery: Delivery, wakes: int | None) -> None:
        state = (delivery.due, delivery.tries, delivery.state.value, delivery.copies, wakes, delivery.id)
        box.execute(sql.SETTLE, state)

    @staticmethod
    def _end(box: OutboxWork, delivery: Delivery, result: AttemptResult) -> None:
        what = (result.status, result.error, result.duration, result.answer, result.retry_after)
        box.execute(sql.END, (*what, delivery.id, delivery.attempts))

    def listed(self, account: str, limit: int) -> list[Delivery]:
        """Return the account's deliveries, the newest first."""
        return self._read(sql.LISTED, account, limit)

    def of_job(self, request_id: str) -> list[Delivery]:
        """Return the deliveries of a job, the oldest first."""
        return self._read(sql.OF_JOB, request_id)

    def attempts(self, delivery: str) -> list[Attempt]:
        """Return the attempts of a delivery, in order."""
        return [read_attempt(row) for row in self._store.rows(sql.ATTEMPTS, delivery)]

    def one(self, name: str) -> Delivery:
        """Return the delivery of that id; raises NoSuchDelivery."""
        found = self._read(sql.ONE, name)
        if not found:
            raise NoSuchDelivery(name)
        return found[0]

    def redeliver(self, name: str, now: int) -> Delivery:
        """Begin a new round of attempts at once; raises NoSuchDelivery, CannotRedeliver."""
        with self._store.step() as work:
            delivery = work.outbox.one(sql.ONE, name)
            if delivery is None:
                raise NoSuchDelivery(name)
            if work.outbox.execute(sql.LEASED, (name,)).fetchone()[0] > now:
                raise CannotRedeliver("an attempt of this delivery is under way")
            if not delivery.attempts:
                raise CannotRedeliver("this delivery was not attempted yet: its job has not ended")
            clock = _account(work, delivery.account).clock
            repeated = again(delivery, clock.at(now))
            self._settle(work.outbox, repeated, wakes_at(repeated, clock))
            work.outbox.rung.add(repeated.account)
        return repeated

    def _read(self, statement: str, *arguments: Any) -> list[Delivery]:
        secret = self._store.secret
        return [read_delivery(row, secret) for row in self._store.rows(statement, *arguments)]


def _account(work: SQLiteWork, name: str) -> Account:
    account = work.account(name)
    assert account, "a delivery belongs to an account"  # noqa: S101 - stored in the same step
    return account


def _without_secrets(result: AttemptResult, delivery: Delivery) -> AttemptResult:
    """Shorten what a receiver repeats of a URL that may hold a key."""
    answer = hidden(result.answer, delivery.url, delivery.shown)
    error = result.error and hidden(result.error, delivery.url, delivery.shown)
    return replace(result, answer=answer, error=error)
