"""Any request: valid ones come back as pictures, invalid ones are refused here as they are there."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schema_strategies import breaking, disturbed, valid

from mockgateway import MockGateway
from zimage_client import (
    BaseRequest,
    Client,
    InvalidRequest,
    Polling,
    Request,
    Settings,
    TurboRequest,
    ZImageError,
    parse_webhook,
)
from zimage_client.testing import Answer, Call, ManualClock, StubTransport
from zimage_schemas import KEY_HEADER, MODELS, rules

KINDS: dict[str, type[Request]] = {"turbo": TurboRequest, "base": BaseRequest}
KEY = "mock-fast-properties"
AT_ONCE = Settings(polling=Polling(first=0, least=0, most=0))
UNCHECKED = Settings(polling=Polling(first=0, least=0, most=0), validate=False)
SOME = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def known(name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Leave out what a typed request cannot hold."""
    fields = MODELS[name].request.schema["properties"]
    return {field: value for field, value in body.items() if field in fields}


@pytest.fixture(scope="module")
def mock() -> Iterator[MockGateway]:
    """A mock whose jobs are done at once."""
    with MockGateway() as gateway:
        yield gateway


@pytest.fixture(scope="module")
def client(mock: MockGateway) -> Iterator[Client]:
    """A client that checks."""
    with Client(KEY, mock.url, settings=AT_ONCE) as made:
        yield made


@pytest.fixture(scope="module")
def careless(mock: MockGateway) -> Iterator[Client]:
    """A client that lets the gateway check."""
    with Client(KEY, mock.url, settings=UNCHECKED) as made:
        yield made


def refusal_of_the_mock(mock: MockGateway, name: str, body: object) -> str | None:
    """Send a body as it is; return the reason of a refusal."""
    answer = requests.post(
        mock.url + MODELS[name].submit_path, json=body, headers={KEY_HEADER: KEY}, timeout=20
    )
    return None if answer.ok else answer.json()["message"]


@pytest.mark.parametrize("name", sorted(KINDS))
def test_any_valid_request_comes_back(client: Client, name: str) -> None:
    """Accepted, completed, and as many pictures as asked for."""

    @SOME
    @given(body=valid(f"{name}-request"))
    def comes_back(body: dict[str, Any]) -> None:
        request = KINDS[name].from_body(known(name, body))
        if "\0" in request.prompt:
            return
        assert request.problems() == ()
        status = client.submit(request).wait()
        assert len(status.media_urls) == request.num_images

    comes_back()


@pytest.mark.parametrize("prompt", ["a\0b", "\ud800", "a \udfff z"])
def test_texts_that_are_none_are_refused_alike(mock: MockGateway, prompt: str) -> None:
    """No schema says so, but the gateway refuses them, and so does the client."""
    body = {"prompt": prompt, "image_size": "square_1_1"}
    assert [problem.pointer for problem in TurboRequest.from_body(body).problems()] == ["/prompt"]
    assert "The body holds" in (refusal_of_the_mock(mock, "turbo", body) or "")


@pytest.mark.parametrize("value", [float("nan"), object(), float("inf"), {1: {2}}])
def test_what_is_no_json_is_refused_even_unchecked(careless: Client, value: object) -> None:
    """As an error of ours."""
    with pytest.raises(InvalidRequest):
        careless.submit(BaseRequest(prompt="x", image_size="square_1_1", guidance_scale=value))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", sorted(KINDS))
def test_any_request_is_judged_here_as_there(mock: MockGateway, careless: Client, name: str) -> None:
    """The same bodies pass, and the mock's refusal has the sentence of each problem found here."""

    @SOME
    @given(body=disturbed(f"{name}-request").map(lambda body: known(name, body)))
    def judged_alike(body: dict[str, Any]) -> None:
        try:
            request = KINDS[name].from_body(body)
            found = request.problems()
        except InvalidRequest as error:
            found = error.problems
            said = refusal_of_the_mock(mock, name, body)
        else:
            said = _said_to(careless, request)
        assert (said is None) == (not found)
        if not (said or "").startswith("The body "):  # refused as JSON, before any field is looked at
            assert all(problem.message in (said or "") for problem in found)

    judged_alike()


def _said_to(client: Client, request: Request) -> str | None:
    try:
        client.submit(request)
    except InvalidRequest as error:
        return error.message
    return None


REQUEST_RULES = [rule for rule in rules() if rule.document.endswith("-request")]


@pytest.mark.parametrize("rule", REQUEST_RULES, ids=lambda rule: rule.id)
def test_each_rule_is_kept_before_sending(rule: Any) -> None:
    """Whoever breaks it is told which, and nothing is sent."""
    name = rule.document.removesuffix("-request")
    transport = StubTransport()

    @settings(max_examples=10, deadline=None)
    @given(body=breaking(rule))
    def is_refused(body: Any) -> None:
        if not isinstance(body, dict):
            return
        with pytest.raises(InvalidRequest) as caught:
            Client(KEY, transport=transport).submit(KINDS[name].from_body(known(name, body)))
        assert rule.id in {problem.rule for problem in caught.value.problems}
        assert not transport.calls

    if rule.keyword != "default" and rule.id != f"{name}-request.type":
        is_refused()


@settings(max_examples=300, deadline=None)
@given(
    status=st.integers(100, 599),
    body=st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["request_id", "status", "error", "message", "statusCode", "output", "polling_url"]
                ),
                inner,
            )
        ),
        max_leaves=6,
    ).map(lambda value: json.dumps(value).encode()),
    retry_after=st.none() | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12),
)
def test_no_answer_brings_anything_but_our_errors(status: int, body: bytes, retry_after: str | None) -> None:
    """Whatever a gateway says to a submit, a poll or a callback."""
    headers = {} if retry_after is None else {"retry-after": retry_after}

    def handler(_: Call) -> Answer:
        return Answer(status, headers, body)

    client = Client(KEY, transport=StubTransport(handler), clock=ManualClock())
    for ask in (
        lambda: client.submit(TurboRequest(prompt="x", image_size="square_1_1")),
        lambda: client.job("z-image-base_1").wait(timeout=30),
        lambda: parse_webhook(body),
    ):
        said = _said_by(ask)
        assert said.isprintable()
        assert len(said) < 1000


def _said_by(ask: Callable[[], object]) -> str:
    """Return the words of an error of ours; let any other through."""
    try:
        ask()
    except ZImageError as error:
        return str(error)
    return ""
