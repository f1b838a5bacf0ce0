"""Any valid request is accepted, any invalid one is refused in the schema's words."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from mock_support import REQUEST, World
from schema_strategies import breaking, requests

from zimage_schemas import MODELS, document, examples, rules

MODEL_OF = {model.request.name: name for name, model in MODELS.items()}
EXAMPLES = [each for each in examples() if each.document in MODEL_OF]
FIELDS = [
    rule
    for rule in rules()
    if rule.document in MODEL_OF and rule.keyword != "default" and rule.pointer != "/type"
]
RANGE = 2**63

on_one_mock = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    derandomize=True,
)


def acceptable(value: Any) -> bool:
    """Tell whether the reader of bodies takes the value at all: no NUL, numbers within 64 bits."""
    if isinstance(value, dict):
        return all(acceptable(each) for each in [*value, *value.values()])
    if isinstance(value, list):
        return all(map(acceptable, value))
    return "\0" not in value if isinstance(value, str) else -RANGE <= (value or 0) < RANGE


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.name)
def test_examples(world: World, example: Any) -> None:
    """The examples of the contract are answered as it says: right ones 202, wrong ones 400."""
    model = MODEL_OF[example.document]
    answer = world.client.submit(example.instance, model)
    if example.breaks is None:
        assert answer.status == 202
    else:
        assert answer.status == 400
        assert answer.dialect() == "queue"


@pytest.mark.parametrize("model", MODELS)
@on_one_mock
@given(choice=st.data())
def test_any_valid_request(world: World, model: str, choice: st.DataObject) -> None:
    """A valid request becomes a job with as many pictures as it asks for, of its format."""
    asked = choice.draw(requests(MODELS[model].request.name).filter(acceptable))
    answer = world.client.submit(asked, model)
    assert answer.status == 202, answer.body
    assert document("submit-answer").problems(answer.json()) == ()
    said = world.client.status(answer.json()["request_id"]).json()
    assert document("status-document").problems(said) == ()
    full = MODELS[model].with_defaults(asked)
    assert len(said["output"]["media_url"]) == full["num_images"]
    assert all(url.endswith(f".{full['output_format']}") for url in said["output"]["media_url"])
    assert said["output"]["media_type"] == f"image/{full['output_format']}"


@pytest.mark.parametrize("rule", FIELDS, ids=lambda rule: rule.id)
@settings(on_one_mock, max_examples=8)
@given(choice=st.data())
def test_any_broken_rule(world: World, rule: Any, choice: st.DataObject) -> None:
    """A request that breaks one rule: 400 in the schema's sentences, naming the field; nothing is stored."""
    asked = choice.draw(breaking(rule))
    assume(acceptable(asked))
    model = MODEL_OF[rule.document]
    before = world.stored()
    answer = world.client.submit(asked, model)
    assert answer.status == 400
    said = answer.json()
    problems = MODELS[model].problems(json.loads(json.dumps(asked)))
    assert problems
    assert said == {"error": "Bad Request", "message": " ".join(f"{each.message}." for each in problems)}
    assert rule.requirement.partition(" ")[0] in said["message"]
    assert world.stored() == before


@pytest.mark.parametrize("model", MODELS)
def test_every_problem_at_once(world: World, model: str) -> None:
    """All that is wrong is said in one answer, what is missing first."""
    said = world.client.submit({"num_images": 5, "output_format": "gif"}, model).json()
    assert said["message"] == (
        "prompt is required. image_size is required. "
        "num_images must be at most 4, not 5. "
        'output_format must be one of png, jpeg, webp, not "gif".'
    )


@pytest.mark.parametrize("value", [True, "1", None, [], {}, 1.5])
def test_no_integer(world: World, value: object) -> None:
    """What only looks like an integer is none; null is not left out."""
    answer = world.client.submit({**REQUEST, "num_images": value})
    assert answer.status == 400
    assert answer.json()["message"].startswith("num_images must be an integer")
