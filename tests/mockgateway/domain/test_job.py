"""A job's life is arithmetic over its plan."""

from hypothesis import given
from hypothesis import strategies as st

from mockgateway.domain.job import Plan, Status

ORDER = [Status.QUEUED, Status.PROCESSING, Status.COMPLETED]
INSTANTS = st.integers(0, 10_000)
OUTCOMES = st.sampled_from([status for status in Status if status.terminal])


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan."""
    starts = draw(INSTANTS)
    return Plan(starts, starts + draw(INSTANTS), draw(OUTCOMES))


def rank(status: Status) -> int:
    """How far a job has come: 0, 1, or 2 for any terminal state."""
    return min(ORDER.index(status) if status in ORDER else 2, 2)


@given(plans(), INSTANTS, INSTANTS)
def test_later_never_means_an_earlier_state(plan: Plan, one: int, other: int) -> None:
    """Of two readings the later one is as far or further."""
    first, second = sorted([one, other])
    assert rank(plan.status_at(first)) <= rank(plan.status_at(second))


@given(plans(), INSTANTS)
def test_a_terminal_state_is_the_planned_one_and_stays(plan: Plan, after: int) -> None:
    """From its end on, a job is what its plan says."""
    assert plan.status_at(plan.ends + after) is plan.outcome
    assert plan.outcome.terminal


@given(plans())
def test_the_states_begin_exactly_when_the_plan_says(plan: Plan) -> None:
    """A millisecond before its start a job waits, a millisecond before its end it is processed."""
    assert plan.status_at(plan.starts - 1) is Status.QUEUED
    if plan.starts < plan.ends:
        assert plan.status_at(plan.starts) is Status.PROCESSING
        assert plan.status_at(plan.ends - 1) is Status.PROCESSING


@given(plans(), INSTANTS, INSTANTS)
def test_updated_at_is_the_last_change_seen(plan: Plan, created: int, now: int) -> None:
    """It is when the state that is shown began."""
    updated = plan.updated_at(now, created)
    expected = {Status.QUEUED: created, Status.PROCESSING: plan.starts}
    assert updated == expected.get(plan.status_at(now), plan.ends)


@given(plans(), INSTANTS)
def test_a_delayed_plan_is_the_same_work_later(plan: Plan, until: int) -> None:
    """Waiting in line moves the work and does not shorten or hasten it."""
    delayed = plan.delayed_until(until)
    assert delayed.starts == max(plan.starts, until)
    assert delayed.ends - delayed.starts == plan.ends - plan.starts
    assert delayed.outcome is plan.outcome
