"""Delivering what is due."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from threading import Event, Lock
from time import monotonic, time_ns
from typing import Any

import pytest

from mockgateway.domain.account import Account
from mockgateway.domain.clock import Clock
from mockgateway.domain.delivery import AttemptResult, Delivery, State, headers
from mockgateway.domain.letter import Letter
from mockgateway.domain.outbox import Claim, Happened
from mockgateway.runtime.postman import Postman
from mockgateway.store import SQLiteStore
from mockgateway.store.outbox import SQLiteOutbox

PATIENCE = 20.0
OK, FAILED = AttemptResult(status=200), AttemptResult(status=500)


def real() -> int:
    """Tell real time."""
    return time_ns() // 1_000_000


class Sends:
    """Stands for a sender: answers as told by URL, and remembers what was sent and how much at once."""

    def __init__(self) -> None:
        self.answer: Callable[[str], AttemptResult] = lambda _url: OK
        self.sent: list[tuple[str, str]] = []
        self.live: dict[str, int] = {}
        self.twice: list[str] = []
        self.stopped = Event()
        self._lock = Lock()

    def send(self, url: str, headers: Mapping[str, str], _body: bytes) -> AttemptResult:
        """Answer."""
        name = headers["webhook-id"]
        with self._lock:
            self.sent.append((url, name))
            if name in self.live:
                self.twice.append(name)
            self.live[name] = 1
        result = self.answer(url)
        with self._lock:
            del self.live[name]
        return result

    def stop(self) -> None:
        """End every wait."""
        self.stopped.set()


class Post:
    """A postman with its store; counts what happened."""

    def __init__(self) -> None:
        self.store = SQLiteStore()
        self.outbox = SQLiteOutbox(self.store)
        self.sends = Sends()
        self.happened: list[Happened] = []
        self._changed = threading.Condition()
        self.postman = Postman(self.outbox, self.write, self.sends, real, self.told)
        self.outbox.listen(self.postman.nudge)

    @staticmethod
    def write(claim: Claim) -> Letter:
        """Write a letter."""
        return Letter(claim.delivery.url, headers(claim.delivery, claim.at), b"{}")

    def told(self, happened: Happened) -> None:
        """Count."""
        with self._changed:
            self.happened.append(happened)
            self._changed.notify_all()

    def wait(self, number: int) -> None:
        """Wait until so much happened."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.happened) >= number, PATIENCE), self.happened

    def add(self, name: str, account: str = "a", *, due: int = 0, speed: float = 1, **more: Any) -> None:
        """Owe a callback, due so many account milliseconds from now."""
        with self.store.step() as work:
            known = work.account(account)
            if known is None:
                now = real()
                known = Account(account, Clock(now, now, speed))
                work.keep(known)
            at = known.clock.at(real()) + due
            url = more.pop("url", "http://h/")
            work.add_delivery(Delivery(name, account, f"z_{name}", url, url, "http://m", at, **more))


@pytest.fixture
def post() -> Iterator[Post]:
    """A postman at work."""
    post = Post()
    yield post
    post.postman.stop()
    assert post.sends.twice == []
    post.store.close()


def threads() -> list[str]:
    """Name the postman's threads."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("mockgateway-")]


def test_without_deliveries_there_is_no_thread(post: Post) -> None:
    """A mock that calls nobody back starts and stops as fast as before."""
    post.postman.resume()
    post.postman.nudge("a")
    assert not {"mockgateway-postman", "mockgateway-attempt"} & set(threads())


def test_what_is_due_is_delivered(post: Post) -> None:
    """Once, as soon as it is stored."""
    post.add("wh_1")
    post.wait(1)
    assert post.sends.sent == [("http://h/", "wh_1")]
    assert post.outbox.one("wh_1").state is State.DELIVERED


def test_it_wakes_when_the_next_is_due(post: Post) -> None:
    """Not before, on the account's clock; a later one does not hide an earlier one."""
    post.add("wh_later", "slow", due=1_000_000_000)
    post.add("wh_1", due=300_000, speed=1000)
    began = monotonic()
    post.wait(1)
    assert monotonic() - began > 0.2
    assert [name for _, name in post.sends.sent] == ["wh_1"]


def test_failures_are_tried_five_times(post: Post) -> None:
    """On the account's clock, which is fast here, and then it is exhausted and kept."""
    post.sends.answer = lambda _url: FAILED
    post.add("wh_1", speed=10_000)
    post.wait(5)
    delivery = post.outbox.one("wh_1")
    assert (delivery.state, delivery.attempts) == (State.EXHAUSTED, 5)
    assert [attempt.number for attempt in post.outbox.attempts("wh_1")] == [1, 2, 3, 4, 5]


def test_when_time_stands_still_nothing_becomes_due(post: Post) -> None:
    """Until the clock is moved."""
    post.add("wh_1", due=1000, speed=0)
    post.add("wh_2", "b")
    post.wait(1)
    with post.store.step() as work:
        account = work.account("a")
        assert account is not None
        work.keep(Account("a", account.clock.advanced(real(), 1000)))
    post.wait(2)
    assert [name for _, name in post.sends.sent] == ["wh_2", "wh_1"]


def test_copies_are_delivered_one_after_the_other(post: Post) -> None:
    """With the same id."""
    post.add("wh_1", copies=3)
    post.wait(3)
    assert [name for _, name in post.sends.sent] == ["wh_1"] * 3
    assert post.outbox.one("wh_1").state is State.DELIVERED


def test_hostile_accounts_do_not_delay_others(post: Post) -> None:
    """Three accounts whose receivers never answer, each owed a hundred callbacks, and one that is fine."""

    def answer(url: str) -> AttemptResult:
        if "hostile" in url:
            post.sends.stopped.wait(PATIENCE)
            return FAILED
        return OK

    post.sends.answer = answer
    for number in range(300):
        post.add(f"wh_h{number}", f"hostile {number % 3}", url="http://hostile/")
    began = monotonic()
    for number in range(50):
        post.add(f"wh_{number}", "good")
    post.wait(50)
    assert monotonic() - began < PATIENCE / 2
    assert all(each.delivery.account == "good" for each in post.happened)
    assert len([name for name in threads() if name == "mockgateway-attempt"]) < 256


def test_all_that_is_due_is_attempted_on_demand(post: Post) -> None:
    """In order, copies too; what fails is not tried again, and what happened is told."""
    post.sends.answer = lambda url: FAILED if "bad" in url else OK
    post.postman._agenda.hold("a")  # as if nobody else looked
    post.add("wh_1", speed=0, url="http://bad/")
    post.add("wh_2", copies=2)
    post.add("wh_3", due=1)
    happened = post.postman.deliver_due("a")
    assert [(each.delivery.id, each.delivery.state) for each in happened] == [
        ("wh_1", State.PENDING),
        ("wh_2", State.PENDING),
        ("wh_2", State.DELIVERED),
    ]
    assert post.postman.deliver_due("a") == []


def test_a_silent_receiver_does_not_hold_up_the_round(post: Post) -> None:
    """It is waited for at the end."""
    release = Event()

    def answer(url: str) -> AttemptResult:
        if "silent" in url:
            release.wait(PATIENCE)
        else:
            release.set()
        return OK

    post.sends.answer = answer
    post.postman._agenda.hold("a")
    post.add("wh_1", speed=0, url="http://silent/")
    post.add("wh_2")
    assert sorted(each.delivery.id for each in post.postman.deliver_due("a")) == ["wh_1", "wh_2"]


def test_a_letter_that_cannot_be_written_is_a_failed_attempt(post: Post) -> None:
    """With the reason; the postman goes on."""

    def write(_claim: Claim) -> Letter:
        raise LookupError("no job")

    post.postman._write = write
    post.add("wh_1", speed=0)
    post.wait(1)
    assert "no job" in str(post.outbox.attempts("wh_1")[0].result)


@pytest.mark.parametrize("method", ["claim", "finish"])
def test_a_store_in_trouble_is_tried_again(post: Post, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """As on a full disk: nobody dies of it, and when it has healed deliveries go on."""
    original, troubled = getattr(post.outbox, method), Event()

    def fails_once(*arguments: Any) -> Any:
        if not troubled.is_set():
            troubled.set()
            raise sqlite3.OperationalError("database or disk is full")
        return original(*arguments)

    monkeypatch.setattr(post.outbox, method, fails_once)
    monkeypatch.setattr("mockgateway.runtime.postman._LEASE", 300)
    post.add("wh_1", speed=1000)
    post.wait(1)
    assert post.outbox.one("wh_1").state is State.DELIVERED


def test_stopping_ends_what_is_under_way(post: Post) -> None:
    """At once; its result is not known, so it is not stored, and it is tried again after a restart."""
    arrived = Event()

    def answer(_url: str) -> AttemptResult:
        arrived.set()
        post.sends.stopped.wait(PATIENCE)
        return FAILED

    post.sends.answer = answer
    post.add("wh_1")
    arrived.wait(PATIENCE)
    began = monotonic()
    post.postman.stop()
    assert monotonic() - began < PATIENCE / 2
    assert "mockgateway-attempt" not in threads()
    assert post.outbox.attempts("wh_1")[0].result is None
    assert post.outbox.one("wh_1").state is State.PENDING
    post.add("wh_2")
    assert post.postman.deliver_due("a") == []
