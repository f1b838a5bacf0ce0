"""Models, paths and methods that there are not."""

import pytest
from mock_support import BASE, BODY, KEY, TURBO, Client

from zimage_schemas import KEY_HEADER

STATUS = "/v2/requests/status/z-image-base_1"
WITH_KEY = {KEY_HEADER: KEY, "Content-Type": "application/json"}


@pytest.mark.parametrize("slug", ["z-image", "z-image-turbo", "flux-1", "Z-IMAGE-BASE", "ü b"])
def test_unknown_model(nothing_stored: Client, slug: str) -> None:
    """A model route of another name: 400 that names the slug, whatever the body."""
    path = f"/{slug}/v1/{slug}-request".replace("ü b", "%C3%BC%20b")
    for body in (BODY, b"no JSON"):
        answer = nothing_stored.ask("POST", path, body, WITH_KEY)
        assert answer.status == 400
        assert answer.json() == {
            "error": "Model not found",
            "message": f"Model '{slug}' not found or is disabled",
        }


def test_long_model_name_is_cut(client: Client) -> None:
    """The name of an unknown model is repeated up to 100 characters."""
    said = client.ask("POST", f"/{'m' * 5000}/v1/x", BODY, WITH_KEY).json()
    assert said["message"] == f"Model '{'m' * 100}…' not found or is disabled"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nowhere",
        "/v2",
        "/v2/requests/status",
        "/v2/requests/status/",
        f"{STATUS}/",
        f"{STATUS}/more",
        f"/{STATUS}",
        f"//{STATUS}",
        "/v2//requests/status/z-image-base_1",
        "/V2/requests/status/z-image-base_1",
        "/v1/requests/status/z-image-base_1",
        TURBO.submit_path + "/",
        "/" + TURBO.submit_path,
        TURBO.submit_path.upper(),
        "/z-image-turbo-834/v1/z-image-turbo-834-request",
        "/z-image-base/v1/z-image-turbo-request",
        "/z-image-base/v2/z-image-base-request",
        "/z-image-base/z-image-base-request",
        "/favicon.ico",
        "/static/x.js",
        "/..",
        "/%2e%2e/%2e%2e/etc/passwd",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_unknown_path(nothing_stored: Client, method: str, path: str) -> None:
    """Any other path: 404 in the platform's words, with a key or without; a redirection never."""
    body = BODY if method == "POST" else None
    for headers in (WITH_KEY, {}):
        answer = nothing_stored.ask(method, path, body, headers)
        assert answer.status == 404
        assert answer.json() == {"statusCode": 404, "message": "Resource not found"}
        assert answer.dialect() == "management"


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (TURBO.submit_path, "POST"),
        (BASE.submit_path, "POST"),
        (STATUS, "GET"),
        ("/openapi.json", "GET, HEAD"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_wrong_method(nothing_stored: Client, method: str, path: str, allowed: str) -> None:
    """A method that an operation has not: 405, and Allow names those it has."""
    if method in allowed.split(", "):
        return
    answer = nothing_stored.ask(method, path, BODY if method != "HEAD" else None, WITH_KEY)
    assert answer.status == 405
    assert answer.headers["Allow"] == allowed
    if method != "HEAD":
        assert answer.json() == {"statusCode": 405, "message": "Method not allowed"}
    else:
        assert answer.body == b""


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_unknown_model_with_another_method(nothing_stored: Client, method: str) -> None:
    """A model that there is not has no operations to refuse methods of: 404."""
    answer = nothing_stored.ask(method, "/flux-1/v1/flux-1-request", headers=WITH_KEY)
    assert answer.json() == {"statusCode": 404, "message": "Resource not found"}


def test_query_is_ignored(client: Client) -> None:
    """A query string changes nothing."""
    answer = client.post(BODY, path=f"{TURBO.submit_path}?a=1&b=%00&subscription-key=x")
    assert answer.status == 202
    assert "?" not in answer.json()["polling_url"]
