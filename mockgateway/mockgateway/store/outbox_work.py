"""What an atomic step can do about deliveries."""

import sqlite3
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from mockgateway.domain.account import Account
from mockgateway.domain.clock import Clock
from mockgateway.domain.delivery import Attempt, AttemptResult, Delivery, State, wakes_at
from mockgateway.domain.job import Status
from mockgateway.store import outbox_sql as sql
from mockgateway.store.veil import unveil, veil

Execute = Callable[..., sqlite3.Cursor]
Row = tuple[Any, ...]

_COLUMNS = sql.COLUMNS.split(", ")
_DELIVERY = attrgetter(*_COLUMNS)


class OutboxWork:
    """The deliveries within a step.

    Args:
        execute: runs a statement in the step's transaction.
        secret: what URLs are veiled with.

    Attributes:
        rung: the accounts whose deliveries may be due at another time than before.
    """

    def __init__(self, execute: Execute, secret: bytes) -> None:
        self.execute = execute
        self._secret = secret
        self.rung: set[str] = set()

    def add(self, delivery: Delivery, clock: Clock) -> None:
        """Store a new delivery of an account with that clock."""
        self.execute(sql.ADD, (*self._row(delivery), wakes_at(delivery, clock)))
        self.rung.add(delivery.account)

    def reclock(self, account: Account) -> None:
        """Reckon anew when the account's deliveries are due in real time: its clock was changed."""
        rows = self.execute(sql.PENDING, (account.name,)).fetchall()
        for *row, leased in rows:
            self.wake(self.read(tuple(row)), account.clock, leased)
        if rows:
            self.rung.add(account.name)

    def wake(self, delivery: Delivery, clock: Clock, leased: int) -> None:
        """Store when a delivery is due in real time."""
        self.execute(sql.RECLOCK, (later(wakes_at(delivery, clock), leased), delivery.id))

    def replan(self, request_id: str, ends: int, account: Account) -> None:
        """Move the deliveries of a job with its end, which is still stored as it was."""
        if self.execute(sql.REPLAN, (ends, request_id, request_id)).rowcount:
            self.reclock(account)

    def one(self, statement: str, *arguments: object) -> Delivery | None:
        """Return the delivery that a statement finds."""
        row = self.execute(statement, arguments).fetchone()
        return self.read(row) if row else None

    def read(self, row: Row) -> Delivery:
        """Read a delivery."""
        return read_delivery(row, self._secret)

    def _row(self, delivery: Delivery) -> Row:
        name, account, request_id, url, *rest = _DELIVERY(delivery)
        return name, account, request_id, veil(url, name, self._secret), *rest


def later(wakes: int | None, leased: int) -> int | None:
    """Return when a delivery may be claimed that is leased until then."""
    return None if wakes is None else max(wakes, leased)


def read_delivery(row: Row, secret: bytes) -> Delivery:
    """Read a delivery whose URL is veiled with the secret."""
    known = dict(zip(_COLUMNS, row, strict=True))
    known["url"] = unveil(known["url"], known["id"], secret)
    known["state"] = State(known["state"])
    known["tells"] = Status(known["tells"]) if known["tells"] else None
    return Delivery(**known)


def read_attempt(row: Row) -> Attempt:
    """Read an attempt."""
    number, at, ended, *result = row
    return Attempt(number, at, AttemptResult(*result) if ended else None)
