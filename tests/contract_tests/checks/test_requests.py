"""Test the checks of requests that break one rule."""

from typing import Any

import pytest
from traffic import (
    BAD,
    KEYS,
    LEAST,
    Answer,
    blamed,
    case,
    management,
    queue,
    shown,
    submit,
    taken,
    told_apart,
    transcript,
    unauthorized,
)

from zimage_contract.checks import CHECKS
from zimage_schemas import MODELS, Example, examples, rules

_REQUESTS = {model.request.name: name for name, model in MODELS.items()}
_BROKEN = [each for each in examples() if each.document in _REQUESTS and each.breaks]
_RULES = {each.breaks for each in _BROKEN}


def test_every_rule_has_a_check() -> None:
    """Every rule of a request but the defaults has a check, and the examples break every one."""
    stated = {each.id for each in rules() if each.document in _REQUESTS and each.keyword != "default"}
    assert stated <= {check.id for check in CHECKS}
    assert stated == _RULES


@pytest.mark.parametrize("example", _BROKEN, ids=lambda each: each.name)
def test_one_rule_broken(example: Example) -> None:
    """A body that breaks one rule must get 400; to accept it, or to crash, breaks that rule alone."""
    assert example.breaks
    model = _REQUESTS[example.document]

    def answered(answer: Answer) -> Any:
        return transcript(submit(example.instance, answer, model=model))

    kept = answered(queue(400, f"The body object, {example.breaks}, is wrong."))
    assert shown(kept, example.breaks) == [True]
    assert not blamed(kept)
    for wrong in (taken(model), Answer(500), Answer(422), Answer(413)):
        assert blamed(answered(wrong)) == {example.breaks}
    for beside in (unauthorized(), queue(402), management(403), management(429), Answer(None), Answer(404)):
        assert shown(answered(beside), example.breaks) == []


def test_two_rules_broken() -> None:
    """A body with two things wrong is evidence for neither."""
    seen = transcript(submit({**LEAST, "num_images": 9, "guidance_scale": 0}))
    assert not blamed(seen)


@pytest.mark.parametrize("situation", ["invalid", "forbidden", "insufficient-balance", "rate-limited"])
def test_special_keys(situation: str) -> None:
    """A key that lets nobody in is no evidence for what is said of bodies."""
    seen = transcript(submit({**LEAST, "num_images": 9}, BAD, key=KEYS[situation]))
    assert shown(seen, "base-request.num_images.maximum") == []


def test_unknown_key() -> None:
    """In recorded traffic nobody knows the keys, and their answers count."""
    seen = transcript(submit({**LEAST, "num_images": 9}, BAD), keys={})
    assert shown(seen, "base-request.num_images.maximum") == [True]


_NINE = {**LEAST, "num_images": 9}
_CASES = [
    case(
        "request.refusal-names-field",
        submit(_NINE, queue(400, "Num images: at most 4")),
        submit(_NINE, queue(400, "guidance_scale is too large")),
    ),
    case(
        "request.refusal-names-field",
        submit([], queue(400, "Send an object")),
        submit([], queue(400, "No")),
    ),
]


@pytest.mark.parametrize("each", _CASES)
def test_reason(each: Any) -> None:
    """A refusal names the field that is wrong, or the body when it is the whole."""
    assert told_apart(each) == ([True], set(), {each.check})
