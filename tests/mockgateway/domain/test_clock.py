"""Gateway time is a line through real time."""

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from mockgateway.domain.clock import Clock, iso

INSTANTS = st.integers(0, 2**42)
SPEEDS = st.floats(0.001, 1000)


@given(INSTANTS, SPEEDS, st.integers(0, 10**9))
def test_time_passes_at_its_speed(real: int, speed: float, passed: int) -> None:
    """After so many real milliseconds, speed times as many have been told."""
    clock = Clock(real, real, speed)
    assert abs(clock.at(real + passed) - real - passed * speed) <= 1


@given(INSTANTS, SPEEDS, SPEEDS, st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_continued_clock_never_goes_back(
    real: int, before: float, after: float, one: int, two: int
) -> None:
    """Whatever the speeds, going on tells no earlier time than was told, nor than it really is."""
    clock = Clock(real, real, before)
    continued = clock.continued(real + one, after)
    assert continued.at(real + one) >= max(clock.at(real + one), real + one)
    assert continued.at(real + one + two) >= continued.at(real + one)


@given(st.integers(0, 253402300799999))
def test_instants_are_written_in_utc_with_milliseconds(instant: int) -> None:
    """Reading what is written gives the instant back."""
    text = iso(instant)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
    read = datetime.fromisoformat(text)
    assert read.tzinfo == UTC
    assert round(read.timestamp() * 1000) == instant
