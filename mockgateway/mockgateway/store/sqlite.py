"""Accounts and jobs in SQLite: in memory, or in one file that one process holds."""

import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any
from weakref import finalize

from mockgateway.domain.account import Account
from mockgateway.domain.job import Job
from mockgateway.domain.refusals import Unavailable
from mockgateway.store import sql
from mockgateway.store.opening import IN_MEMORY, SCHEMA_VERSION, StoreRefused, connect, reason
from mockgateway.store.outbox_work import OutboxWork
from mockgateway.store.points import Point, passed
from mockgateway.store.rows import job_row, row_account, row_job
from mockgateway.store.work import SQLiteWork

# Sixteen MiB of pages: the way to any of a million jobs then stays in memory.
_PRAGMAS = ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=NORMAL", "cache_size=-16384")


class SQLiteStore:
    """A store on one connection, behind a lock.

    A file is held exclusively, so a second process is refused instead of risking it, and
    written through a write-ahead log: what was accepted survives the process being killed
    at any point. (A power cut may take the last few jobs.)

    Args:
        path: a file, made when missing, or `:memory:`.
        point: is told each point that writing passes; tests kill the process there.

    Attributes:
        ring: is told every account whose deliveries may be due at another time than before.

    Raises:
        StoreRefused: the file is no store, is of another version, is in use, or cannot be opened.
    """

    def __init__(self, path: str = IN_MEMORY, point: Point = passed) -> None:
        self.path = path
        self.point = point
        self.ring: Callable[[str], object] = lambda _account: None
        self._lock = RLock()
        self._accounts: dict[str, Account] = {}
        self._connection = connect(path)
        # A store that nobody closed, such as that of an application, is closed with its last user.
        finalize(self, self._connection.close)
        try:
            self._open()
        except sqlite3.Error as error:
            self._connection.close()
            raise StoreRefused(reason(path, error)) from error
        except StoreRefused:
            self._connection.close()
            raise
        self.secret = bytes.fromhex(self.kept("secret") or "")

    def _open(self) -> None:
        for pragma in _PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("BEGIN IMMEDIATE")
        tables = {name for (name,) in self._connection.execute(sql.TABLES)}
        if not tables:
            self._make()
        elif "meta" not in tables or self.kept("schema") is None:
            raise StoreRefused(f"{self.path} is a database of something else; name another file")
        self._connection.execute("COMMIT")
        if (version := self.kept("schema")) != SCHEMA_VERSION:
            raise StoreRefused(
                f"{self.path} has store version {version}, this mockgateway reads {SCHEMA_VERSION}; "
                "name another file, or run the version that made it"
            )

    def _make(self) -> None:
        for statement in sql.MAKE:
            self._connection.execute(statement)
            self.point("table is made")
        self.keep("schema", SCHEMA_VERSION)
        self.point("version is kept")
        self.keep("secret", secrets.token_hex(32))
        self.point("secret is kept")

    @contextmanager
    def step(self) -> Iterator[SQLiteWork]:
        """Begin an atomic step; raises Unavailable when it cannot be stored, such as on a full disk."""
        with self._lock:
            self.point("step begins")
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                work = self._work()
                yield work
                self.point("step is to be committed")
                self._connection.execute("COMMIT")
            except BaseException as error:
                self._undo()
                if isinstance(error, sqlite3.OperationalError):
                    raise Unavailable from error
                raise
            self._accounts.update(work.changed)
            self.point("step is committed")
        for account in work.outbox.rung:
            self.ring(account)

    def _work(self) -> SQLiteWork:
        outbox = OutboxWork(self._connection.execute, self.secret)
        return SQLiteWork(self._connection, self._accounts, outbox, self.point)

    def rows(self, statement: str, *arguments: Any) -> list[Any]:
        """Return what a statement finds that only reads."""
        with self._lock:
            return self._connection.execute(statement, arguments).fetchall()

    def _undo(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def add_all(self, jobs: Iterable[Job]) -> None:
        """Store many jobs as they are, in one step."""
        with self.step():
            self._connection.executemany(sql.ADD_JOB, map(job_row, jobs))

    def account(self, name: str) -> Account | None:
        """Return the account of that name."""
        known = self._accounts.get(name)
        if known is not None:
            return known
        with self._lock:
            row = self._connection.execute(sql.ACCOUNT, (name,)).fetchone()
            if row is None:
                return None
            return self._accounts.setdefault(name, row_account(row))

    def job(self, request_id: str) -> Job | None:
        """Return the job of that id."""
        with self._lock:
            row = self._connection.execute(sql.JOB, (request_id,)).fetchone()
        return row_job(row) if row else None

    def jobs(self, account: str, *, limit: int) -> list[Job]:
        """Return the account's jobs, the newest first."""
        with self._lock:
            return list(map(row_job, self._connection.execute(sql.JOBS, (account, limit))))

    def jobs_between(self, account: str, after: int, until: int) -> list[Job]:
        """Return the account's jobs that may begin or end after one instant and until another."""
        with self._lock:
            return list(map(row_job, self._connection.execute(sql.JOBS_BETWEEN, (account, after, until))))

    def forget(self, account: str) -> None:
        """Forget an account and its jobs."""
        with self.step():
            for statement in sql.FORGET:
                self._connection.execute(statement, (account,))
            self._accounts.pop(account, None)

    def next_change(self, account: str, after: int) -> int | None:
        """Say when the next of the account's jobs begins or ends."""
        with self._lock:
            found = self._connection.execute(sql.NEXT_CHANGE, (after, account, after)).fetchone()
        instant: int | None = found[0]
        return instant

    def count(self, account: str) -> int:
        """Say how many jobs the account has."""
        with self._lock:
            number: int = self._connection.execute(sql.COUNT, (account,)).fetchone()[0]
        return number

    def reset(self) -> None:
        """Forget all accounts and jobs."""
        with self.step():
            for statement in sql.RESET:
                self._connection.execute(statement)
            self._accounts.clear()

    def kept(self, name: str) -> str | None:
        """Return what was kept under a name beside accounts and jobs."""
        with self._lock:
            row = self._connection.execute(sql.KEPT, (name,)).fetchone()
        return row[0] if row else None

    def keep(self, name: str, value: str) -> None:
        """Keep a value under a name beside accounts and jobs."""
        with self._lock:
            self._connection.execute(sql.KEEP, (name, value))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
