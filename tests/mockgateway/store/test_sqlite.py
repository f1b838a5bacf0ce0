"""Jobs in SQLite."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgateway.domain.account import Account, LimitOn
from mockgateway.domain.clock import Clock
from mockgateway.domain.job import Job, Plan, Status
from mockgateway.domain.limit import RateLimit, Window
from mockgateway.store import SQLiteStore, StoreRefused

INTEGERS = st.integers(0, 2**62)
# What the reader of bodies lets through: no NUL, no half of a surrogate pair.
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@st.composite
def jobs(draw: st.DrawFn) -> Job:
    """Any job."""
    starts = draw(INTEGERS)
    plan = Plan(
        starts, starts + draw(st.integers(0, 2**20)), draw(st.sampled_from(Status)), draw(st.none() | TEXT)
    )
    return Job(
        request_id=f"z-image-base_{draw(st.uuids())}",
        account=draw(TEXT),
        model="z-image-base",
        created=draw(INTEGERS),
        plan=plan,
        prompt=draw(TEXT),
        image_size="square_1_1",
        output_format="png",
        num_images=draw(st.integers(1, 4)),
    )


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    """Any account."""
    limit = st.builds(RateLimit, st.integers(1, 10**8), st.sampled_from(["second", "minute", "hour", "day"]))
    return Account(
        name=draw(TEXT),
        clock=Clock(draw(INTEGERS), draw(INTEGERS), draw(st.floats(0, 1000))),
        balance=draw(st.none() | INTEGERS),
        charged=draw(INTEGERS),
        rate_limit=draw(st.none() | limit),
        limit_on=draw(st.sampled_from(LimitOn)),
        window=Window(draw(INTEGERS), draw(INTEGERS)),
        scenario=draw(st.none() | TEXT),
    )


def add(store: SQLiteStore, job: Job) -> None:
    """Store a job in a step of its own."""
    with store.step() as work:
        work.add_job(job)


def a_job(number: int = 0) -> Job:
    """One job of many."""
    plan = Plan(1, 2)
    return Job(f"z-image-base_{number}", "account", "z-image-base", 0, plan, "p", "square_1_1", "png", 1)


@given(jobs())
def test_a_job_comes_back_as_it_was_stored(job: Job) -> None:
    """Every field, whatever it holds."""
    store = SQLiteStore()
    add(store, job)
    assert store.job(job.request_id) == job
    store.close()


def test_an_unknown_id_is_no_job() -> None:
    """Nothing is made up."""
    assert SQLiteStore().job("z-image-base_none") is None


def test_a_file_keeps_jobs_accounts_and_secret(tmp_path: Path) -> None:
    """All is there after closing and opening again."""
    path = str(tmp_path / "jobs.db")
    before = SQLiteStore(path)
    add(before, a_job())
    with before.step() as work:
        work.keep(an_account())
    before.close()
    after = SQLiteStore(path)
    assert after.job(a_job().request_id) == a_job()
    assert after.account("name") == an_account()
    assert after.secret == before.secret
    after.close()


def test_every_new_store_has_a_secret_of_its_own() -> None:
    """So a hashed key of one store says nothing about another's."""
    assert len({SQLiteStore().secret for _ in range(5)}) == 5


def an_account() -> Account:
    """An account with something in every field."""
    limit, window = RateLimit(60, "minute"), Window(3, 4)
    return Account("name", Clock(5, 7, 1.25), 1, 2, limit, LimitOn.CALLS, window, "happy")


@given(accounts())
def test_an_account_comes_back_as_it_was_kept(account: Account) -> None:
    """From memory and from the database, new and changed."""
    store = SQLiteStore()
    for kept in (an_account(), replace(account, name="name")):
        with store.step() as work:
            work.keep(kept)
        assert store.account("name") == kept
        store._accounts.clear()
        assert store.account("name") == kept
    store.close()


def test_a_step_that_fails_leaves_the_store_as_it_was() -> None:
    """Nothing of it is stored, nothing of it is remembered, and the next step is."""
    store = SQLiteStore()
    add(store, a_job())

    def fail() -> None:
        with store.step() as work:
            work.keep(an_account())
            work.add_job(a_job(1))
            work.add_job(a_job())

    with pytest.raises(sqlite3.IntegrityError):
        fail()
    assert store.account("name") is None
    assert store.job(a_job(1).request_id) is None
    add(store, a_job(1))
    assert store.job(a_job(1).request_id) is not None


def test_charges_are_settled_once() -> None:
    """Those of jobs that ended so by then, and no others, ever again."""
    store = SQLiteStore()
    error = frozenset({"ERROR"})
    outcomes = [Status.ERROR, Status.FAILED, Status.COMPLETED, Status.ERROR]
    for number, outcome in enumerate(outcomes):
        add(store, replace(a_job(number), plan=Plan(1, 10 + number, outcome), charge=100 + number))
    sums = []
    for now in (9, 10, 12, 13, 99):
        with store.step() as work:
            sums.append(work.settle("account", now, error))
    assert sums == [0, 100, 0, 103, 0]


def test_a_reset_forgets_everything_but_stays_usable() -> None:
    """Accounts and jobs are gone."""
    store = SQLiteStore()
    with store.step() as work:
        work.keep(an_account())
        work.add_job(a_job())
    store.reset()
    assert (store.account("name"), store.count("account"), store.jobs("account", limit=9)) == (None, 0, [])
    add(store, a_job())
    assert store.count("account") == 1


def test_the_next_change_is_the_next_start_or_end() -> None:
    """Of the unfinished jobs of that account."""
    store = SQLiteStore()
    for number, (starts, ends) in enumerate([(10, 40), (20, 30)]):
        add(store, replace(a_job(number), plan=Plan(starts, ends)))
    changes = [store.next_change("account", now) for now in (0, 10, 20, 30, 40)]
    assert changes == [10, 20, 30, 40, None]
    assert store.next_change("other", 0) is None


def test_threads_share_a_store() -> None:
    """Eight threads store and read a thousand jobs, and none is lost."""
    store = SQLiteStore()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: add(store, a_job(number)), range(1000)))
        found = list(pool.map(lambda number: store.job(a_job(number).request_id), range(1000)))
    assert found == [a_job(number) for number in range(1000)]


def test_many_jobs_are_stored_in_one_step() -> None:
    """For filling a store."""
    store = SQLiteStore()
    store.add_all(map(a_job, range(100)))
    assert store.job(a_job(99).request_id) == a_job(99)


def test_a_second_opening_is_refused(tmp_path: Path) -> None:
    """With a sentence that says what to do; the first goes on."""
    path = str(tmp_path / "jobs.db")
    store = SQLiteStore(path)
    with pytest.raises(StoreRefused, match=r"in use by another process.*name another file"):
        SQLiteStore(path)
    add(store, a_job())
    store.close()
    SQLiteStore(path).close()


def test_a_killed_process_loses_no_accepted_job(tmp_path: Path) -> None:
    """What was stored before SIGKILL is there afterwards, and the file opens at once."""
    path = str(tmp_path / "jobs.db")
    script = (
        "import os, signal, sys\n"
        "from mockgateway.domain.job import Job, Plan\n"
        "from mockgateway.store import SQLiteStore\n"
        "store = SQLiteStore(sys.argv[1])\n"
        "for number in range(50):\n"
        "    with store.step() as work:\n"
        "        work.add_job(Job(f'z-image-base_{number}', 'a', 'm', 0, Plan(1, 2), 'p', 's', 'png', 1))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", script, path], check=False)
    assert killed.returncode == -9
    store = SQLiteStore(path)
    assert all(store.job(f"z-image-base_{number}") for number in range(50))
    store.close()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    """Not SQLite's own riddle."""
    with pytest.raises(StoreRefused, match="there is no folder"):
        SQLiteStore(str(tmp_path / "none" / "jobs.db"))


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    """Said, not crashed."""
    with pytest.raises(StoreRefused, match="cannot be used"):
        SQLiteStore(str(tmp_path))


def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    """Text, or somebody's database."""
    text = tmp_path / "notes.txt"
    text.write_text(
        "not a database, certainly not a database of jobs, and long enough to look like one\n" * 9
    )
    kept = text.read_bytes()
    with pytest.raises(StoreRefused, match="not a store of mockgateway"):
        SQLiteStore(str(text))
    assert text.read_bytes() == kept
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    with pytest.raises(StoreRefused, match="something else"):
        SQLiteStore(str(other))


def test_a_store_of_another_version_is_refused(tmp_path: Path) -> None:
    """The message names both versions and what to do."""
    path = str(tmp_path / "jobs.db")
    SQLiteStore(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE name = 'schema'")
    connection.close()
    with pytest.raises(StoreRefused, match=r"version 99.*reads 1.*name another file"):
        SQLiteStore(path)
