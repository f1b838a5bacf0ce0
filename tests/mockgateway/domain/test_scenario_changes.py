"""Changes to bodies, and answers in the dialects."""

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgateway.domain.rule import Event
from mockgateway.domain.scenario import Scenario
from zimage_schemas import document

HEAD = 'description = "d"\nbasis = "assumed"\ngood_for = "g"\n[[rules]]\non = "status"\n'
DOCUMENT = {
    "status": "COMPLETED",
    "error": None,
    "output": {"media_url": ["u1.png", "u2.png"], "media_type": "t"},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def sent(rule: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
    """Return what a rule makes of an answer of 200."""
    effect = Scenario.parse("made", HEAD + rule).effect(Event(on="status"))
    assert effect is not None
    status, headers, content = effect.apply(200, [("Content-Type", "application/json")], body, Random(1))
    return status, dict(headers), content


def changed(rule: str, value: object = DOCUMENT) -> Any:
    """Return what a rule makes of a document."""
    return json.loads(sent(rule, json.dumps(value).encode())[2])


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('set = { "a" = [1] }', DOCUMENT | {"a": [1]}),
        (
            'set = { "output.media_url.1" = 7 }',
            DOCUMENT | {"output": {"media_url": ["u1.png", 7], "media_type": "t"}},
        ),
        ('set = { "error.a" = 1, "none.a" = 1, "output.media_url.9" = 1 }', DOCUMENT),
        ('remove = ["output", "nothing"]', {"status": "COMPLETED", "error": None}),
        ('null = "output"', DOCUMENT | {"output": None}),
        (
            'rename = { "status" = "state" }',
            {"error": None, "output": DOCUMENT["output"], "state": "COMPLETED"},
        ),
        ('lower = ["status", "error"]', DOCUMENT | {"status": "completed"}),
        ('unwrap = "output.media_url"', DOCUMENT | {"output": {"media_url": "u1.png", "media_type": "t"}}),
        (
            'replace = { "output.media_url" = { pattern = "png$", by = "ext" } }',
            DOCUMENT | {"output": {"media_url": ["u1.ext", "u2.ext"], "media_type": "t"}},
        ),
        ('set = { "x" = 1 }\nrename = { "x" = "y" }\nlower = "y"', DOCUMENT | {"y": 1}),
    ],
)
def test_a_change_does_what_it_says(rule: str, expected: object) -> None:
    """Fields are set, removed, renamed; those that are not there are left."""
    assert changed(rule) == expected


@given(JSON)
def test_changes_leave_alone_what_they_do_not_fit(value: object) -> None:
    """Any JSON is changed or left, never a crash; what is no object stays as it was."""
    rule = (
        'set = { "a.b" = 1 }\nremove = "a.0"\nlower = "b"\nunwrap = "c"\nnull = "d.e"\nrename = { "e" = "f" }'
    )
    found = changed(rule, value)
    if not isinstance(value, dict):
        assert found == value


@given(st.binary(max_size=50))
def test_a_body_that_is_no_json_stays(body: bytes) -> None:
    """A change has nothing to change in it."""
    try:
        json.loads(body)
    except ValueError:
        assert sent('null = "x"', body)[2] == body


def test_a_rule_changes_every_answer_afresh() -> None:
    """What one answer was made into does not show in the next."""
    effect = Scenario.parse("made", HEAD + 'set = { "a" = { "b" = [] }, "a.b" = [1] }').effect(
        Event(on="status")
    )
    assert effect is not None
    bodies = [effect.apply(200, [], b"{}", Random(1))[2] for _ in range(2)]
    assert [json.loads(body) for body in bodies] == [{"a": {"b": [1]}}] * 2


@pytest.mark.parametrize(
    ("answer", "schema"),
    [
        ('{ dialect = "management", status = 401 }', "management-error"),
        ('{ dialect = "management", status = 500 }', "management-error"),
        ('{ dialect = "management", status = 429, message = "slow down" }', "management-error"),
        ('{ dialect = "queue", status = 402 }', "queue-error"),
        ('{ dialect = "queue", status = 404, error = "Not Found", message = "who?" }', "queue-error"),
    ],
)
def test_json_dialects_keep_their_schema(answer: str, schema: str) -> None:
    """Their bodies are those of the contract."""
    status, headers, body = sent(f"answer = {answer}", b"")
    assert headers["Content-Type"] == "application/json"
    assert document(schema).problems(json.loads(body)) == ()
    assert json.loads(body).get("statusCode", status) == status


def test_other_dialects_say_what_they_are() -> None:
    """HTML, plain text, and whatever a rule writes."""
    assert sent('answer = { dialect = "edge", status = 403 }', b"")[1]["Content-Type"].startswith("text/html")
    assert b"<title>Just a moment...</title>" in sent('answer = { dialect = "edge", status = 403 }', b"")[2]
    assert sent('answer = { dialect = "text", status = 500 }', b"")[2] == b"Error processing request"
    raw = 'answer = { dialect = "raw", status = 299, body = "<x/>", content_type = "text/xml" }'
    assert sent(raw, b"") == (299, {"Content-Type": "text/xml"}, b"<x/>")


def test_bodies_are_spoilt() -> None:
    """Wrong quotes, an early end, another type."""
    body = b'{"a": "b"}'
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(sent("malformed = true", body)[2])
    assert sent("cut = 0.5", body)[2] == body[:5]
    assert sent('content_type = "text/html"', body)[1] == {"Content-Type": "text/html"}
