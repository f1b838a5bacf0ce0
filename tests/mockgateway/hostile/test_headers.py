"""Headers that are too many, too long, twice there, or mean harm."""

import pytest
from mock_support import BODY, INVALID_KEY, JSON, KEY, MISSING_KEY, TURBO, Client, message, submit_message

from zimage_schemas import KEY_HEADER

LENGTH = f"Content-Length: {len(BODY)}"
LINE = f"POST {TURBO.submit_path} HTTP/1.1"
TYPE = "Content-Type: application/json"
BAD_HOSTS = [
    'a"b',
    'a",name="x',
    "a b",
    "a@b",
    "a/b",
    "a?b",
    "a#b",
    "a\\b",
    "<a>",
    "a,b",
    "a:b",
    "a:99999",
    "a:123456",
    "a:",
    ":80",
    "[::1",
    "[x]",
    "é",
    "a" * 254,
    "a" * 10_000,
    "%61",
]


def with_key(value: bytes) -> bytes:
    """Write a submit whose key is these bytes."""
    return message(LINE, "Host: a", TYPE, LENGTH, f"{KEY_HEADER}: ".encode() + value, body=BODY)


@pytest.mark.parametrize("host", BAD_HOSTS, ids=lambda host: host[:20])
def test_bad_host(nothing_stored: Client, host: str) -> None:
    """A Host that is none is refused, not built into a URL."""
    answer = nothing_stored.raw(submit_message(LENGTH, host=host))
    assert answer.status == 400
    assert answer.json() == {"error": "Bad Request", "message": "The Host header is not a host name."}


@pytest.mark.parametrize("host", BAD_HOSTS, ids=lambda host: host[:20])
def test_bad_host_in_a_challenge(nothing_stored: Client, host: str) -> None:
    """A challenge repeats no Host that is none, so that nobody writes our headers."""
    answer = nothing_stored.raw(message(LINE, f"Host: {host}", TYPE, LENGTH, body=BODY))
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == (
        'AzureApiManagementKey realm="z-image-turbo-834/v1",name="Ocp-Apim-Subscription-Key",type="header"'
    )


@pytest.mark.parametrize("slug", ['a"b', "a%22,x=%22", "a%0d%0aSet-Cookie:%20x=1", "%C3%BC", "<a>", "a%00b"])
def test_path_in_a_challenge(nothing_stored: Client, slug: str) -> None:
    """A challenge repeats of a path only what is harmless in a header."""
    answer = nothing_stored.raw(message(f"POST /{slug}/v1/x HTTP/1.1", "Host: a", "Content-Length: 0"))
    if answer.dialect() == "server":
        assert answer.status == 400
        return
    assert answer.status == 401
    assert answer.headers["Set-Cookie"] is None
    realm = answer.headers["WWW-Authenticate"].split('"')[1]
    assert realm.startswith("http://a/")
    assert realm.endswith("/v1")
    assert answer.headers["WWW-Authenticate"].count('"') == 6


def test_hosts(nothing_stored: Client) -> None:
    """Two Hosts, or none in HTTP/1.1, are refused."""
    assert nothing_stored.raw(submit_message("Host: elsewhere", LENGTH)).status == 400
    assert nothing_stored.raw(submit_message(LENGTH, host="")).status == 400


@pytest.mark.parametrize(
    "key",
    [b"caf\xc3\xa9-key-0001", b"caf\xe9-key-0001", b"k" * 10_000, b"a\tb", b"\xff" * 20, "ключ".encode()],
    ids=lambda key: repr(key[:16]),
)
def test_strange_keys(nothing_stored: Client, key: bytes) -> None:
    """A key beyond ASCII or beyond all measure is an invalid one."""
    answer = nothing_stored.raw(with_key(key))
    assert answer.status == 401
    assert answer.json() == {"statusCode": 401, "message": INVALID_KEY}


@pytest.mark.parametrize("key", [b"a\x00b", b"a\x01b", b"a\x7fb", b"a\rb", b"a\r\n b"], ids=repr)
def test_control_characters_in_keys(nothing_stored: Client, key: bytes) -> None:
    """Control characters in a header are no HTTP."""
    answer = nothing_stored.raw(with_key(key))
    assert (answer.status, answer.dialect()) == (400, "server")


def test_injected_line(nothing_stored: Client) -> None:
    """A line end in a value begins another header, and a submit without its key is refused."""
    answer = nothing_stored.raw(with_key(b"\r\nX-Other: " + KEY.encode()))
    assert answer.json() == {"statusCode": 401, "message": MISSING_KEY}


@pytest.mark.parametrize("second", [KEY, "another-key", ""])
def test_two_keys(nothing_stored: Client, second: str) -> None:
    """Two key headers are no key, even when they agree."""
    for keys in ([KEY, second], [second, KEY]):
        headers = [f"{KEY_HEADER}: {key}" for key in keys]
        answer = nothing_stored.raw(message(LINE, "Host: a", TYPE, LENGTH, *headers, body=BODY))
        assert answer.json() == {"statusCode": 401, "message": INVALID_KEY}


@pytest.mark.parametrize(
    "name", ["Ocp_Apim_Subscription_Key", "Ocp-Apim-Subscription_Key", "OCP_APIM_SUBSCRIPTION_KEY"]
)
def test_underscores(nothing_stored: Client, name: str) -> None:
    """A header with underscores is another header, alone and beside the right one."""
    alone = nothing_stored.raw(message(LINE, "Host: a", TYPE, LENGTH, f"{name}: {KEY}", body=BODY))
    assert alone.json() == {"statusCode": 401, "message": MISSING_KEY}
    both = nothing_stored.raw(
        submit_message(f"{name}: other", "Content_Length: 1", LENGTH, body=b" " * len(BODY))
    )
    assert both.status == 400


def test_many_headers(nothing_stored: Client) -> None:
    """A hundred headers are read; five thousand are refused before they are."""
    many = [f"X-{number}: {number}" for number in range(5000)]
    assert nothing_stored.raw(submit_message("Content-Length: 0", *many[:90], body=b"")).status == 400
    answer = nothing_stored.raw(submit_message(LENGTH, *many))
    assert (answer.status, answer.dialect()) == (431, "server")


@pytest.mark.parametrize("length", [1_000_000, 20_000_000])
def test_huge_header(nothing_stored: Client, length: int) -> None:
    """A header of megabytes is refused before it is read."""
    answer = nothing_stored.raw(with_key(b"k" * length))
    assert (answer.status, answer.dialect()) == (431, "server")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "/callback",
        "ftp://a/b",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "http:///x",
        "https://a b/",
        "http://a:99999/",
        "http://a:x/",
        "http://[::1/",
        'http://a/"><x',
        "http://a/\x80",
        "http://" + "a" * 2048,
        KEY,
    ],
    ids=lambda url: url[:20],
)
def test_bad_webhook_url(nothing_stored: Client, url: str) -> None:
    """A callback URL that is none is refused, and not repeated."""
    answer = nothing_stored.post(BODY, {**JSON, "X-Webhook-URL": url})
    assert answer.status == 400
    assert answer.dialect() == "queue"
    message = answer.json()["message"]
    assert message.startswith("X-Webhook-URL ")
    assert not url or url not in message


def test_nobody_is_let_in_by_other_headers(nothing_stored: Client) -> None:
    """Headers by which proxies speak of keys, paths and methods mean nothing here."""
    headers = {
        "X-Original-URL": TURBO.submit_path,
        "X-Rewrite-URL": TURBO.submit_path,
        "X-HTTP-Method-Override": "POST",
        "X-Forwarded-Host": "elsewhere.example",
        "X-Forwarded-Proto": "https",
        "Forwarded": "host=elsewhere.example;proto=https",
    }
    assert nothing_stored.ask("POST", "/nowhere", BODY, {KEY_HEADER: KEY, **JSON, **headers}).status == 404


def test_forwarded_headers_are_not_believed(client: Client) -> None:
    """The origin is that of Host, whatever a forwarding header says."""
    headers = {"X-Forwarded-Host": "elsewhere.example", "X-Forwarded-Proto": "https"}
    said = client.post(BODY, {**JSON, **headers}).json()
    assert said["polling_url"].startswith(f"{client.url}/")
