"""Durations, and the plans drawn from them."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgateway.domain.timing import Span, Timing

SECONDS = st.floats(0, 1000).map(lambda value: round(value, 3))


@given(SECONDS, SECONDS)
def test_a_span_is_read_as_it_is_written(one: float, other: float) -> None:
    """Writing and reading are inverse."""
    low, high = sorted([one, other])
    assert Span.parse(f"{low}..{high}") == Span(low, high)
    assert Span.parse(str(low)) == Span(low, low)
    assert Span.parse(str(Span(2.0, 3.5))) == Span(2.0, 3.5)


@pytest.mark.parametrize(
    "text", ["", "x", "1..", "..1", "-1", "3..1", "nan", "inf", "1..inf", "1...2", "1-2", "1e99"]
)
def test_what_is_no_span_is_refused_in_words(text: str) -> None:
    """The message shows what was written and what to write."""
    with pytest.raises(ValueError, match=r"SECONDS or MIN\.\.MAX") as refusal:
        Span.parse(text)
    assert repr(text) in str(refusal.value)


@given(SECONDS, SECONDS, st.integers())
def test_a_draw_lies_within_its_span(one: float, other: float, seed: int) -> None:
    """In whole milliseconds, the ends included."""
    low, high = sorted([one, other])
    assert round(low * 1000) <= Span(low, high).draw(Random(seed)) <= round(high * 1000)


@given(st.integers(), st.integers(0, 2**42))
def test_the_same_seed_draws_the_same_plans(seed: int, now: int) -> None:
    """A run can be repeated."""
    timing = Timing(Span(0, 10), Span(0, 10))
    one, other = Random(seed), Random(seed)
    assert [timing.plan(now, one) for _ in range(5)] == [timing.plan(now, other) for _ in range(5)]
