"""What people read when something is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from zimage_schemas import MODELS, Problem, document

TURBO = {"prompt": "A red kite", "image_size": "square_1_1"}
DONE = {
    "request_id": "z-image-base_1",
    "status": "COMPLETED",
    "model_id": "z-image-base",
    "error": None,
    "output": {"media_url": ["http://localhost/v1/a/output.png"], "media_type": "image/png"},
    "created_at": "2026-03-31T10:00:00.000Z",
    "updated_at": "2026-03-31T10:00:00.000Z",
    "completed_at": "2026-03-31T10:00:00.000Z",
}


def nested(depth: int) -> list[Any]:
    """Return a list in a list in a list, deeper than Python can print."""
    inner: list[Any] = []
    for _ in range(depth):
        inner = [inner]
    return inner


WRONG = [
    ("num_inference_steps", 51, "must be at most 50, not 51"),
    ("num_inference_steps", 0, "must be at least 1, not 0"),
    ("num_inference_steps", 8.5, "must be an integer, not 8.5"),
    ("num_inference_steps", None, "must be an integer, not null"),
    ("num_inference_steps", 10**5000, "must be at most 50, not a number of more than 40 digits"),
    ("num_inference_steps", float("nan"), "must be an integer, not NaN"),
    ("num_images", True, "must be an integer, not true"),
    ("num_images", "4", 'must be an integer, not "4"'),
    ("prompt", "", "must not be empty"),
    ("prompt", ["a", "b"], "must be a string, not an array"),
    ("prompt", {"text": "a"}, "must be a string, not an object"),
    ("prompt", nested(5000), "must be a string, not an array"),
    ("prompt", b"bytes", "must be a string, not a value foreign to JSON"),
    ("output_format", "jpg", 'must be one of png, jpeg, webp, not "jpg"'),
    ("output_format", 'a"b\\c', 'must be one of png, jpeg, webp, not "a\\"b\\\\c"'),
    (
        "output_format",
        "\n\x1b\u202e\ud800",
        'must be one of png, jpeg, webp, not "\\n\\u001b\\u202e\\ud800"',
    ),
    ("acceleration", "fast", 'must be none, not "fast"'),
    ("enable_safety_checker", 1, "must be a boolean, not 1"),
]


@pytest.mark.parametrize(("field", "value", "says"), WRONG, ids=[f"{each[0]}: {each[2]}" for each in WRONG])
def test_messages(field: str, value: object, says: str) -> None:
    """A message says the field, the rule and the value."""
    (problem,) = MODELS["turbo"].problems({**TURBO, field: value})
    assert problem.pointer == f"/{field}"
    assert problem.message == f"{field} {says}"


@pytest.mark.parametrize("body", [None, [], "text", True, 5, float("inf")])
def test_a_body_that_is_no_object(body: object) -> None:
    """The body itself is at the empty pointer."""
    (problem,) = MODELS["base"].problems(body)
    assert (problem.pointer, problem.rule) == ("", "base-request.type")
    assert problem.message.startswith("the body must be an object, not ")


@pytest.mark.parametrize("character", ["x", "\x00", "é", '"', "\U0010ffff"])
def test_long_values_are_cut(character: str) -> None:
    """A value takes at most 60 characters of a message, the message 200, and none of them is a control."""
    (problem,) = MODELS["turbo"].problems({**TURBO, "image_size": character * 100_000})
    value = problem.message.partition(", not ")[2]
    assert value.endswith('…"')
    assert len(value) <= 60
    assert len(problem.message) <= 200
    assert problem.message.isprintable()


def test_a_text_that_just_fits_is_whole() -> None:
    """58 characters and the quotes are shown; one more is cut."""
    (whole,) = MODELS["turbo"].problems({**TURBO, "output_format": "y" * 58})
    (cut,) = MODELS["turbo"].problems({**TURBO, "output_format": "y" * 59})
    assert whole.message.endswith(f'"{"y" * 58}"')
    assert cut.message.endswith(f'"{"y" * 57}…"')


def test_missing_fields_come_first_then_the_schema_s_order() -> None:
    """The order is the schema's, whatever the instance's, and the same each time."""
    body = {"acceleration": "warp", "num_images": 9, "num_inference_steps": 0, "prompt": ""}
    problems = MODELS["turbo"].problems(body)
    assert problems[0] == Problem(
        "/image_size", "turbo-request.image_size.required", "image_size is required"
    )
    assert [each.pointer for each in problems[1:]] == [
        "/prompt",
        "/num_inference_steps",
        "/num_images",
        "/acceleration",
    ]
    assert MODELS["turbo"].problems(dict(reversed(body.items()))) == problems


def test_a_value_is_reported_once() -> None:
    """A number for one of five texts breaks two rules and is one problem, of the first."""
    (problem,) = MODELS["turbo"].problems({**TURBO, "image_size": 5})
    assert problem.rule == "turbo-request.image_size.type"


def test_problems_inside_name_the_whole_way() -> None:
    """A message about a list's item says which item, and the pointer leads there."""
    output = {"media_url": ["http://localhost/a", None, "b"]}
    problems = document("status-document").problems({**DONE, "output": output})
    assert [(each.pointer, each.message) for each in problems] == [
        ("/output/media_type", "output.media_type is required"),
        ("/output/media_url/1", "output.media_url[1] must be a string, not null"),
        ("/output/media_url/2", 'output.media_url[2] must be an http or https URL, not "b"'),
    ]


def test_a_condition_is_part_of_the_message() -> None:
    """What a state demands is said with the state."""
    (problem,) = document("status-document").problems({**DONE, "status": "PROCESSING", "output": None})
    assert problem.rule == "status-document.when-unfinished.completed_at.type"
    assert problem.message == (
        'completed_at must be null when status is QUEUED or PROCESSING, not "2026-03-31T10:00:00.000Z"'
    )


def test_a_webhook_reports_the_status_document_s_rules_by_their_own_names() -> None:
    """What both documents demand is one rule, whichever is judged."""
    body = {**DONE, "output": None}
    assert document("webhook-body").problems(body) == document("status-document").problems(body) != ()


@pytest.mark.parametrize("value", [8.0, 8, 50.0])
def test_a_number_without_fraction_is_an_integer(value: float) -> None:
    """8.0 is the integer 8, as JSON Schema has it."""
    assert MODELS["turbo"].is_valid({**TURBO, "num_inference_steps": value})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), True])
def test_what_json_calls_no_number_is_none(value: float) -> None:
    """NaN compares as if it were in range, so it is refused by its type, as the infinities and true are."""
    (problem,) = MODELS["base"].problems({**TURBO, "guidance_scale": value})
    assert problem.rule == "base-request.guidance_scale.type"
