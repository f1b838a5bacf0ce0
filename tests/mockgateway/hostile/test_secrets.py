"""A key is never seen whole: not in an answer, not in the log, wherever else it was put by mistake."""

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from mock_support import BASE, BODY, REQUEST, TURBO, Answer, World, message

from zimage_schemas import KEY_HEADER

PLAIN = "canary0123456789abcdef0123456789"
LONG = "canary" + "0123456789" * 25
SIGNS = "canary\"\\'%2f/+=<é>&#?;"
KEYS = {"plain": PLAIN, "long": LONG, "signs": SIGNS.replace("é", "e"), "short": "canary"}


def spellings(key: str) -> list[str]:
    """Write a key in all ways in which it can still be read."""
    escaped = json.dumps(key)[1:-1]
    return [key, escaped, json.dumps(escaped)[1:-1], quote(key), quote(key, safe="")]


def hidden(key: str, text: str) -> bool:
    """Tell whether a text gives no key away, nor most of one that was cut."""
    return not any(each in text or each[:56] in text for each in spellings(key))


def refused(world: World, key: str, line: str, *headers: str, body: bytes = BODY) -> Answer:
    """Send a request with that key in its header, and others."""
    rest = ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    host = [] if any(header.startswith("Host:") for header in headers) else ["Host: mock.test"]
    sent = message(line, *host, f"{KEY_HEADER}: {key}", *rest, *headers, body=body)
    return world.client.raw(sent, method=line.partition(" ")[0])


@pytest.mark.parametrize("known", ["known", "unknown"])
@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_canary(start: Callable[..., World], key: str, known: str) -> None:
    """A key in every place of a request, valid or not, is shortened wherever the place is repeated."""
    world = start(keys=frozenset({key if known == "known" else "another-key-0001"}))
    path = quote(key, safe="")
    post = f"POST {TURBO.submit_path} HTTP/1.1"
    fields = ["image_size", "output_format", "acceleration", "num_images", "enable_safety_checker", "prompt"]
    bodies = [{**REQUEST, field: value} for field in fields for value in (key, [key], "x" * 40 + key)]
    bodies += [{**REQUEST, key: 1}, {key: key}, {**REQUEST, key: 1, "image_size": key}]
    twice = f"{{{json.dumps(key)}: 1, {json.dumps(key)}: 1}}"
    raws = [json.dumps(body).encode() for body in bodies] + [key.encode(), twice.encode()]
    answers = [refused(world, key, post, body=body) for body in raws]
    answers += [
        refused(world, key, f"{method} /{target} HTTP/1.1")
        for method in ("GET", "POST", "PUT")
        for target in (
            path,
            f"{path}/v1/{path}",
            f"{'m' * 90}{path}/v1/x",
            f"v2/requests/status/{path}",
            f"{'long/' * 28}{path}",
            f"{'long/' * 31}{path}",
            f"v1/{path}/output.png",
            f"v1/x/{path}",
            f"nowhere?subscription-key={path}",
        )
    ]
    answers += [
        refused(world, key, post, header)
        for header in (
            f"{KEY_HEADER}: {key}",
            f"Authorization: Bearer {key}",
            f"X-Webhook-URL: {key}",
            f"X-Webhook-URL: http://{key}",
            f"Content-Type: {key}",
            f"Host: {key}",
            f"Expect: {key}",
            f"X-Request-Id: {key}",
        )
    ]
    answers.append(
        refused(world, key, f"{key} {TURBO.submit_path} HTTP/1.1") if key.isalnum() else answers[0]
    )
    for answer in answers:
        if answer.status >= 400:
            said = "\n".join([str(answer.headers), answer.body.decode()])
            assert hidden(key, said), said
    assert len(world.log) >= len(answers) - 5  # all but those that HTTP itself refused
    for line in world.log:
        assert hidden(key, line), line
        assert line.isprintable()
        assert len(line) < 500


def test_log_line(world: World) -> None:
    """A line says when, what, where, how it went, how long it took, and the key in short."""
    world.client.submit(model="base")
    parts = world.log[-1].split(" ")
    assert parts[1:4] == ["POST", BASE.submit_path, "202"]
    assert parts[4].endswith("ms")
    assert parts[5] == "key=key-…01"
    world.client.ask("GET", "/nowhere")
    assert world.log[-1].endswith("no key")


def test_log_forgery(world: World) -> None:
    """Nobody writes lines of their own, or moves the reader's cursor."""
    for path in ("/%0a12:00:00%20GET", "/%1b%5b2J", "/%e2%80%ae", "/%c2%9b", "/%00", "/%ff", "/%e2%80%a8"):
        world.client.ask("GET", path)
        assert world.log[-1].isprintable()
    world.client.submit({**REQUEST, "a\nb\x1b[2J\u202e": 1})
    assert world.log[-1].isprintable()
    assert "unknown field ignored" in world.log[-1]


def test_log_lines_are_bounded(world: World) -> None:
    """Neither a long path nor a thousand unknown fields make a long line."""
    world.client.ask("GET", "/" + "a" * 50_000)
    assert len(world.log[-1]) < 300
    world.client.submit({**REQUEST, **{f"field-{number}": number for number in range(1000)}})
    assert len(world.log[-1]) < 400
