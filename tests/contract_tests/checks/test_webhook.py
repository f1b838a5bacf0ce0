"""Test the checks of callbacks."""

from dataclasses import replace

import pytest
from support import (
    JSON,
    RECEIVER,
    answering,
    blamed,
    conforming,
    having,
    judged,
    sending,
    spoilt,
    status_document,
    without,
)

from zimage_contract.exchange import Exchange, Transcript

_ELSEWHERE = {"status": 404, "answer": b'{"error": "Not Found", "message": "There is no such request."}'}


def _of(intent: str) -> Exchange:
    return next(each for each in conforming().exchanges if each.intent == intent)


def _with(**fields: object) -> Transcript:
    """Add another callback, after all else."""
    last = conforming().exchanges[-1]
    extra = replace(_of("called/callback"), number=last.number + 1, at=last.until + 1, **fields)
    return replace(conforming(), exchanges=(*conforming().exchanges, extra))


def _unasked() -> bytes:
    return _of("plain/COMPLETED").answer


def _early() -> Transcript:
    """Let the callback come when a job was being processed."""
    return spoilt("called/callback", having(at=_of("called/QUEUED").at + 0.5))


_BROKEN = {
    "webhook.arrives": without("called/callback"),
    "webhook.once": _with(),
    "webhook.only-asked": _with(body=_unasked()),
    "webhook.post": spoilt("called/callback", having(method="PUT")),
    "webhook.url": spoilt("called/callback", having(url=RECEIVER)),
    "webhook.content-type": spoilt(
        "called/callback",
        lambda each: replace(each, headers=(("Content-Type", "text/plain"), *each.headers[1:])),
    ),
    "webhook.json": spoilt("called/callback", having(body=b"done")),
    "webhook-body.status.enum": spoilt("called/callback", sending(status="PROCESSING", output=None)),
    "webhook.not-early": _early(),
    "webhook.same-document": spoilt("called/callback", sending(completed_at=...)),
    "webhook.id-header": spoilt(
        "called/callback", lambda each: replace(each, headers=(each.headers[0], each.headers[2]))
    ),
    "webhook.timestamp-header": spoilt(
        "called/callback", lambda each: replace(each, headers=each.headers[:2])
    ),
    "webhook.polling-works": spoilt("called/*[DG]", having(**_ELSEWHERE)),
}


@pytest.mark.parametrize("check", _BROKEN)
def test_a_breach_is_seen_by_its_check_only(check: str) -> None:
    """A transcript that breaks one demand is blamed by the check for it and by no other."""
    assert blamed(_BROKEN[check]) == {check}


def test_a_whole_run_lets_every_check_judge() -> None:
    """A conforming transcript is evidence for every check of callbacks."""
    assert all(count for _, count in judged(conforming(), {"webhook"}))


@pytest.mark.parametrize(
    "known",
    [{"receiver": ""}, {"patience": 0.0}, {"deadline": None}],
    ids=["no receiver", "not watched", "nobody knows how long"],
)
def test_a_callback_that_nobody_could_see_is_not_missed(known: dict[str, object]) -> None:
    """Without a receiver, or when nobody waited long enough, that a callback did not come is no evidence."""
    assert not blamed(replace(without("called/callback"), **known))


def test_a_callback_that_was_refused_may_come_again() -> None:
    """A second callback after a first that the receiver did not take is a repetition, as it should be."""
    seen = spoilt("called/callback", having(status=503), seen=_with())
    refused = tuple(
        replace(each, status=204) if each is seen.exchanges[-1] else each for each in seen.exchanges
    )
    assert not blamed(replace(seen, exchanges=refused))


def test_a_callback_with_a_wrong_id_is_known_by_its_url() -> None:
    """A callback that names no known job belongs to the one that gave its URL, and is not what was owed."""
    seen = spoilt("called/callback", sending(request_id="z-image-base_unknown"))
    assert blamed(seen) == {"webhook.same-document"}


def test_a_gateway_that_knows_no_job_is_not_blamed_for_callbacks() -> None:
    """When no job at all can be polled, that is not for a callback's sake."""
    assert blamed(spoilt("*/*[DGR]", having(**_ELSEWHERE))) == {"status.known-200"}


def test_a_field_that_never_rests_is_no_difference() -> None:
    """A time that changes with every poll cannot be compared with the callback's: it is blamed by itself."""
    seen = spoilt("called/COMPLETED", answering(completed_at=status_document("z_", "ERROR")["created_at"]))
    assert "webhook.same-document" in blamed(seen)
    moving = spoilt("called/COMPLETED", answering(completed_at="2026-12-31T10:00:00.000Z"), last=True)
    assert blamed(moving) == {"life.unchanging"}


def test_json_has_parameters() -> None:
    """A charset beside application/json is in order."""
    named = (("Content-Type", 'Application/JSON; charset="utf-8"'),)
    assert not blamed(
        spoilt("called/callback", lambda each: replace(each, headers=(*named, *each.headers[len(JSON) :])))
    )
