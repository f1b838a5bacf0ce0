"""Test to whom the refusal of a good request is laid."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from traffic import BAD, LEAST, Answer, blamed, queue, shown, submit, taken, transcript

from zimage_contract.checks import CHECKS
from zimage_contract.exchange import Exchange, Transcript
from zimage_schemas import IMAGE_SIZES, MODELS

Body = Mapping[str, Any]

_FIELDS: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "turbo": {
        "num_inference_steps": (1, 25, 50),
        "num_images": (1, 4),
        "enable_safety_checker": (True, False),
        "output_format": ("png", "jpeg", "webp"),
        "acceleration": ("none",),
    },
    "base": {
        "num_inference_steps": (10, 55, 100),
        "guidance_scale": (1, 7.5, 20),
        "num_images": (1, 4),
        "enable_safety_checker": (True, False),
        "output_format": ("png", "jpeg", "webp"),
        "acceleration": ("regular", "fast", "ultra_fast"),
    },
}
_UNUSUAL: Mapping[str, Body] = {
    "integral-float": {"num_images": 2.0},
    "unknown-field": {"seed": 7},
    "other-models-field": {"guidance_scale": 4},
    "prompt-characters": {"prompt": "Ein Fuchs im Möhrenfeld 🦊"},
    "long-prompt": {"prompt": "kite " * 500},
    "prompt": {"prompt": 'A sign that says "<b>C:\\\\{kite}</b>"'},
}


def _unusual(model: str) -> dict[str, Body]:
    return {name: more for name, more in _UNUSUAL.items() if name != "other-models-field" or model == "turbo"}


def _simplest(model: str) -> Iterator[Body]:
    """Make the requests that differ from the smallest in one thing at the most."""
    yield from ({**LEAST, "image_size": size} for size in IMAGE_SIZES)
    yield from ({**LEAST, name: value} for name, values in _FIELDS[model].items() for value in values)
    yield from ({**LEAST, **more} for more in _unusual(model).values())


def _probed(model: str, bodies: Iterator[Body], refuses: Callable[[Body], bool]) -> Transcript:
    return transcript(
        *(submit(dict(body), BAD if refuses(body) else taken(model), model=model) for body in bodies)
    )


def _ids() -> list[str]:
    return [each.id for each in CHECKS if each.id.startswith("request.") and each.id.count(".") == 2]


Refuses = Callable[[Body], bool]


def _names(model: str) -> list[str]:
    """Name what a gateway may refuse: a field, something unusual, a size, several fields or none."""
    return [*_FIELDS[model], *_unusual(model), "image_size", "required-only", "together"]


def _faults(model: str, name: str) -> st.SearchStrategy[Refuses]:
    """Make gateways that refuse one thing; of fields and sizes one value, or of a field any."""
    fields = _FIELDS[model]
    if name in fields:
        return st.sampled_from([None, *fields[name]]).map(lambda value: _refusing(name, value))
    if name == "image_size":
        return st.sampled_from(IMAGE_SIZES).map(lambda size: lambda body: body["image_size"] == size)
    if name == "together":
        return st.just(lambda body: len(body.keys() & fields) > 1 and not _has_float(body))
    if name == "required-only":
        return st.just(lambda body: "num_images" not in body)
    return st.just(lambda body: any(_same(body.get(field), it) for field, it in _UNUSUAL[name].items()))


def _refusing(name: str, value: object) -> Refuses:
    return lambda body: name in body and not _is_float(body, name) and _is(value, body[name])


def _is(value: object, found: object) -> bool:
    return value is None or _same(value, found)


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other


def _is_float(body: Body, name: str) -> bool:
    return isinstance(body[name], float) and name == "num_images"


def _has_float(body: Body) -> bool:
    return "num_images" in body and _is_float(body, "num_images")


@st.composite
def _mixed(draw: st.DrawFn, model: str) -> Body:
    """Make a request with any choice of fields, and at the most one unusual thing."""
    options = {name: st.sampled_from(values) for name, values in _FIELDS[model].items()}
    size = {"image_size": draw(st.sampled_from(IMAGE_SIZES))}
    more = draw(st.sampled_from([{}, *_unusual(model).values()]))
    return {**LEAST, **size, **draw(st.fixed_dictionaries({}, optional=options)), **more}


@pytest.mark.parametrize(("model", "name"), [(model, name) for model in MODELS for name in _names(model)])
@settings(max_examples=6, deadline=None)
@given(st.data())
def test_one_thing_refused(model: str, name: str, data: st.DataObject) -> None:
    """Whatever one thing a gateway refuses, and whatever else is sent, its check alone is blamed."""
    refuses = data.draw(_faults(model, name))
    mixed = data.draw(st.lists(_mixed(model), max_size=12))
    # One request that is sure to show two fields together; where it is refused, no smaller one explains it.
    sure = [{**LEAST, "num_images": 1, "output_format": "png"}]
    bodies = data.draw(st.permutations([*_simplest(model), *mixed, *sure]))
    assert blamed(_probed(model, iter(bodies), refuses)) == {f"request.{model}.{name}"}


@settings(max_examples=10, deadline=None)
@given(st.data(), st.sampled_from(sorted(MODELS)))
def test_nothing_refused(data: st.DataObject, model: str) -> None:
    """Where all is accepted nobody is blamed, and every check of the model has evidence."""
    mixed = data.draw(st.lists(_mixed(model), max_size=5))
    several = {**LEAST, **{name: values[0] for name, values in _FIELDS[model].items()}}
    seen = _probed(model, chain(_simplest(model), mixed, [several]), lambda _: False)
    assert not blamed(seen)
    assert all(shown(seen, each) for each in _ids() if each.startswith(f"request.{model}."))


@pytest.mark.parametrize(
    "answer", [Answer(500), Answer(401), queue(402), Answer(429), Answer(None), Answer(404)]
)
def test_no_evidence(answer: Answer) -> None:
    """An outage, an empty wallet, a limit or another path say nothing about a good request."""
    seen = transcript(submit(LEAST, answer))
    assert not any(shown(seen, each) for each in _ids())


def _judged(body: Any, answer: Answer, *, headers: tuple[tuple[str, str], ...] = ()) -> set[str]:
    json = (("Content-Type", "application/json; charset=utf-8"),)
    return blamed(transcript(submit(body, answer, headers=(*json, *headers))))


def test_callback_asked_for() -> None:
    """Where a callback was asked for, a refusal may be about its URL."""
    assert not _judged(LEAST, BAD, headers=(("X-Webhook-URL", "http://receiver.test/"),))


def test_blank_prompt() -> None:
    """A prompt of spaces may be taken for an empty one."""
    assert not _judged({**LEAST, "prompt": "  "}, BAD)


@pytest.mark.parametrize("more", [{"prompt": "Möwe", "seed": 7}, {"prompt": 'a "Möwe"'}])
def test_two_unusual_things(more: Body) -> None:
    """A refused request with two unusual things blames neither."""
    assert not _judged({**LEAST, **more}, BAD)


@pytest.mark.parametrize("prompt", ["ab", "kite " * 101, "{kite}", "a\nkite"])
def test_unusual_prompts(prompt: str) -> None:
    """A short or lengthy prompt, or one with signs, is to blame for its refusal."""
    assert _judged({**LEAST, "prompt": prompt}, BAD) == {"request.base.prompt"}


def test_other_refusals() -> None:
    """413, 415 and 422 refuse a good request as 400 does."""
    for status in (413, 415, 422):
        assert _judged({**LEAST, "num_images": 4}, Answer(status)) == {"request.base.num_images"}


def _exchange() -> Exchange:
    return submit({**LEAST, "num_images": 4}, BAD)


def test_words() -> None:
    """A finding says which value was refused, and how."""
    seen = transcript(_exchange())
    (check,) = (each for each in CHECKS if each.id == "request.base.num_images")
    (found,) = check.judge(seen)
    assert (found.expected, found.actual) == ("num_images 4 is accepted, with 202", "400")


def _bodies(*told: tuple[Body, bool]) -> Transcript:
    return transcript(*(submit({**LEAST, **more}, taken() if good else BAD) for more, good in told))


_TALL = {"image_size": "portrait_9_16"}
_STEPS, _IMAGES, _SEED = {"num_inference_steps": 10}, {"num_images": 4}, {"seed": 7}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([({}, False)], {"required-only"}),
        ([({}, True), (_TALL, False)], {"image_size"}),
        ([({}, True), (_TALL, False), (_TALL | _IMAGES, False)], {"image_size"}),
        (
            [({}, True), (_TALL, False), (_TALL | _IMAGES, False), (_IMAGES | _STEPS, False)],
            {"image_size", "together"},
        ),
        (
            [({}, True), (_TALL, False), (_TALL | _IMAGES | _STEPS, False), (_STEPS | _SEED, False)],
            {"image_size", "unknown-field"},
        ),
        (
            [(_IMAGES, False), (_IMAGES | _STEPS, False), (_STEPS | _SEED, False)],
            {"num_images", "unknown-field"},
        ),
        ([(_STEPS | _SEED, False)], {"unknown-field"}),
        ([(_IMAGES | _STEPS | _SEED, False)], {"unknown-field"}),
        (
            [(_IMAGES | _SEED, False), (_STEPS | _IMAGES, True)],
            {"unknown-field"},
        ),
        ([(_STEPS | _IMAGES, False), (_STEPS | _SEED, False)], {"together"}),
    ],
)
def test_several_things_refused(told: list[tuple[Body, bool]], expected: set[str]) -> None:
    """What a smaller refusal explains is laid to that alone; what it does not explain is found besides."""
    assert blamed(_bodies(*told)) == {f"request.base.{name}" for name in expected}


def test_accepted_with_a_callback() -> None:
    """An accepted request counts, whether a callback was asked for or not."""
    hook = (("Content-Type", "application/json"), ("X-Webhook-URL", "http://receiver.test/"))
    assert shown(transcript(submit(LEAST, headers=hook)), "request.base.image_size") == [True]
