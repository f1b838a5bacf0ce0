"""Deliveries in the store."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockgateway.domain.account import Account
from mockgateway.domain.clock import Clock
from mockgateway.domain.delivery import AttemptResult, Delivery, State
from mockgateway.domain.job import Job, Plan, Status
from mockgateway.domain.outbox import CannotRedeliver, NoSuchDelivery
from mockgateway.store import SQLiteStore
from mockgateway.store.outbox import SQLiteOutbox

T = 1_775_000_000_000
LEASE = 15_000
OK, FAILED = AttemptResult(status=200, duration=3, answer="ok"), AttemptResult(error="connection refused")
URL = "http://127.0.0.1:9/hook?key=a-secret-key-of-length"


def a_delivery(name: str = "wh_1", due: int = T, account: str = "a", **more: object) -> Delivery:
    """A delivery of a job."""
    return Delivery(name, account, f"z_{name}", URL, "http://h/…", "http://m", due, **more)  # type: ignore[arg-type]


def a_job(delivery: Delivery) -> Job:
    """The job of a delivery, which ends when that is due."""
    plan = Plan(T, delivery.due)
    return Job(delivery.request_id, delivery.account, "z", T, plan, "p", "square_1_1", "png", 1, 0)


def keep(store: SQLiteStore, *deliveries: Delivery, speed: float = 1.0) -> None:
    """Store deliveries with jobs and accounts; all clocks tell T at T."""
    for delivery in deliveries:
        with store.step() as work:
            if work.account(delivery.account) is None:
                work.keep(Account(delivery.account, Clock(T, T, speed)))
            work.add_job(a_job(delivery))
            work.add_delivery(delivery)


@pytest.fixture
def store() -> Iterator[SQLiteStore]:
    """An empty store."""
    store = SQLiteStore()
    yield store
    store.close()


@pytest.fixture
def outbox(store: SQLiteStore) -> SQLiteOutbox:
    """Its outbox."""
    return SQLiteOutbox(store)


def test_a_delivery_is_claimed_when_it_is_due(store: SQLiteStore, outbox: SQLiteOutbox) -> None:
    """Not before, and by one only."""
    keep(store, a_delivery(due=T + 100))
    assert outbox.wakes("a") == T + 100
    assert outbox.waking() == [("a", T + 100)]
    assert outbox.claim("a", T + 99, T + LEASE) is None
    claim = outbox.claim("a", T + 100, T + LEASE)
    assert claim is not None
    assert (claim.at, claim.delivery.attempts, claim.delivery.url) == (T + 100, 1, URL)
    assert outbox.claim("a", T + LEASE - 1, T + 2 * LEASE) is None


def test_an_attempt_is_stored_with_what_came_of_it(store: SQLiteStore, outbox: SQLiteOutbox) -> None:
    """Its number, time and result; the delivery is delivered and wakes nobody."""
    keep(store, a_delivery())
    claim = outbox.claim("a", T, T + LEASE)
    assert claim is not None
    assert outbox.attempts("wh_1")[0].result is None
    happened = outbox.finish(claim, OK, T + 3)
    assert happened is not None
    assert (happened.delivery.state, happened.attempt.result) == (State.DELIVERED, OK)
    assert outbox.attempts("wh_1") == [happened.attempt]
    assert (outbox.one("wh_1").state, outbox.wakes("a")) == (State.DELIVERED, None)


def test_a_claim_that_was_lost_ends_nothing(store: SQLiteStore, outbox: SQLiteOutbox) -> None:
    """Who comes back after his lease finds that somebody else has it."""
    keep(store, a_delivery())
    lost = outbox.claim("a", T, T + LEASE)
    later = outbox.claim("a", T + LEASE, T + 2 * LEASE)
    assert lost is not None
    assert later is not None
    assert outbox.finish(lost, OK, T + LEASE) is None
    assert outbox.one("wh_1").state is State.PENDING
    assert outbox.finish(later, OK, T + LEASE) is not None
    assert outbox.finish(later, OK, T + LEASE) is None


def test_attempts_are_bounded_when_every_one_kills_the_sender(
    store: SQLiteStore, outbox: SQLiteOutbox
) -> None:
    """Five claims, none of them finished, and it is exhausted."""
    keep(store, a_delivery())
    now, claims = T, 0
    while outbox.claim("a", now, now + LEASE):
        claims += 1
        now = outbox.wakes("a") or now
    assert claims == 5
    assert (outbox.one("wh_1").state, outbox.wakes("a")) == (State.EXHAUSTED, None)
    assert [attempt.result for attempt in outbox.attempts("wh_1")] == [None] * 5


@pytest.mark.parametrize("speed", [0, 0.5, 1, 1000])
def test_gaps_follow_the_accounts_clock(store: SQLiteStore, outbox: SQLiteOutbox, speed: float) -> None:
    """A failed attempt is due again a second of the account later: never by itself when time stands still."""
    keep(store, a_delivery(), speed=speed)
    claim = outbox.claim("a", T, T + LEASE)
    assert claim is not None
    outbox.finish(claim, FAILED, T)
    assert outbox.one("wh_1").due == T + 1000
    assert outbox.wakes("a") == (T + round(1000 / speed) if speed else None)


def test_a_changed_clock_moves_what_is_due(store: SQLiteStore, outbox: SQLiteOutbox) -> None:
    """In the same step, and who listens is told."""
    rung: list[str] = []
    outbox.listen(rung.append)
    keep(store, a_delivery(due=T + 10_000), speed=0)
    assert outbox.wakes("a") is None
    for clock, wakes in (
        (Clock(T, T, 10), T + 1000),
        (Clock(T, T + 9_999, 0), None),
        (Clock(T, T + 10_000, 0), 0),
    ):
        with store.step() as work:
            account = work.account("a")
            assert account is not None
            work.keep(replace(account, clock=clock))
        assert outbox.wakes("a") == wakes
    assert rung == ["a"] * 4


def test_a_changed_clock_does_not_break_a_lease(store: SQLiteStore, outbox: SQLiteOutbox) -> None:
    """There are never two live attempts, however far time is advanced."""
    keep(store, a_delivery())
    assert outbox.claim("a", T, T + LEASE)
    with store.step() as work:
        account = work.account("a")
        assert account is not None
        work.keep(replace(account, clock=Clock(T, T + 10**9, 1)))
    assert outbox.wakes("a") == T + LEASE
    assert outbox.claim("a", T + LEASE - 1, T + 2 * LEASE) is None


def test_a_callback_moves_with_the_end_of_its_job(store: SQLiteStore, outbox: SQLiteOutbox) -> None:
    """A job that is ended by hand is told of at once; one that is late after its end stays so."""
    prompt, late = a_delivery(due=T + 60_000), a_delivery("wh_2", due=T + 60_000)
    keep(store, prompt)
    with store.step() as work:
        work.add_job(replace(a_job(late), plan=Plan(T, T + 50_000)))
        work.add_delivery(late)
    for delivery in (prompt, late):
        with store.step() as work:
            work.change_plan(replace(a_job(delivery), plan=Plan(T, T + 5_000, Status.ERROR, "e")))
    assert outbox.one("wh_1").due == T + 5_000
    assert outbox.one("wh_2").due == T + 15_000
    assert outbox.wakes("a") == T + 5_000


def test_redelivery_begins_a_new_round(store: SQLiteStore, outbox: SQLiteOutbox) -> None:
    """Of a delivery in any final state, with its id and its attempts so far."""
    keep(store, a_delivery())
    claim = outbox.claim("a", T, T + LEASE)
    assert claim is not None
    with pytest.raises(CannotRedeliver, match="under way"):
        outbox.redeliver("wh_1", T)
    outbox.finish(claim, OK, T)
    assert outbox.redeliver("wh_1", T + 50).state is State.PENDING
    again = outbox.claim("a", T + 50, T + LEASE)
    assert again is not None
    assert (again.delivery.id, again.delivery.attempts, again.delivery.tries) == ("wh_1", 2, 1)


def test_what_was_never_tried_is_not_repeated(store: SQLiteStore, outbox: SQLiteOutbox) -> None:
    """It has nothing to tell yet; and what does not exist is said to."""
    keep(store, a_delivery(due=T + 1))
    with pytest.raises(CannotRedeliver, match="not attempted yet"):
        outbox.redeliver("wh_1", T)
    with pytest.raises(NoSuchDelivery):
        outbox.redeliver("wh_2", T)
    with pytest.raises(NoSuchDelivery):
        outbox.one("wh_2")


def test_deliveries_survive_a_restart(tmp_path: Path) -> None:
    """With their attempts; a claim of the process that died is free at once, when it would be due again."""
    path = str(tmp_path / "jobs.db")
    before = SQLiteStore(path)
    box = SQLiteOutbox(before)
    keep(before, a_delivery(), a_delivery("wh_2", due=T + 500, account="b"))
    assert box.claim("a", T, T + LEASE)
    before.close()
    after = SQLiteStore(path)
    box = SQLiteOutbox(after)
    assert sorted(box.waking()) == [("a", T + 1000), ("b", T + 500)]
    assert box.one("wh_1").attempts == 1
    after.close()


def test_a_url_does_not_stand_in_the_file(tmp_path: Path) -> None:
    """It may hold a key; nor does an answer that repeats it."""
    path = tmp_path / "jobs.db"
    store = SQLiteStore(str(path))
    box = SQLiteOutbox(store)
    keep(store, a_delivery())
    claim = box.claim("a", T, T + LEASE)
    assert claim is not None
    box.finish(claim, AttemptResult(status=500, answer=f"no route {URL}", error=URL), T)
    store.close()
    for file in tmp_path.iterdir():
        assert b"a-secret-key-of-length" not in file.read_bytes()
    assert path.exists()


def test_forgetting_an_account_forgets_its_deliveries(store: SQLiteStore, outbox: SQLiteOutbox) -> None:
    """And nobody else's; an attempt under way ends without effect."""
    keep(store, a_delivery(), a_delivery("wh_2", account="b"))
    claim = outbox.claim("a", T, T + LEASE)
    assert claim is not None
    store.forget("a")
    assert outbox.finish(claim, OK, T) is None
    assert (outbox.listed("a", 10), outbox.attempts("wh_1")) == ([], [])
    assert [each.id for each in outbox.listed("b", 10)] == ["wh_2"]
    store.reset()
    assert outbox.waking() == []


@settings(deadline=None)  # some hundred steps of a store, which other tests may slow down
@given(
    st.lists(st.tuples(st.integers(0, 60_000), st.sampled_from([200, 500, 410, None])), max_size=25),
    st.sampled_from([0.1, 1, 7.3, 1000]),
)
def test_every_delivery_comes_to_its_end(plans: list[tuple[int, int | None]], speed: float) -> None:
    """Whatever receivers answer: in due order, never early, at most five attempts, then at rest."""
    store = SQLiteStore()
    outbox = SQLiteOutbox(store)
    answers = {f"wh_{number}": status for number, (_, status) in enumerate(plans)}
    keep(store, *(a_delivery(f"wh_{n}", T + due) for n, (due, _) in enumerate(plans)), speed=speed)
    clock = Clock(T, T, speed)
    while (wakes := outbox.wakes("a")) is not None:
        claim = outbox.claim("a", wakes, wakes + LEASE)
        assert claim is not None
        assert claim.at >= clock.at(wakes) - 1
        outbox.finish(claim, AttemptResult(status=answers[claim.delivery.id]), wakes)
    ends = {200: (State.DELIVERED, 1), 410: (State.GONE, 1)}
    for delivery in outbox.listed("a", 100):
        expected = ends.get(answers[delivery.id] or 0, (State.EXHAUSTED, 5))
        assert (delivery.state, delivery.attempts) == expected
    store.close()
