"""Requests that end early, twice, or elsewhere than they say: one verdict, and no second request inside."""

import pytest
from mock_support import BODY, KEY, REQUEST, TURBO, Client, message, submit_message

from zimage_schemas import KEY_HEADER

LENGTH = f"Content-Length: {len(BODY)}"
CHUNKED = "Transfer-Encoding: chunked"
CHUNK = b"%x\r\n%s\r\n" % (len(BODY), BODY)
HIDDEN = submit_message(LENGTH, "Connection: close", body=BODY)


@pytest.mark.parametrize(
    ("header", "body"),
    [
        (f"Content-Length: {len(BODY) + 1}", BODY),
        ("Content-Length: 1000", b""),
        (CHUNKED, CHUNK),
        (CHUNKED, CHUNK + b"0"),
        (CHUNKED, CHUNK + b"5\r\nab"),
        (CHUNKED, b""),
    ],
    ids=["a byte short", "no body", "no last chunk", "half the last chunk", "half a chunk", "no chunk"],
)
def test_broken_off(nothing_stored: Client, header: str, body: bytes) -> None:
    """A body that ends before its end is refused, though what came were a request."""
    answer = nothing_stored.raw(submit_message(header, body=body), half_close=True)
    assert answer.status == 400
    assert answer.json() == {"error": "Bad Request", "message": "The body broke off before its end."}


@pytest.mark.parametrize(
    "end", [b"zz\r\n", b"-1\r\n", b"fffffffffffffffffffff\r\n", b"\r\n", b"0x1\r\na\r\n"]
)
def test_broken_chunks(nothing_stored: Client, end: bytes) -> None:
    """A chunk of no length is refused, though what came before were a request."""
    answer = nothing_stored.raw(submit_message(CHUNKED, "Connection: close", body=CHUNK + end))
    assert answer.status == 400
    assert answer.json() == {"error": "Bad Request", "message": "The body broke off before its end."}


@pytest.mark.parametrize(
    "headers",
    [
        ["Content-Length: -1"],
        ["Content-Length: +5"],
        ["Content-Length: 0x5"],
        ["Content-Length: 5 5"],
        ["Content-Length: 5, 5"],
        ["Content-Length: five"],
        ["Content-Length:"],
        ["Content-Length: 99999999999999999999999999"],
        [LENGTH, "Content-Length: 3"],
        ["Content-Length: 3", LENGTH],
        ["Transfer-Encoding: gzip"],
        ["Transfer-Encoding: xchunked"],
        ["Transfer-Encoding: chunked, identity"],
        [LENGTH, "Transfer-Encoding: identity"],
        ["Transfer-Encoding : chunked"],
        ["Content-Length : 5"],
    ],
    ids=",".join,
)
def test_no_clear_length(nothing_stored: Client, headers: list[str]) -> None:
    """A request that does not say clearly how long it is: 400, and the connection is closed."""
    answers = nothing_stored.all_of(submit_message(*headers, body=BODY + HIDDEN))
    assert answers.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert answers.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("order", [1, -1])
def test_both_lengths(client: Client, order: int) -> None:
    """With a length and chunks, the chunks count, as HTTP says, and nothing behind them is a request."""
    headers = ["Content-Length: 4", CHUNKED][::order]
    answers = client.all_of(submit_message(*headers, body=CHUNK + b"0\r\n\r\n" + HIDDEN))
    assert answers.startswith(b"HTTP/1.1 202 Accepted\r\n")
    assert answers.count(b"HTTP/1.1 ") == 1


def test_same_length_twice(client: Client) -> None:
    """A length that is said twice is that length."""
    assert client.raw(submit_message(LENGTH, LENGTH)).status == 202


@pytest.mark.parametrize("head", ["GET /v2/requests/status/x HTTP/1.1", "POST /nowhere HTTP/1.1"])
def test_body_where_none_is_read(nothing_stored: Client, head: str) -> None:
    """A request in the body of another that has no use for a body is not answered."""
    sent = message(head, "Host: a", f"{KEY_HEADER}: {KEY}", f"Content-Length: {len(HIDDEN)}", body=HIDDEN)
    last = message("GET /the-end HTTP/1.1", "Host: a", "Connection: close")
    answers = nothing_stored.all_of(sent + last)
    assert b" 202 " not in answers
    assert answers.count(b"HTTP/1.1 404 ") == answers.count(b"HTTP/1.1 ") <= 2


def test_one_after_the_other(client: Client) -> None:
    """Requests sent at once on one connection are answered in turn."""
    sent = submit_message(LENGTH) * 3 + submit_message(LENGTH, "Connection: close")
    answers = client.all_of(sent)
    assert answers.count(b"HTTP/1.1 202 ") == answers.count(b"HTTP/1.1 ") == 4


@pytest.mark.parametrize(
    "sent",
    [
        b"\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET  / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1 x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\0" * 100 + b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
        b"POST http:// HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
    ids=repr,
)
def test_no_http(nothing_stored: Client, sent: bytes) -> None:
    """What is no HTTP is answered 400 or not at all, and the connection is closed."""
    answers = nothing_stored.all_of(sent + b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert answers[:13] in (b"", b"HTTP/1.1 400 ", b"HTTP/1.1 404 ")


@pytest.mark.parametrize("target", ["http://elsewhere.example:99", "https://elsewhere.example"])
def test_absolute_target(client: Client, target: str) -> None:
    """A target with an origin counts, as HTTP says, and Host does not; the scheme is the connection's."""
    line = f"POST {target}{TURBO.submit_path} HTTP/1.1"
    answer = client.raw(submit_message(LENGTH, line=line))
    assert answer.status == 202
    origin = target.replace("https", "http")
    assert answer.json()["polling_url"].startswith(f"{origin}/v2/requests/status/")


def test_absolute_target_with_a_password(nothing_stored: Client) -> None:
    """A target with a name and password in it is refused."""
    line = f"POST http://name:word@elsewhere.example{TURBO.submit_path} HTTP/1.1"
    assert nothing_stored.raw(submit_message(LENGTH, line=line)).status == 400


def test_upgrade_is_ignored(client: Client) -> None:
    """A wish to speak another protocol is no hindrance to speaking this one."""
    upgrade = [
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: eA==",
    ]
    assert client.raw(submit_message(LENGTH, *upgrade)).status == 202
    assert client.submit(REQUEST, Connection="close").status == 202
