"""When callbacks are tried, and what becomes of them."""

from datetime import UTC, datetime
from email.utils import format_datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgateway.domain.delivery import (
    ATTEMPTS,
    GAPS,
    AttemptResult,
    Delivery,
    State,
    after,
    again,
    begun,
    headers,
)
from mockgateway.domain.retry_after import retry_after

NOW = st.integers(0, 2**42)
FAILED = AttemptResult(error="no answer")
SUCCESSES = st.integers(200, 299)
FAILURES = (st.integers(100, 199) | st.integers(300, 599) | st.none()).filter(lambda status: status != 410)
RESULTS = st.builds(
    AttemptResult,
    status=SUCCESSES | FAILURES | st.just(410),
    retry_after=st.none() | st.floats(0, 1e9),
)


def a_delivery(due: int = 0) -> Delivery:
    """A delivery that was not tried yet."""
    return Delivery("wh_1", "account", "z_1", "http://h/", "http://h/", "http://m", due)


def test_five_attempts_follow_the_schedule() -> None:
    """At 0, then 1 s, 5 s, 30 s and 2 min after the one before; then it is exhausted."""
    delivery, times = a_delivery(1000), []
    while delivery.state is State.PENDING:
        times.append(delivery.due)
        delivery = after(begun(delivery, delivery.due), FAILED, delivery.due)
    assert [late - early for early, late in pairwise(times)] == [
        1000,
        5000,
        30000,
        120000,
    ]
    assert (delivery.state, delivery.attempts, times[0]) == (State.EXHAUSTED, 5, 1000)


@given(st.lists(RESULTS, min_size=ATTEMPTS, max_size=ATTEMPTS), NOW)
def test_a_round_ends_as_its_attempts_say(results: list[AttemptResult], now: int) -> None:
    """With the first success or 410, else after the fifth; gaps are from once to twice the schedule."""
    delivery = a_delivery(now)
    made = 0
    for result in results:
        if delivery.state is not State.PENDING:
            break
        began = delivery.due
        delivery = after(begun(delivery, began), result, began)
        made += 1
        if delivery.state is State.PENDING:
            assert GAPS[made] <= delivery.due - began <= 2 * GAPS[made]
    last = results[made - 1]
    expected = State.DELIVERED if last.succeeded else State.GONE if last.status == 410 else State.EXHAUSTED
    assert (delivery.state, delivery.attempts, delivery.id) == (expected, made, "wh_1")


@given(NOW, st.integers(0, 3), st.floats(0, 1000))
def test_a_wish_to_wait_is_honoured_up_to_twice_the_gap(now: int, tries: int, asked: float) -> None:
    """Never less than the gap, never more than twice it."""
    delivery = a_delivery(now)
    for _ in range(tries + 1):
        delivery = begun(delivery, now)
    due = after(delivery, AttemptResult(status=503, retry_after=asked), now).due
    gap = GAPS[tries + 1]
    assert due == now + round(max(gap, min(asked * 1000, 2 * gap)))


@given(NOW)
def test_an_attempt_whose_end_nobody_saw_has_failed(now: int) -> None:
    """It was counted when it began, so even if every one kills the sender there are five."""
    delivery, made = a_delivery(now), 0
    while not delivery.used_up:
        following = begun(delivery, delivery.due)
        assert following.used_up or following.due > delivery.due
        delivery, made = following, made + 1
    assert (made, delivery.attempts) == (ATTEMPTS, ATTEMPTS)


@given(RESULTS, NOW)
def test_a_redelivery_is_a_new_round_of_the_same_callback(result: AttemptResult, now: int) -> None:
    """At once, with the same id, and with the attempts counted on."""
    repeated = again(after(begun(a_delivery(), 0), result, 0), now)
    assert (repeated.state, repeated.due, repeated.tries) == (State.PENDING, now, 0)
    assert (repeated.id, repeated.attempts) == ("wh_1", 1)


@given(NOW)
def test_every_attempt_bears_the_same_id_and_its_own_time(now: int) -> None:
    """So a receiver can tell a repetition from news."""
    delivery = begun(begun(a_delivery(), 0), now)
    assert headers(delivery, now) == {
        "Content-Type": "application/json",
        "webhook-id": "wh_1",
        "webhook-timestamp": str(now // 1000),
    }


@given(st.integers(0, 10**9), st.floats(0, 2e9))
def test_seconds_are_seconds(seconds: int, now: float) -> None:
    """Whatever time it is."""
    assert retry_after(f" {seconds} ", now) == seconds


@given(st.integers(0, 2**31), st.integers(0, 2**31))
def test_a_date_counts_from_now(date: int, now: int) -> None:
    """A past one is no wait."""
    text = format_datetime(datetime.fromtimestamp(date, UTC), usegmt=True)
    assert retry_after(text, now) == max(0, date - now)


@pytest.mark.parametrize(
    "text", [None, "", "soon", "-1", "1.5", "٣", "9" * 5000, "Mon, 99 Abc 2026", "1 2 3"]
)
def test_what_is_no_wish_is_none(text: str | None) -> None:
    """And does no harm."""
    assert retry_after(text, 0) is None


@given(st.text(max_size=80))
def test_any_text_is_a_wish_or_none(text: str) -> None:
    """It comes from a receiver, who may write what he likes."""
    wish = retry_after(text, 0)
    assert wish is None or wish >= 0
