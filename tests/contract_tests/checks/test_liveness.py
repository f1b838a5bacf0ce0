"""Test the checks that there are answers, and that they are said to be JSON."""

from dataclasses import replace
from typing import Any

import pytest
from traffic import (
    KEYS,
    LEAST,
    Answer,
    blamed,
    case,
    document,
    queue,
    read,
    shown,
    submit,
    taken,
    told_apart,
    transcript,
)

_JOB = submit()
_OTHER = submit()
_PLAIN = (("Content-Type", "text/plain"),)
_CASES = [
    case("liveness.answered", submit(), submit(LEAST, Answer(None))),
    case("liveness.in-time", replace(submit(), took=10.0), replace(submit(), took=10.1)),
    case("liveness.no-server-error", submit(), submit(LEAST, Answer(500))),
    case(
        "liveness.no-server-error",
        (_JOB, read(_JOB, document(_JOB, "QUEUED"))),
        (_JOB, read(_JOB, Answer(503))),
    ),
    case("submit.content-type", _JOB, replace(_JOB, answer_headers=_PLAIN)),
    case(
        "status.content-type",
        (_OTHER, read(_OTHER, document(_OTHER, "QUEUED"))),
        (_OTHER, replace(read(_OTHER, document(_OTHER, "QUEUED")), answer_headers=())),
    ),
]


@pytest.mark.parametrize("each", _CASES, ids=lambda each: each.check)
def test_kept_and_broken(each: Any) -> None:
    """Each check is kept by an answer as it should be, and alone blamed by another."""
    kept, blamed_by_kept, blamed_by_broken = told_apart(each)
    assert kept
    assert all(kept)
    assert (blamed_by_kept, blamed_by_broken) == (set(), {each.check})


def test_no_limit() -> None:
    """Where nobody said how long an answer may take, none is too late."""
    seen = replace(transcript(replace(submit(), took=999.0)), slowest=None)
    assert shown(seen, "liveness.in-time") == []


def test_hanging_up_on_too_much() -> None:
    """Who hangs up on a body that is too large need not answer."""
    seen = transcript(submit(b'"%s"' % (b"x" * 2**20), Answer(None)))
    assert shown(seen, "liveness.answered") == []


def test_nobody_waited() -> None:
    """Where nobody said how long an answer may take, whoever asked may have left before it came."""
    seen = replace(transcript(submit(), submit(LEAST, Answer(None))), slowest=None)
    assert shown(seen, "liveness.answered") == [True]


def test_recorded_without_answer() -> None:
    """A recording without an answer does not say that none came."""
    seen = transcript(replace(submit(LEAST, Answer(None)), broken=""))
    assert shown(seen, "liveness.answered") == []


@pytest.mark.parametrize("situation", ["invalid", "forbidden", "insufficient-balance", "rate-limited"])
def test_crash_for_a_special_key(situation: str) -> None:
    """A crash for a special key is for the check of that key."""
    seen = transcript(submit(LEAST, Answer(500), key=KEYS[situation]))
    assert shown(seen, "liveness.no-server-error") == []


@pytest.mark.parametrize("body", [b"", b"{", {}, {**LEAST, "num_images": 9}])
def test_crash_on_a_bad_body(body: Any) -> None:
    """A crash on a bad body is for the check of that body."""
    assert shown(transcript(submit(body, Answer(500))), "liveness.no-server-error") == []


@pytest.mark.parametrize("answer", [queue(402), Answer(None), taken(status=200)])
def test_no_crash(answer: Answer) -> None:
    """Anything below 500 is no crash, and neither is no answer at all."""
    assert "liveness.no-server-error" not in blamed(transcript(submit(LEAST, answer)))
