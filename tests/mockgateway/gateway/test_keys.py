"""Who is let in, and who may read what."""

from collections.abc import Callable

import pytest
from mock_support import BASE, INVALID_KEY, KEY, MISSING_KEY, OTHER_KEY, REQUEST, TURBO, Answer, Client, World

from zimage_schemas import KEY_HEADER

STATUS = "/v2/requests/status/z-image-base_1"


def refused(client: Client, path: str, headers: dict[str, str]) -> Answer:
    """Ask with these headers, in the path's own way."""
    method = "GET" if path.startswith("/v2/") else "POST"
    return client.ask(method, path, b"{}" if method == "POST" else None, headers)


@pytest.mark.parametrize(
    ("path", "api"),
    [
        (TURBO.submit_path, "z-image-turbo-834/v1"),
        (BASE.submit_path, "z-image-base/v1"),
        (STATUS, "v2/requests"),
        ("/flux-1/v1/flux-1-request", "flux-1/v1"),
    ],
)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {KEY_HEADER: ""},
        {KEY_HEADER: "  "},
        {"Authorization": f"Bearer {KEY}"},
        {"Authorization": KEY},
        {"x-api-key": KEY},
        {"api-key": KEY},
        {"Ocp_Apim_Subscription_Key": KEY},
    ],
    ids=lambda headers: ",".join(headers) or "none",
)
def test_missing_key(nothing_stored: Client, path: str, api: str, headers: dict[str, str]) -> None:
    """Without a key in its own header: 401, the platform's sentence, and a challenge naming the API."""
    answer = refused(nothing_stored, path, headers)
    assert answer.status == 401
    assert answer.json() == {"statusCode": 401, "message": MISSING_KEY}
    assert answer.dialect() == "management"
    assert answer.headers["WWW-Authenticate"] == (
        f'AzureApiManagementKey realm="{nothing_stored.url}/{api}",'
        'name="Ocp-Apim-Subscription-Key",type="header"'
    )


@pytest.mark.parametrize("path", [TURBO.submit_path, BASE.submit_path, STATUS, "/flux-1/v1/flux-1-request"])
@pytest.mark.parametrize(
    "key", ["k" * 257, "k" * 10_000, "two words", "one,two", "t\tb"], ids=lambda key: key[:9]
)
def test_invalid_key(nothing_stored: Client, path: str, key: str) -> None:
    """What cannot be a key: 401, the platform's other sentence, and the same challenge."""
    answer = refused(nothing_stored, path, {KEY_HEADER: key})
    assert answer.status == 401
    assert answer.json() == {"statusCode": 401, "message": INVALID_KEY}
    assert answer.headers["WWW-Authenticate"].startswith("AzureApiManagementKey realm=")


def test_only_the_keys_that_exist(start: Callable[..., World]) -> None:
    """With a list of keys, those are let in and every other is invalid, on submit and on status."""
    client = start(keys=frozenset({KEY})).client
    request_id = client.submit().json()["request_id"]
    assert client.status(request_id).status == 200
    assert client.status(request_id, OTHER_KEY).json() == {"statusCode": 401, "message": INVALID_KEY}
    assert Client(client.url, OTHER_KEY).submit().json() == {"statusCode": 401, "message": INVALID_KEY}


@pytest.mark.parametrize("name", [KEY_HEADER, KEY_HEADER.lower(), KEY_HEADER.upper()])
def test_header_name_in_any_case(client: Client, name: str) -> None:
    """The header's name is told apart from others in any case."""
    headers = {name: KEY, "Content-Type": "application/json"}
    assert client.ask("POST", TURBO.submit_path, b"{}", headers).status == 400


def test_others_do_not_know_the_request(client: Client) -> None:
    """Another key's request is not found, in the very words of one that never was."""
    request_id = client.submit().json()["request_id"]
    others = client.status(request_id, OTHER_KEY)
    nobodys = client.status("z-image-turbo-834_019d0000-0000-7000-8000-0000000000000")
    assert client.status(request_id).status == 200
    assert others.status == nobodys.status == 404
    assert others.body == nobodys.body
    assert others.dialect() == "queue"
    assert others.json()["error"] == "Not Found"


def test_keys_are_told_apart_by_case(client: Client) -> None:
    """A key in another case is another key."""
    request_id = client.submit().json()["request_id"]
    assert client.status(request_id, KEY.upper()).status == 404


def test_shared_jobs(start: Callable[..., World]) -> None:
    """With shared jobs, every key reads every job, and none is still no key."""
    client = start(shared_jobs=True).client
    request_id = client.submit().json()["request_id"]
    assert client.status(request_id, OTHER_KEY).json() == client.status(request_id).json()
    assert client.ask("GET", f"/v2/requests/status/{request_id}").status == 401


def test_key_comes_before_everything_else(nothing_stored: Client) -> None:
    """Who has no key is told so, not what else is wrong."""
    for body in (b"", b"no JSON", b'{"prompt": 1}'):
        assert nothing_stored.ask("POST", TURBO.submit_path, body).status == 401
    assert nothing_stored.submit({**REQUEST, "prompt": ""}).status == 400
