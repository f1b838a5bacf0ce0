"""Whatever is sent: 202, or a refusal in a dialect of the gateway; the same again; and life goes on."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mock_support import BODY, JSON, KEY, REQUEST, TURBO, Answer, World, message
from schema_strategies import anything

from zimage_schemas import KEY_HEADER, document

on_one_mock = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    derandomize=True,
    max_examples=150,
)
FULL = json.dumps(
    {**REQUEST, "num_images": 1, "output_format": "png", "enable_safety_checker": True}
).encode()
TOKENS = [
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b'"',
    b"\\",
    b"\\u",
    b"\\ud83d",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
]
TOKENS += [b"null", b"true", b"NaN", b"1e999", b"-", b"9" * 30, b"prompt", b"num_images", b"\n", b"/**/"]


def judged(answer: Answer, stored: int) -> None:
    """See that the answer is one of a gateway, and that what it says was done."""
    if answer.status == 202:
        assert document("submit-answer").problems(answer.json()) == ()
        assert stored == 1
    else:
        assert answer.dialect() in {"queue", "management"}
        assert stored == 0


def sent_twice(world: World, body: bytes, headers: dict[str, str]) -> None:
    """Send the body twice and judge both answers, which agree."""
    answers = []
    for _ in range(2):
        before = world.stored()
        answers.append(world.client.ask("POST", TURBO.submit_path, body, headers))
        judged(answers[-1], world.stored() - before)
    first, second = answers
    assert first.status == second.status
    if first.status != 202:
        assert first.body == second.body
    assert world.client.status("x").status == 404


@on_one_mock
@given(body=st.binary(max_size=200))
def test_any_bytes(world: World, body: bytes) -> None:
    """Any bytes as a body."""
    sent_twice(world, body, {KEY_HEADER: KEY, **JSON})


@on_one_mock
@given(body=anything.map(json.dumps))
def test_any_json(world: World, body: str) -> None:
    """Any JSON as a body."""
    sent_twice(world, body.encode(), {KEY_HEADER: KEY, **JSON})


@on_one_mock
@given(
    changes=st.lists(
        st.tuples(
            st.integers(0, len(FULL)),
            st.integers(0, 3),
            st.sampled_from(TOKENS) | st.binary(max_size=3) | st.just(b""),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_mutation(world: World, changes: list[tuple[int, int, bytes]]) -> None:
    """A valid body with bytes replaced, dropped and put in."""
    body = FULL
    for start, length, new in changes:
        body = body[:start] + new + body[start + length :]
    sent_twice(world, body, {KEY_HEADER: KEY, **JSON})


@on_one_mock
@given(fields=st.dictionaries(st.sampled_from([*TURBO.defaults, "prompt", "image_size"]), anything))
def test_any_value_in_any_field(world: World, fields: dict[str, Any]) -> None:
    """Any JSON value in any field."""
    sent_twice(world, json.dumps({**REQUEST, **fields}).encode(), {KEY_HEADER: KEY, **JSON})


@on_one_mock
@given(
    key=st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=40),
    kind=st.sampled_from([*JSON.values(), "text/plain"]) | st.text("ajson/;= ", max_size=30),
)
def test_any_key_and_type(world: World, key: str, kind: str) -> None:
    """Any key, and any type of body."""
    before = world.stored()
    head = f"{KEY_HEADER}: {key}\r\nContent-Type: {kind}\r\nContent-Length: {len(BODY)}".encode("latin-1")
    answer = world.client.raw(message(f"POST {TURBO.submit_path} HTTP/1.1", "Host: a", head, body=BODY))
    assert answer.status in {202, 400, 401}
    if answer.body:
        judged(answer, world.stored() - before)
    assert world.client.status("x").status == 404


@on_one_mock
@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT", "QUERY"]),
    path=st.lists(
        st.sampled_from(
            ["v1", "v2", "requests", "status", "z-image-base", "..", "%2e", "%00", "%2f", "output.png"]
        )
        | st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=8),
        max_size=5,
    ).map("/".join),
)
def test_any_target(world: World, method: str, path: str) -> None:
    """Any path, with any method, and nothing in the body."""
    asked = message(f"{method} /{path} HTTP/1.1", "Host: a", f"{KEY_HEADER}: {KEY}", "Content-Length: 0")
    answer = world.client.raw(asked, method=method)
    if method != "HEAD":
        assert answer.status == 200 or answer.dialect() in {"queue", "management", "edge", "server"}
    assert answer.status < 500
