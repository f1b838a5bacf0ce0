"""Test the checks of bodies that are wrong as a whole."""

import json
from typing import Any

import pytest
from traffic import (
    BAD,
    INVALID,
    KEYS,
    LEAST,
    Answer,
    blamed,
    case,
    management,
    queue,
    shown,
    submit,
    told_apart,
    transcript,
    unauthorized,
)

from zimage_contract.checks import CHECKS
from zimage_contract.checks.oddities import oddity

_WHOLE = json.dumps(dict(LEAST)).encode()
_TOO_LARGE = management(413, "Request body is too large.")


def _with(text: bytes) -> bytes:
    return _WHOLE[:-1] + b", " + text + b"}"


_BODIES = {
    "malformed": _WHOLE[:-1],
    "empty": b"",
    "not-utf-8": _with(b'"x": "\xff"'),
    "duplicate-name": _with(b'"prompt": "A blue kite"'),
    "not-a-number": _with(b'"x": NaN'),
    "lone-surrogate": _with(b'"x": "\\ud83d"'),
    "nul": _with(b'"x": "\\u0000"'),
    "large-number": _with(b'"x": 9223372036854775808'),
    "deep": _with(b'"x": ' + b"[" * 32 + b"]" * 32),
}
_CASES = [
    *(case(f"body.{name}", submit(body, BAD), submit(body)) for name, body in _BODIES.items()),
    *(case(f"body.{name}", submit(body, BAD), submit(body, Answer(500))) for name, body in _BODIES.items()),
    case(
        "body.too-large",
        submit(_with(b'"x": "%s"' % (b"x" * 2**20)), _TOO_LARGE),
        submit(_with(b'"x": "%s"' % (b"x" * 2**20))),
    ),
    case(
        "body.content-type",
        submit(LEAST, BAD, headers=(("Content-Type", "text/plain"),)),
        submit(LEAST, headers=(("Content-Type", "text/plain"),)),
    ),
]


@pytest.mark.parametrize("each", _CASES, ids=lambda each: each.check)
def test_kept_and_broken(each: Any) -> None:
    """A refused body keeps its check and blames none; an accepted one, or a crash, blames it alone."""
    kept, blamed_by_kept, blamed_by_broken = told_apart(each)
    assert (kept, blamed_by_kept, blamed_by_broken) == ([True], set(), {each.check})


@pytest.mark.parametrize("body", _BODIES.values(), ids=_BODIES)
@pytest.mark.parametrize("answer", [unauthorized(), management(403), management(429), Answer(None)])
def test_answers_about_something_else(body: bytes, answer: Answer) -> None:
    """What is said about the key or the number of calls, or not at all, shows nothing of the body."""
    seen = transcript(submit(body, answer, key=KEYS["invalid"]), submit(body, answer))
    assert not any(shown(seen, check.id) for check in CHECKS if check.chapter == "body")


def test_everything_refused_for_the_key() -> None:
    """Where every answer is 401, no check of requests or bodies has evidence."""
    answers = [submit(body, unauthorized(INVALID), key=KEYS["invalid"]) for body in _BODIES.values()]
    seen = transcript(submit(LEAST, unauthorized(INVALID), key=KEYS["invalid"]), *answers)
    assert not blamed(seen)
    assert not any(shown(seen, each.id) for each in CHECKS if each.chapter in {"request", "body"})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (_WHOLE, ""),
        (b"", "empty"),
        (b" ", "malformed"),
        (b"\xef\xbb\xbf" + _WHOLE, "byte-order-mark"),
        (b"[" * 100_000, "deep"),
        (_with(b'"x": ' + b"9" * 5000), "large-number"),
        (_with(b'"x": 1e400'), "large-number"),
        (_with(b'"x": 9223372036854775807'), ""),
        (_with(b'"x": ' + b"[" * 31 + b"]" * 31), ""),
        (_with(b'"x": "' + b"[" * 99 + b'"'), ""),
        (_with(b'"x": "\\"' + b"[" * 99 + b'"'), ""),
        (_with(b'"x": "\\ud83d\\ude00"'), ""),
        (_with(b'"\\u0000": 1'), "nul"),
        (_with(b'"x": [NaN, "\\u0000"]'), "several"),
        (_with(b'"x": ["%s"]' % (b"x" * 2**20)), "too-large"),
    ],
)
def test_oddity(body: bytes, expected: str) -> None:
    """A body has at most one oddity that can be blamed."""
    assert oddity(body) == expected


def test_fields_that_are_wrong_too() -> None:
    """A body with a wrong field besides shows nothing: its answer may be about that."""
    seen = transcript(
        submit(b'{"prompt": NaN, "image_size": "square_1_1"}'),
        submit(_with(b'"num_images": 9223372036854775808'), queue(400)),
    )
    assert not any(shown(seen, check.id) for check in CHECKS if check.chapter == "body")


def test_callback_asked_for() -> None:
    """Where a callback was asked for, a refusal may be about its URL and shows nothing of the body."""
    hook = (("Content-Type", "application/json"), ("X-Webhook-URL", "http://receiver.test/"))
    seen = transcript(submit(b"", BAD, headers=hook))
    assert shown(seen, "body.empty") == []
