"""Gateway time is a line through real time."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgateway.domain.clock import Clock, iso

INSTANTS = st.integers(0, 2**42)
SPEEDS = st.just(0.0) | st.floats(0.001, 1000)


@given(INSTANTS, SPEEDS, st.integers(0, 10**9))
def test_time_passes_at_its_speed(real: int, speed: float, passed: int) -> None:
    """After so many real milliseconds, speed times as many have been told."""
    clock = Clock(real, real, speed)
    assert abs(clock.at(real + passed) - real - passed * speed) <= 1


@given(INSTANTS, SPEEDS, SPEEDS, st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_continued_clock_never_goes_back(
    real: int, before: float, after: float, one: int, two: int
) -> None:
    """Whatever the speeds, also when stopped and started, no earlier time is told than was told."""
    clock = Clock(real, real, before)
    continued = clock.continued(real + one, after)
    assert continued.at(real + one) == clock.at(real + one)
    assert continued.at(real + one + two) >= continued.at(real + one)


@given(INSTANTS, st.floats(0.001, 1000), st.integers(0, 10**9))
def test_the_real_instant_of_a_told_one_is_the_first_that_tells_it(
    real: int, speed: float, later: int
) -> None:
    """Waiting until then is enough, and hardly too much."""
    clock = Clock(real, real, speed)
    then = clock.real_at(real + later)
    assert then is not None
    assert clock.at(then + 1) >= real + later
    assert clock.at(then - 2) <= real + later


def test_a_clock_that_stands_still_tells_no_later_instant() -> None:
    """Until it is advanced by hand."""
    clock = Clock(5, 7, 0)
    assert clock.mode == "manual"
    assert clock.at(10**9) == 7
    assert clock.real_at(8) is None
    assert clock.advanced(10, 3).at(10**9) == 10


@pytest.mark.parametrize(("speed", "mode"), [(0, "manual"), (1, "real"), (2.5, "scaled")])
def test_a_clocks_mode_is_named_by_its_speed(speed: float, mode: str) -> None:
    """Standing, real, or scaled."""
    assert Clock(0, 0, speed).mode == mode


@given(st.integers(0, 253402300799999))
def test_instants_are_written_in_utc_with_milliseconds(instant: int) -> None:
    """Reading what is written gives the instant back."""
    text = iso(instant)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
    read = datetime.fromisoformat(text)
    assert read.tzinfo == UTC
    assert round(read.timestamp() * 1000) == instant
