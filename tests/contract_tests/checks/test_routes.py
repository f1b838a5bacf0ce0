"""Test the checks of paths."""

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
    shown,
    submit,
    taken,
    told_apart,
    transcript,
)

from zimage_contract.exchange import Exchange

_ELSEWHERE = "/z-image-none/v1/z-image-none-request"
_NO_MODEL = "Model 'z-image-none' not found or is disabled"


def _unknown(answer: Answer) -> Exchange:
    return submit(LEAST, answer, path=_ELSEWHERE)


def _missing(message: str = _NO_MODEL, error: Any = "Model not found") -> Answer:
    return queue(400, message, error)


def _id(answer: Answer, key: str = KEYS["valid"]) -> Exchange:
    return poll("z-image-base_none", answer, key=key)


_GONE = queue(404, "There is no such request.")
_CASES = [
    *(
        case("route.submit-path", submit(), submit(LEAST, answer))
        for answer in (Answer(404), Answer(405), Answer(301), _missing())
    ),
    *(
        case("route.unknown-model", _unknown(_missing()), _unknown(answer))
        for answer in (management(404), Answer(500), Answer(200))
    ),
    case("route.unknown-model-error", _unknown(_missing()), _unknown(_missing(error="Bad Request"))),
    case("route.unknown-model-slug", _unknown(_missing()), _unknown(_missing("Model not found"))),
    *(
        case("route.unknown-path", other("/none", management(404)), other("/none", answer))
        for answer in (Answer(200, {}), Answer(500), Answer(301))
    ),
    case(
        "route.unknown-path-message",
        other("/none", management(404)),
        other("/none", management(404, "Nothing here")),
    ),
    *(case("route.unknown-id", _id(_GONE), _id(answer)) for answer in (Answer(400), Answer(500))),
    case("route.unknown-id-error", _id(_GONE), _id(queue(404, "None.", "Nothing"))),
]


@pytest.mark.parametrize("each", [each for each in _CASES if each.check != "route.unknown-id"])
def test_kept_and_broken(each: Any) -> None:
    """Each check of a path is kept by what the contract says, and alone blamed by what breaks it."""
    assert told_apart(each) == ([True], set(), {each.check})


@pytest.mark.parametrize("answer", [queue(400), Answer(500), Answer(301)])
def test_unknown_id(answer: Answer) -> None:
    """An unknown request_id is kept by 404, and alone blamed by anything else."""
    assert shown(transcript(_id(_GONE)), "route.unknown-id") == [True]
    assert blamed(transcript(_id(answer))) == {"route.unknown-id"}


def test_document_of_an_unknown_job() -> None:
    """A document for a request_id that nobody gave blames that it was found."""
    job = submit()
    seen = transcript(poll(job.got["request_id"], document(job)))
    assert blamed(seen) == {"route.unknown-id"}


def test_id_of_the_polling_url() -> None:
    """A job whose submit named it in the polling_url only is no unknown one."""
    job = submit()
    nameless = submit(LEAST, Answer(202, {"status": "QUEUED", "polling_url": job.got["polling_url"]}))
    seen = transcript(nameless, poll(job.got["request_id"], document(job)))
    assert shown(seen, "route.unknown-id") == []


def test_document_in_recorded_traffic() -> None:
    """In recorded traffic a job that is not seen being submitted may exist all the same."""
    job = submit()
    seen = transcript(poll(job.got["request_id"], document(job)), keys={})
    assert shown(seen, "route.unknown-id") == []
    assert not blamed(seen)


@pytest.mark.parametrize("key", [KEYS["invalid"], KEYS["rate-limited"], None, "unknown"])
def test_no_evidence(key: str | None) -> None:
    """Without a key that is known to be good, an unknown path or id shows nothing."""
    seen = transcript(other("/none", management(404), key=key), poll("none", _GONE, key=key))
    assert shown(seen, "route.unknown-path") == []
    assert shown(seen, "route.unknown-id") == []


def test_known_path_by_another_method() -> None:
    """A documented path asked for by another method is no unknown path."""
    seen = transcript(other("/z-image-base/v1/z-image-base-request", Answer(405)))
    assert shown(seen, "route.unknown-path") == []


def test_gateway_below_a_path() -> None:
    """A gateway below a path of its own is no unknown model, whatever that path looks like."""
    seen = transcript(submit(LEAST, taken(), path="/none/v1/z-image-base/v1/z-image-base-request"))
    assert shown(seen, "route.unknown-model") == []
