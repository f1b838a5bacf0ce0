"""Jobs in SQLite: in memory, or in one file that one process holds."""

import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from threading import Lock
from typing import Any

from mockgateway.domain.clock import Clock
from mockgateway.domain.job import Job, Plan, Status
from mockgateway.store import sql

IN_MEMORY = ":memory:"
SCHEMA_VERSION = "1"


class StoreRefused(Exception):
    """The store cannot be used; the message says why and what to do."""


class SQLiteStore:
    """A store on one connection, behind a lock.

    A file is held exclusively, so a second process is refused instead of risking it, and
    written through a write-ahead log: what was accepted survives the process being killed
    at any point. (A power cut may take the last few jobs.)

    Args:
        path: a file, made when missing, or `:memory:`.

    Raises:
        StoreRefused: the file is no store, is of another version, is in use, or cannot be opened.
    """

    def __init__(self, path: str = IN_MEMORY) -> None:
        self.path = path
        self._lock = Lock()
        self._connection = _connect(path)
        try:
            self._open()
        except sqlite3.Error as error:
            self._connection.close()
            raise StoreRefused(_reason(path, error)) from error
        except StoreRefused:
            self._connection.close()
            raise
        self.secret = bytes.fromhex(self._kept("secret") or "")

    def _open(self) -> None:
        for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=NORMAL"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("BEGIN IMMEDIATE")
        tables = {name for (name,) in self._connection.execute(sql.TABLES)}
        if not tables:
            self._make()
        elif "meta" not in tables or self._kept("schema") is None:
            raise StoreRefused(f"{self.path} is a database of something else; name another file")
        self._connection.execute("COMMIT")
        if (version := self._kept("schema")) != SCHEMA_VERSION:
            raise StoreRefused(
                f"{self.path} has store version {version}, this mockgateway reads {SCHEMA_VERSION}; "
                "name another file, or run the version that made it"
            )

    def _make(self) -> None:
        for statement in sql.MAKE:
            self._connection.execute(statement)
        self._keep("schema", SCHEMA_VERSION)
        self._keep("secret", secrets.token_hex(32))

    def clock(self) -> Clock | None:
        """Return the clock kept last."""
        with self._lock:
            kept = self._kept("clock")
        if kept is None:
            return None
        real, told, speed = kept.split()
        return Clock(int(real), int(told), float(speed))

    def keep_clock(self, clock: Clock) -> None:
        """Keep the clock."""
        with self._lock:
            self._keep("clock", f"{clock.real} {clock.told} {clock.speed!r}")

    def accept(self, job: Job, lanes: int | None) -> Job:
        """Store the job, delayed until a lane is free."""
        with self._lock:
            if lanes is None:
                self._connection.execute(sql.ADD_JOB, _row(job))
                return job
            return self._accept_in_line(job, lanes)

    def _accept_in_line(self, job: Job, lanes: int) -> Job:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            free = self._connection.execute(sql.LANE_FREE, (job.account, lanes - 1)).fetchone()
            if free:
                job = _delayed(job, free[0])
            self._connection.execute(sql.ADD_JOB, _row(job))
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
        return job

    def add_all(self, jobs: Iterable[Job]) -> None:
        """Store many jobs as they are, in one step."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(sql.ADD_JOB, map(_row, jobs))
            self._connection.execute("COMMIT")

    def job(self, request_id: str) -> Job | None:
        """Return the job of that id."""
        with self._lock:
            row = self._connection.execute(sql.JOB, (request_id,)).fetchone()
        return _job(row) if row else None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _kept(self, name: str) -> str | None:
        row = self._connection.execute(sql.KEPT, (name,)).fetchone()
        return row[0] if row else None

    def _keep(self, name: str, value: str) -> None:
        self._connection.execute(sql.KEEP, (name, value))


def _connect(path: str) -> sqlite3.Connection:
    folder = Path(path).parent
    if path != IN_MEMORY and not folder.is_dir():
        raise StoreRefused(f"{path} cannot be opened: there is no folder {folder}")
    try:
        return sqlite3.connect(path, timeout=0.2, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise StoreRefused(_reason(path, error)) from error


def _reason(path: str, error: sqlite3.Error) -> str:
    if "locked" in str(error):
        return (
            f"{path} is in use by another process, and a store file serves one: "
            "stop that process, or name another file"
        )
    if "not a database" in str(error):
        return f"{path} is not a store of mockgateway; name another file"
    return f"{path} cannot be used: {error}"


_ROW = attrgetter(
    "request_id",
    "account",
    "model",
    "created",
    "plan.starts",
    "plan.ends",
    "plan.outcome",
    "plan.error",
    "image_size",
    "output_format",
    "num_images",
    "prompt",
)


def _row(job: Job) -> Any:
    return _ROW(job)


def _job(row: tuple[Any, ...]) -> Job:
    request_id, account, model, created, starts, ends, outcome, error, size, kind, images, prompt = row
    plan = Plan(starts, ends, Status(outcome), error)
    return Job(request_id, account, model, created, plan, prompt, size, kind, images)


def _delayed(job: Job, until: int) -> Job:
    return replace(job, plan=job.plan.delayed_until(until))
