"""Test the checks of keys."""

from dataclasses import replace
from typing import Any

import pytest
from traffic import (
    BAD,
    CHALLENGE,
    INVALID,
    JSON,
    KEYS,
    LEAST,
    MISSING,
    Answer,
    blamed,
    case,
    document,
    management,
    poll,
    queue,
    read,
    shown,
    submit,
    taken,
    told_apart,
    transcript,
    unauthorized,
)

from zimage_contract.checks import CHECKS
from zimage_contract.exchange import Exchange

_KEYS = [check.id for check in CHECKS if check.chapter == "key"]
_OURS = (("Authorization", f"Bearer {KEYS['valid']}"),)
_NO_MODEL = queue(400, "Model 'z-image-base' not found or is disabled", "Model not found")
_GONE = queue(404, "There is no such request.")
_JOB = submit()


def _turned_away(**changed: Any) -> Exchange:
    return submit(LEAST, unauthorized(**changed), key=None)


def _poll(answer: Answer, key: str | None, **more: Any) -> Exchange:
    return poll("z-image-base_none", answer, key=key, **more)


_CASES = [
    *(
        case(f"key.submit-{way}", submit(LEAST, unauthorized(words), key=key), submit(LEAST, wrong, key=key))
        for way, key, words in (
            ("missing", None, MISSING),
            ("empty", "", MISSING),
            ("invalid", KEYS["invalid"], INVALID),
        )
        for wrong in (taken(), Answer(500))
    ),
    *(
        case(f"key.status-{way}", _poll(unauthorized(words), key), _poll(wrong, key))
        for way, key, words in (
            ("missing", None, MISSING),
            ("empty", "", MISSING),
            ("invalid", KEYS["invalid"], INVALID),
        )
        for wrong in (_GONE, Answer(500))
    ),
    case(
        "key.not-in-authorization",
        _poll(unauthorized(), None, headers=_OURS),
        _poll(_GONE, None, headers=_OURS),
    ),
    case(
        "key.not-in-authorization",
        submit(LEAST, unauthorized(), key=None, headers=(*JSON, *_OURS)),
        submit(LEAST, key=None, headers=(*JSON, *_OURS)),
    ),
    case(
        "key.not-in-x-api-key",
        _poll(unauthorized(), None, headers=(("X-API-Key", KEYS["valid"]),)),
        _poll(_GONE, None, headers=(("X-API-Key", KEYS["valid"]),)),
    ),
    case(
        "key.refused-is-not-queued",
        _turned_away(),
        submit(
            LEAST,
            Answer(401, {"statusCode": 401, "message": MISSING, "request_id": "z-image-base_1"}, CHALLENGE),
            key=None,
        ),
    ),
    case("key.challenge", _turned_away(), _turned_away(headers=())),
    case(
        "key.challenge-names-header",
        _turned_away(),
        _turned_away(headers=(("WWW-Authenticate", "Bearer"),)),
    ),
    case("key.missing-message", _turned_away(), _turned_away(message=INVALID)),
    case(
        "key.invalid-message",
        submit(LEAST, unauthorized(INVALID), key=KEYS["invalid"]),
        submit(LEAST, unauthorized("No."), key=KEYS["invalid"]),
    ),
    case(
        "key.own-jobs-only",
        (_JOB, read(_JOB, _GONE, key=KEYS["second"])),
        (_JOB, read(_JOB, document(_JOB, "QUEUED"), key=KEYS["second"])),
    ),
    case(
        "key.own-jobs-only",
        (_JOB, read(_JOB, _GONE, key=KEYS["second"])),
        (_JOB, read(_JOB, Answer(500), key=KEYS["second"])),
    ),
]


@pytest.mark.parametrize("each", _CASES, ids=lambda each: each.check)
def test_kept_and_broken(each: Any) -> None:
    """Each check of a key is kept by what the documentation shows, and alone blamed by what breaks it."""
    assert told_apart(each) == ([True], set(), {each.check})


@pytest.mark.parametrize(
    "exchange",
    [
        submit(),
        submit(LEAST, Answer(None), key=None),
        submit(LEAST, management(403), key=None),
        submit(LEAST, management(429), key=None),
        submit({}, BAD, key=None),
        submit(b"{", BAD, key=None),
        submit(LEAST, Answer(404), key=None),
        submit(LEAST, _NO_MODEL, key=None),
        submit(LEAST, key="a key that nobody knows"),
        replace(_poll(_GONE, None), url="http://gateway.test/v2/requests/status/a?subscription-key=b"),
        read(_JOB, _GONE, key=KEYS["second"]),
    ],
)
def test_no_evidence(exchange: Exchange) -> None:
    """A good or unknown key, no answer, or a request that has more wrong with it shows nothing of keys."""
    seen = transcript(exchange)
    assert not any(shown(seen, each) for each in _KEYS)


def test_own_jobs_by_one_key() -> None:
    """A job read with the key that submitted it is no evidence for others."""
    seen = transcript(_JOB, read(_JOB))
    assert shown(seen, "key.own-jobs-only") == []
    assert not blamed(seen)
