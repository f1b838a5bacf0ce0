"""Methods and paths that mean harm."""

import pytest
from mock_support import BODY, KEY, TURBO, Client, message

from zimage_schemas import KEY_HEADER

STATUS = "/v2/requests/status/z-image-base_1"
REST = ["Host: a", f"{KEY_HEADER}: {KEY}", "Content-Type: application/json", f"Content-Length: {len(BODY)}"]


def sent(method: str, path: str, *headers: str) -> bytes:
    """Write a valid submit but for its method and path."""
    return message(f"{method} {path} HTTP/1.1", *REST, *headers, body=BODY)


@pytest.mark.parametrize(("path", "allowed"), [(TURBO.submit_path, "POST"), (STATUS, "GET")])
@pytest.mark.parametrize(
    "method", ["TRACE", "CONNECT", "BREW", "post", "get", "Post", "PoST", "PURGE", "M" * 200, "!#$%&"]
)
def test_strange_methods(nothing_stored: Client, method: str, path: str, allowed: str) -> None:
    """A method that is not exactly the operation's: 405 with the right one, and nothing of the request."""
    answer = nothing_stored.raw(sent(method, path), method=method)
    assert answer.status == 405
    assert answer.headers["Allow"] == allowed
    assert answer.json() == {"statusCode": 405, "message": "Method not allowed"}


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_overridden_method(nothing_stored: Client, name: str) -> None:
    """A header does not change the method."""
    assert nothing_stored.raw(sent("PUT", TURBO.submit_path, f"{name}: POST")).status == 405
    assert nothing_stored.raw(sent("POST", STATUS, f"{name}: GET")).status == 405
    assert nothing_stored.raw(sent("PUT", f"{TURBO.submit_path}?_method=POST")).status == 405


def test_authority_and_asterisk(nothing_stored: Client) -> None:
    """Targets that are no paths are not found."""
    for target in ("CONNECT elsewhere:443", "OPTIONS *"):
        assert nothing_stored.raw(message(f"{target} HTTP/1.1", *REST[:2])).status == 404


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "path",
    [
        "/v1/../../etc/passwd",
        "/v1/x/../../../etc/passwd",
        "/v1/x/..",
        "/v1/..%2f..%2fetc/passwd",
        "/v1/x/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/v1/%2e%2e/%2e%2e/etc/passwd",
        "/v1/x/%252e%252e%252fetc%252fpasswd",
        "/v1/x/..%5c..%5cetc%5cpasswd",
        "/v1/x/..\\..\\etc\\passwd",
        "/v1/x/....//....//etc/passwd",
        "/v1/x/%c0%ae%c0%ae%c0%afetc%c0%afpasswd",
        "/v1/x/..%00/output.png",
        "/v1//etc/passwd",
        "/v1/x/file:%2f%2f%2fetc%2fpasswd",
        "/v1/z-image-base_019d0000-0000-7000-8000-0000000000000/..%2foutput.png",
        "/v1/x/" + "..%2f" * 2000,
    ],
    ids=lambda path: path[:40],
)
def test_traversal(nothing_stored: Client, method: str, path: str) -> None:
    """No way out of the pictures: not found."""
    answer = nothing_stored.raw(message(f"{method} {path} HTTP/1.1", "Host: a"), method=method)
    assert answer.status == 404
    assert b"root:" not in answer.body


@pytest.mark.parametrize(
    "request_id",
    [
        "x" * 60_000,
        "%00",
        "%ff%fe",
        "%0d%0aX-Injected:%201",
        "%zz",
        "%",
        "..",
        "*",
        "'%20OR%201=1--",
        "z-image-base_019d0000-0000-7000-8000-0000000000000%0a",
        "z-image-base_019D0000-0000-7000-8000-0000000000000",
        "{request_id}",
        "%f0%9f%98%80",
        "a" * 65 + "_019d0000-0000-7000-8000-0000000000000",
    ],
    ids=lambda one: one[:30],
)
def test_strange_request_ids(nothing_stored: Client, request_id: str) -> None:
    """What cannot be a request_id is an unknown one, in the same words."""
    asked = message(f"GET /v2/requests/status/{request_id} HTTP/1.1", *REST[:2])
    answer = nothing_stored.raw(asked, method="GET")
    assert answer.status == 404
    assert answer.headers["X-Injected"] is None
    assert answer.json() == {
        "error": "Not Found",
        "message": "There is no request of that id for this subscription key.",
    }


@pytest.mark.parametrize(("length", "status"), [(60_000, 404), (70_000, 414), (2_000_000, 431)])
def test_long_paths(nothing_stored: Client, length: int, status: int) -> None:
    """A path of any length has an answer."""
    asked = message(f"GET /{'a' * length} HTTP/1.1", *REST[:2])
    assert nothing_stored.raw(asked, method="GET").status == status


def test_long_query(client: Client) -> None:
    """A long query is no hindrance."""
    assert client.post(BODY, path=f"{TURBO.submit_path}?{'a' * 50_000}").status == 202
