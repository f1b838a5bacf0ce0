"""Test the checks of errors, and of what special keys show."""

from typing import Any

import pytest
from traffic import (
    KEYS,
    LEAST,
    Answer,
    blamed,
    case,
    document,
    management,
    other,
    poll,
    queue,
    read,
    shown,
    submit,
    taken,
    told_apart,
    transcript,
)

from zimage_contract.checks import CHECKS
from zimage_contract.exchange import Exchange

_LIMITED = "Rate limit is exceeded. Try again in 3 seconds."
_HTML = (("Content-Type", "text/html"),)
_NINE = {**LEAST, "num_images": 9}


def _refused(body: Any) -> Exchange:
    return submit(_NINE, Answer(400, body))


def _nowhere(body: Any) -> Exchange:
    return other("/none", Answer(404, body))


_QUEUE = {"error": "Bad Request", "message": "num_images must be at most 4."}
_MANAGEMENT = {"statusCode": 404, "message": "Resource not found"}
_DIALECTS = [
    case("queue-error.type", _refused(_QUEUE), _refused([_QUEUE])),
    case("queue-error.error.required", _refused(_QUEUE), _refused({"message": "num_images"})),
    case("queue-error.message.required", _refused(_QUEUE), _refused({"error": "Bad Request"})),
    case("queue-error.error.type", _refused(_QUEUE), _refused({**_QUEUE, "error": 400})),
    case("queue-error.message.type", _refused(_QUEUE), _refused({**_QUEUE, "message": None})),
    case("management-error.type", _nowhere(_MANAGEMENT), _nowhere(b"<h1>Not found</h1>")),
    case(
        "management-error.statusCode.required",
        _nowhere(_MANAGEMENT),
        _nowhere({"message": "Resource not found"}),
    ),
    case("management-error.message.required", _nowhere(_MANAGEMENT), _nowhere({"statusCode": 404})),
    case(
        "management-error.statusCode.type",
        _nowhere(_MANAGEMENT),
        _nowhere({**_MANAGEMENT, "statusCode": "404"}),
    ),
    case(
        "management-error.statusCode.minimum",
        _nowhere(_MANAGEMENT),
        _nowhere({**_MANAGEMENT, "statusCode": 200}),
    ),
    case(
        "management-error.statusCode.maximum",
        _nowhere(_MANAGEMENT),
        _nowhere({**_MANAGEMENT, "statusCode": 600}),
    ),
    case(
        "management-error.message.type", _nowhere(_MANAGEMENT), _nowhere({**_MANAGEMENT, "message": ["No"]})
    ),
    case(
        "management-error.activityId.type", _nowhere(_MANAGEMENT), _nowhere({**_MANAGEMENT, "activityId": 7})
    ),
    case("error.status-code", _nowhere(_MANAGEMENT), _nowhere({**_MANAGEMENT, "statusCode": 400})),
    case("error.bad-request", _refused(_QUEUE), _refused({**_QUEUE, "error": "Model error"})),
    case("error.content-type", _refused(_QUEUE), submit(_NINE, Answer(400, _QUEUE, _HTML))),
    case("error.content-type", _nowhere(_MANAGEMENT), other("/none", Answer(404, _MANAGEMENT, _HTML))),
]


def _poor(answer: Answer) -> Exchange:
    return submit(LEAST, answer, key=KEYS["insufficient-balance"])


def _barred(answer: Answer) -> Exchange:
    return submit(LEAST, answer, key=KEYS["forbidden"])


def _hasty(answer: Answer) -> Exchange:
    return submit(LEAST, answer, key=KEYS["rate-limited"])


def _limit(*values: str) -> Answer:
    return management(429, _LIMITED, tuple(("Retry-After", value) for value in values))


def _ended(situation: str, status: str, *later: str) -> tuple[Exchange, ...]:
    job = submit(key=KEYS[situation])
    states = ("QUEUED", status, *later)
    return (job, *(read(job, document(job, state), key=KEYS[situation]) for state in states))


_SPECIAL = [
    *(
        case("error.insufficient-balance", _poor(queue(402)), _poor(answer))
        for answer in (taken(), Answer(500), management(401))
    ),
    case(
        "error.insufficient-balance-error",
        _poor(queue(402)),
        _poor(queue(402, "No money.", "Payment Required")),
    ),
    case("error.forbidden", _barred(management(403)), _barred(Answer(500))),
    case(
        "error.forbidden",
        poll("none", management(403), key=KEYS["forbidden"]),
        poll("none", queue(404), key=KEYS["forbidden"]),
    ),
    case(
        "error.rate-limited",
        (_hasty(Answer(503)), _hasty(_limit("3"))),
        (_hasty(Answer(503)), _hasty(Answer(503))),
    ),
    case("error.retry-after", _hasty(_limit("3")), _hasty(_limit())),
    *(
        case("error.retry-after-seconds", _hasty(_limit("3")), _hasty(_limit(value)))
        for value in ("1.5", "-1", "soon", "Tue, 31 Mar 2026 10:00:00 GMT", "")
    ),
    case("error.job-failed", _ended("job-failed", "FAILED"), _ended("job-failed", "COMPLETED")),
    case("error.job-error", _ended("job-error", "ERROR"), _ended("job-error", "FAILED")),
]


@pytest.mark.parametrize("each", [*_DIALECTS, *_SPECIAL], ids=lambda each: each.check)
def test_kept_and_broken(each: Any) -> None:
    """Each check of an error is kept by the contract's own, and alone blamed by what breaks it."""
    kept, blamed_by_kept, blamed_by_broken = told_apart(each)
    assert kept
    assert all(kept)
    assert (blamed_by_kept, blamed_by_broken) == (set(), {each.check})


@pytest.mark.parametrize("situation", ["insufficient-balance", "forbidden"])
def test_accepted_all_the_same(situation: str) -> None:
    """A job that is accepted without money or permission blames the check of that."""
    assert blamed(transcript(submit(key=KEYS[situation]))) == {f"error.{situation}"}


def test_refused_to_everybody() -> None:
    """A body that a good key is refused too shows nothing of the wallet."""
    seen = transcript(submit(LEAST, queue(400)), _poor(queue(400)))
    assert shown(seen, "error.insufficient-balance") == []


def test_final_state_that_changes() -> None:
    """Of a job that ends twice the first end counts here; that it changed is another check's."""
    seen = transcript(*_ended("job-failed", "FAILED", "COMPLETED"))
    assert shown(seen, "error.job-failed") == [True]


def test_job_without_end() -> None:
    """A job that was not seen at its end is no evidence."""
    job = submit(key=KEYS["job-error"])
    seen = transcript(job, read(job, document(job, "QUEUED"), key=KEYS["job-error"]))
    assert shown(seen, "error.job-error") == []


@pytest.mark.parametrize(
    "exchange",
    [
        submit(LEAST, Answer(503, b"Service unavailable")),
        submit(LEAST, Answer(500, b"Error processing request")),
        submit(LEAST, Answer(403, b"<html>Just a moment...</html>")),
        submit(LEAST, Answer(None)),
        submit(),
    ],
)
def test_edge(exchange: Exchange) -> None:
    """The page of an edge has no dialect, and neither has an answer that is no error."""
    seen = transcript(exchange)
    assert not any(shown(seen, each.id) for each in CHECKS if each.chapter == "error")


def test_crash_in_json() -> None:
    """A 500 in JSON is in the dialect of the API management."""
    wrong = {"statusCode": 500, "message": "Internal server error", "activityId": 7}
    seen = transcript(submit(LEAST, Answer(500, wrong)))
    assert shown(seen, "management-error.activityId.type") == [False]
    assert shown(seen, "management-error.type") == [True]
