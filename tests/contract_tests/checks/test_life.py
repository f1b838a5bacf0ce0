"""Test the checks of what a job's documents say one after the other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import (
    START,
    Tape,
    answering,
    blamed,
    conforming,
    judged,
    moment,
    spoilt,
    status_document,
)

from zimage_schemas import FINAL_STATUSES

_LATER = moment(START + 50)
_LINKS = ("http://media.example/1.png",)

_BROKEN = {
    "life.forward": spoilt("plain/PROCESSING", answering(status="QUEUED"), last=True),
    "life.final": spoilt(
        "plain/COMPLETED", answering(status="FAILED", error="It broke.", output=None), last=True
    ),
    "life.unchanging": spoilt("plain/COMPLETED", answering(completed_at=_LATER), last=True),
    "life.created-constant": spoilt("plain/COMPLETED", answering(created_at=moment(START - 1)), last=True),
    "life.created-first": spoilt("plain/*[DG]", answering(created_at=moment(START + 0.5))),
    "life.completed-last": spoilt("plain/COMPLETED", answering(updated_at=_LATER)),
    "life.updated-forward": spoilt("plain/PROCESSING", answering(updated_at=moment(START)), last=True),
    "life.failed-says-why": spoilt("failed/FAILED", answering(error="")),
    "life.error-says-why": spoilt("error/ERROR", answering(error=" ")),
}


@pytest.mark.parametrize("check", _BROKEN)
def test_a_breach_is_seen_by_its_check_only(check: str) -> None:
    """A transcript that breaks one demand is blamed by the check for it and by no other."""
    assert blamed(_BROKEN[check]) == {check}


@pytest.mark.parametrize("status", ["QUEUED", "PROCESSING"])
def test_no_state_follows_a_final_one(status: str) -> None:
    """A job that goes on after its end breaks the finality of its state, not their order."""
    change = answering(status=status, error=None, output=None, completed_at=None)
    assert blamed(spoilt("plain/COMPLETED", change, last=True)) == {"life.final"}


def test_a_whole_run_lets_every_check_judge() -> None:
    """A conforming transcript is evidence for every check of a life."""
    assert all(count for _, count in judged(conforming(), {"life"}))


@pytest.mark.parametrize(
    ("deadline", "waited", "found"),
    [(60.0, 60, {"life.ends"}), (60.0, 30, set()), (None, 10_000, set())],
    ids=["polled to the deadline", "given up before it", "nobody says how long it was polled"],
)
def test_a_job_without_an_end(deadline: float | None, waited: float, found: set[str]) -> None:
    """A job that did not end is blamed only when it was polled until the deadline."""
    tape = Tape(deadline=deadline)
    request_id = tape.submit({"prompt": "a hen", "image_size": "square_1_1"})
    for seconds in (1, waited):
        tape.poll(status_document(request_id, "QUEUED"), at=START + seconds)
    assert blamed(tape.transcript()) == found


_moments = st.floats(0, 100, allow_nan=False)
_polls = st.lists(st.tuples(_moments, st.floats(0, 10), st.floats(0, 1)), max_size=12).map(sorted)


@settings(max_examples=150, deadline=None)
@given(st.lists(_moments, min_size=2, max_size=2).map(sorted), _polls, st.sampled_from(FINAL_STATUSES))
def test_any_life_in_any_rhythm_is_in_order(
    turns: list[float], polls: list[tuple[float, float, float]], end: str
) -> None:
    """Whatever the times of a job's states and of its polls, overlapping or not, nobody is blamed."""
    tape = Tape(deadline=None)
    key = {"FAILED": "job-failed", "ERROR": "job-error"}.get(end, "valid")
    request_id = tape.submit({"prompt": "a hen", "image_size": "square_1_1"}, key=key)
    for begun, took, part in polls:
        step = sum(turn <= begun + took * part for turn in turns)
        document = status_document(request_id, ("QUEUED", "PROCESSING", end)[step], links=_LINKS)
        tape.poll(document, key=key, at=START + 1 + begun, took=took)
    assert blamed(tape.transcript()) == set()
