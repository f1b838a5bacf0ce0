"""Rate limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgateway.domain.account import LimitOn
from mockgateway.domain.gateway import Gateway, Rules
from mockgateway.domain.limit import RateLimit, Window
from mockgateway.domain.refusals import RateLimited
from mockgateway.store import SQLiteStore

PERIODS = {"second": 1_000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000}
LIMITS = st.builds(RateLimit, st.integers(1, 5), st.sampled_from(sorted(PERIODS)))


@given(st.integers(1, 10**8), st.sampled_from(sorted(PERIODS)))
def test_a_limit_is_read_as_it_is_written(calls: int, period: str) -> None:
    """Writing and reading are inverse."""
    assert RateLimit.parse(f"{calls}/{period}") == RateLimit(calls, period)
    assert str(RateLimit(calls, period)) == f"{calls}/{period}"


@pytest.mark.parametrize(
    "text", ["", "60", "60/", "/minute", "0/minute", "-1/minute", "60/fortnight", "1.5/second"]
)
def test_what_is_no_limit_is_refused_in_words(text: str) -> None:
    """With an example of what to write."""
    with pytest.raises(ValueError, match="such as 60/minute"):
        RateLimit.parse(text)


@given(LIMITS, st.lists(st.integers(0, 40_000), max_size=60))
def test_no_period_sees_more_calls_than_the_limit(limit: RateLimit, pauses: list[int]) -> None:
    """And whoever waits as long as told is let in, while whoever waits a second less is not."""
    now, window, admitted = 10**12, Window(), []
    for pause in pauses:
        now += pause
        after = limit.admit(window, now)
        if isinstance(after, int):
            assert isinstance(limit.admit(window, now + after * 1000), Window)
            assert isinstance(limit.admit(window, now + (after - 1) * 1000), int)
            continue
        window = after
        admitted.append(now)
    began = admitted[0] if admitted else 0
    count = 0
    for at in admitted:
        if at >= began + PERIODS[limit.period]:
            began, count = at, 0
        count += 1
        assert count <= limit.calls


def test_submits_or_all_calls_are_counted_for_each_key() -> None:
    """As the rules say; time alone lets the next one in."""
    time = [10**12]
    for limit_on, polls in ((LimitOn.SUBMITS, 9), (LimitOn.CALLS, 1)):
        rules = Rules(rate_limit=RateLimit(2, "minute"), limit_on=limit_on)
        gateway = Gateway(SQLiteStore(), rules, lambda: time[0])
        gateway.admit("key", submit=True)
        for _ in range(polls):
            gateway.admit("key")
        if limit_on is LimitOn.SUBMITS:
            gateway.admit("key", submit=True)
        time[0] += 20_000
        with pytest.raises(RateLimited) as refusal:
            gateway.admit("key", submit=True)
        assert refusal.value.seconds == 40
        assert "Try again in 40 seconds" in refusal.value.message
        gateway.admit("other", submit=True)
        time[0] += 40_000
        gateway.admit("key", submit=True)
