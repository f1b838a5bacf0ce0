"""Submitting: 202, ids, and where the answer says to ask."""

import json
import re
from collections.abc import Callable

import pytest
from mock_support import BODY, KEY, REQUEST, TURBO, Client, World, message, submit_message

from zimage_schemas import KEY_HEADER, MODELS, document

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{13}")


@pytest.mark.parametrize("model", MODELS)
def test_accepted(client: Client, model: str) -> None:
    """A valid request is answered 202 with a submit answer, and nothing but its three fields."""
    answer = client.submit(model=model)
    assert answer.status == 202
    said = answer.json()
    assert document("submit-answer").problems(said) == ()
    assert list(said) == ["request_id", "status", "polling_url"]
    assert said["status"] == "QUEUED"
    assert said["polling_url"] == f"{client.url}/v2/requests/status/{said['request_id']}"


@pytest.mark.parametrize("model", MODELS)
def test_request_id(client: Client, model: str) -> None:
    """A request_id is the model's slug, an underscore and 8-4-4-4-13 hexadecimal digits, version 7."""
    slug, _, rest = client.submit(model=model).json()["request_id"].partition("_")
    assert slug == MODELS[model].slug
    assert ID.fullmatch(rest)


def test_request_id_tells_the_time(start: Callable[..., World]) -> None:
    """The first 48 bits of a request_id are the milliseconds at which it was accepted."""
    world = start()
    digits = world.client.submit().json()["request_id"].partition("_")[2].replace("-", "")
    assert int(digits[:12], 16) == world.clock.now


def test_identical_requests(start: Callable[..., World]) -> None:
    """Identical requests of one millisecond are jobs of their own, whose ids sort as they came."""
    world = start()
    ids = [world.client.submit().json()["request_id"] for _ in range(50)]
    world.clock.move(0.001)
    ids.append(world.client.submit().json()["request_id"])
    assert len(set(ids)) == len(ids) == world.stored()
    assert ids == sorted(ids)


def test_stored_before_the_answer(start: Callable[..., World]) -> None:
    """Nobody is told 202 for a job that the store did not take; when there is room again, life goes on."""
    world = start()
    world.sql("PRAGMA max_page_count = 1")  # as many as there are: the disk is full
    answer = world.client.submit({**REQUEST, "prompt": "x" * 100_000})
    assert answer.status == 503
    assert document("management-error").problems(answer.json()) == ()
    assert world.stored() == 0
    world.sql("PRAGMA max_page_count = 1000000")
    assert world.client.submit().status == 202


def test_crash(
    start: Callable[..., World], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What should not happen is answered 500, with an id that the error output has, too."""
    world = start()

    def crash(*_: object) -> None:
        raise RuntimeError(f"a bug that speaks of {world.client.key}")

    monkeypatch.setattr("mockgateway.web.jobs.read_body", crash)
    answer = world.client.submit()
    assert answer.status == 500
    said = answer.json()
    assert document("management-error").problems(said) == ()
    assert said == {
        "statusCode": 500,
        "message": "Internal server error",
        "activityId": said["activityId"],
    }
    told = capsys.readouterr().err
    assert said["activityId"] in told
    assert "a bug that speaks of key-" in told
    assert world.client.key not in told
    assert world.stored() == 0


@pytest.mark.parametrize(
    "host", ["gateway.example", "LOCALHOST:1", "192.0.2.7:8080", "[2001:db8::1]:443", "a_b"]
)
def test_origin_as_the_client_reached_it(client: Client, host: str) -> None:
    """The polling_url and every media_url carry the Host that the client named."""
    answer = client.raw(submit_message(f"Content-Length: {len(BODY)}", body=BODY, host=host)).json()
    path = f"/v2/requests/status/{answer['request_id']}"
    assert answer["polling_url"] == f"http://{host}{path}"
    asked = message(f"GET {path} HTTP/1.1", f"Host: {host}", f"{KEY_HEADER}: {KEY}")
    (picture,) = client.raw(asked).json()["output"]["media_url"]
    assert picture == f"http://{host}/v1/{answer['request_id']}/output.png"


def test_origin_of_http_1_0(client: Client) -> None:
    """HTTP/1.0 without Host is answered with the address that the connection was made to."""
    line = f"POST {TURBO.submit_path} HTTP/1.0"
    answer = client.raw(submit_message(f"Content-Length: {len(BODY)}", line=line, host=""))
    assert answer.status == 202
    assert answer.json()["polling_url"].startswith(f"{client.url}/v2/")


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/json ;  charset=Utf-8",
    ],
)
def test_content_types(client: Client, kind: str) -> None:
    """JSON in UTF-8 is taken, however its type is spelt."""
    assert client.post(BODY, {"Content-Type": kind}).status == 202


@pytest.mark.parametrize(
    "body",
    [
        b' \r\n\t{"prompt": "x", "image_size": "square_1_1"}\n ',
        json.dumps({**REQUEST, "prompt": "Ein Mädchen \N{GRINNING FACE}"}, ensure_ascii=False).encode(),
        json.dumps({**REQUEST, "prompt": "Ein Mädchen \N{GRINNING FACE}"}).encode(),
        json.dumps({**REQUEST, "num_images": 2.0, "num_inference_steps": 8.0}).encode(),
        json.dumps({**REQUEST, "prompt": " "}).encode(),
        json.dumps({**REQUEST, "prompt": "x" * 900_000}).encode(),
        json.dumps({**REQUEST, "prompt": 'brackets [[[{{{ and "quotes" \\'}).encode(),
    ],
    ids=["spaces", "UTF-8", "escaped", "8.0", "a space", "long", "brackets"],
)
def test_unusual_bodies_that_are_fine(client: Client, body: bytes) -> None:
    """Whatever is a valid request in JSON is taken."""
    assert client.post(body).status == 202


def test_unknown_field_is_ignored_and_reported(world: World) -> None:
    """A field that the model does not know is ignored, and the log says so."""
    assert world.client.submit({**REQUEST, "guidance_scale": 4}).status == 202
    assert world.log[-1].endswith("(unknown field ignored: guidance_scale)")


def test_chunked(client: Client) -> None:
    """A body may come in chunks of any size."""
    chunks = b"".join(b"1\r\n" + bytes([byte]) + b"\r\n" for byte in BODY) + b"0\r\n\r\n"
    assert client.raw(submit_message("Transfer-Encoding: chunked", body=chunks)).status == 202


def test_expect_continue(client: Client) -> None:
    """A client that asks first is told to go on."""
    sent = submit_message(
        f"Content-Length: {len(BODY)}", "Expect: 100-continue", "Connection: close", body=BODY
    )
    answers = client.all_of(sent)
    assert answers.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\n")
