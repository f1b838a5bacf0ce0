"""The OpenAPI document: valid, the same everywhere, and true."""

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from mock_support import BODY, JSON, KEY, REQUEST, TURBO, Answer, Client
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from zimage_schemas import KEY_HEADER, MEDIA_PATH, STATUS_PATH, Example, examples


@pytest.fixture
def printed(command: Callable[..., tuple[int, str, str]]) -> Any:
    """What `mockgateway openapi` prints."""
    code, out, err = command("openapi")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_valid(printed: Any) -> None:
    """It is valid OpenAPI 3.1."""
    assert printed["openapi"].startswith("3.1.")
    validate(printed, cls=OpenAPIV31SpecValidator)


def test_same_over_http(printed: Any, client: Client) -> None:
    """The mock serves the same document, without a key."""
    answer = client.ask("GET", "/openapi.json")
    assert answer.status == 200
    assert answer.json() == printed


def test_answers_are_as_it_says(printed: Any, client: Client) -> None:
    """Every answer of the mock is one that the document has, of the type and shape that it says."""
    done = client.job()
    picture = done["output"]["media_url"][0].removeprefix(client.url)
    key = {KEY_HEADER: KEY}
    asked = {
        ("post", TURBO.submit_path, 202): client.submit(),
        ("post", TURBO.submit_path, 400): client.submit({}),
        ("post", TURBO.submit_path, 401): client.ask("POST", TURBO.submit_path, BODY, JSON),
        ("post", TURBO.submit_path, 413): client.submit({**REQUEST, "prompt": "x" * 2**20}),
        ("get", STATUS_PATH, 200): client.status(done["request_id"]),
        ("get", STATUS_PATH, 401): client.ask("GET", "/v2/requests/status/x"),
        ("get", STATUS_PATH, 404): client.status("x"),
        ("get", MEDIA_PATH, 200): client.ask("GET", picture),
        ("get", MEDIA_PATH, 206): client.ask("GET", picture, headers={"Range": "bytes=0-9"}),
        ("get", MEDIA_PATH, 304): client.ask("GET", picture, headers={"If-None-Match": "*"}),
        ("get", MEDIA_PATH, 404): client.ask("GET", "/v1/x/output.png", headers=key),
        ("get", MEDIA_PATH, 412): client.ask("GET", picture, headers={"If-Match": '"x"'}),
        ("get", MEDIA_PATH, 416): client.ask("GET", picture, headers={"Range": "bytes=99999999-"}),
    }
    for (method, path, status), answer in asked.items():
        assert answer.status == status
        fits(printed, printed["paths"][path][method]["responses"][str(status)], answer)


def fits(printed: Any, response: Any, answer: Answer) -> None:
    """See that the answer is the response."""
    if "content" not in response:
        assert answer.body == b""
        return
    kind = (answer.headers["Content-Type"] or "").partition(";")[0]
    assert kind in response["content"]
    if kind == "application/json":
        schema = {**response["content"][kind]["schema"], "components": printed["components"]}
        jsonschema.Draft202012Validator(schema).validate(json.loads(answer.body))


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_its_schemas_judge_as_the_contract_does(printed: Any, example: Example) -> None:
    """Written in another way, for the sake of code generators, they take and refuse the same instances."""
    schema = {"$ref": f"#/components/schemas/{example.document}", "components": printed["components"]}
    valid = jsonschema.Draft202012Validator(schema).is_valid(example.instance)
    assert valid == (example.breaks is None)
