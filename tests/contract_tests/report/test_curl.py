"""Lines that repeat an exchange, run by a shell."""

import shutil
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reports import submit

from zimage_contract.exchange import Exchange
from zimage_contract.report import curl
from zimage_schemas import KEY_HEADER

GOOD, BAD = "good-key-$0123'\"456789", "bad-key-987654 `id` 3210"
KEYS = {"valid": GOOD, "invalid": BAD}
NEEDED = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("bash")), reason="bash or curl is missing"
)


class Echo(HTTPServer):
    """Remembers the last request."""

    seen: tuple[str, str, list[tuple[str, str]], bytes]


class _Handler(BaseHTTPRequestHandler):
    server: Echo

    def handle_one_request(self) -> None:
        """Take whatever comes."""
        self.raw_requestline = self.rfile.readline(65537)
        if self.raw_requestline and self.parse_request():
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            self.server.seen = (self.command, self.path, self.headers.items(), body)
            self.send_response(204)
            self.end_headers()
        self.close_connection = True

    def log_message(self, *_about: Any) -> None:
        """Be quiet."""


@pytest.fixture(scope="module")
def echo() -> Iterator[Echo]:
    """A server that tells what it was asked."""
    with Echo(("127.0.0.1", 0), _Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def repeated(exchange: Exchange, echo: Echo) -> tuple[str, str, dict[str, str], bytes]:
    """Run the line in a shell that has the keys, and return what arrived."""
    environment = {"PATH": "/usr/bin:/bin", "PIXAZO_API_KEY": GOOD, "INVALID_KEY": BAD}
    line = curl(exchange, KEYS)
    assert GOOD not in line
    assert BAD not in line
    ended = subprocess.run(
        ["bash", "-c", line], env=environment, capture_output=True, check=False, timeout=20
    )
    assert ended.returncode == 0, (line, ended.stderr)
    method, path, headers, body = echo.seen
    return method, path, {name.lower(): value for name, value in headers}, body


def sent(echo: Echo, **fields: Any) -> Exchange:
    """An exchange with the server."""
    port = echo.server_address[1]
    exchange = submit(**fields)
    parts = urlsplit(exchange.url)
    return submit(
        **fields | {"url": f"http://127.0.0.1:{port}{parts.path}{'?' if parts.query else ''}{parts.query}"}
    )


BODIES = [
    b'{"prompt": "a hen"}',
    b"@/etc/hostname",
    b'it\'s $HOME and `id` and "more" \\ !x',
    b"two\nlines\tand a tab\n",
    b"\x00\xff\xfe",
    "Ünïcode ✓".encode(),
    b"x" * 3_000_000,
    b"",
]


@NEEDED
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_body_arrives_as_it_was_sent(echo: Echo, body: bytes) -> None:
    """Text, bytes, and what is too long for a command line; method, path and key as well."""
    exchange = sent(echo, body=body, headers=(("Content-Type", "application/json"), (KEY_HEADER, GOOD)))
    method, path, headers, arrived = repeated(exchange, echo)
    assert (method, path, arrived) == ("POST", exchange.path, body)
    assert headers["content-type"] == "application/json"
    assert headers[KEY_HEADER.lower()] == GOOD


@NEEDED
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace")) | st.binary(max_size=20),
    value=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20).map(str.strip),
    key=st.sampled_from([GOOD, BAD, None]),
    method=st.sampled_from(["POST", "GET", "PUT", "HEAD"]),
)
def test_anything_arrives_as_it_was_sent(
    echo: Echo, body: bytes, value: str, key: str | None, method: str
) -> None:
    """Whatever the shell thinks of it."""
    body = b"" if method == "HEAD" else body
    headers = (("X-Webhook-URL", value), *(((KEY_HEADER, key),) if key else ()))
    found = repeated(sent(echo, method=method, body=body, headers=headers), echo)
    assert (found[0], found[3]) == (method, body)
    assert found[2]["x-webhook-url"] == value
    assert found[2].get(KEY_HEADER.lower()) == key
    assert "content-type" not in found[2]


@NEEDED
@pytest.mark.parametrize("path", ["/a/../b", "/a%20b/{1,2}/[1-3]?x='1'&y=$HOME", "/é%C3%A9?q=%00"])
def test_a_url_arrives_as_it_was_sent(echo: Echo, path: str) -> None:
    """Without curl's own ideas of it."""
    path = path.replace("é", "")
    assert repeated(sent(echo, method="GET", body=b"", url=f"http://x{path}"), echo)[1] == path


@NEEDED
@pytest.mark.parametrize(("name", "value"), [("Authorization", f"Bearer {GOOD}"), ("x-api-key", BAD)])
def test_a_key_in_a_strange_place_is_a_variable_too(echo: Echo, name: str, value: str) -> None:
    """Other headers, and the URL."""
    headers = ((name, value),)
    assert repeated(sent(echo, headers=headers), echo)[2][name.lower()] == value


def test_keys_are_named_by_their_situation() -> None:
    """The good one, or one that nobody knows, is PIXAZO_API_KEY; none and an empty one stay so."""
    assert '"Ocp-Apim-Subscription-Key: $INVALID_KEY"' in curl(submit(headers=((KEY_HEADER, BAD),)), KEYS)
    assert '"Ocp-Apim-Subscription-Key: $PIXAZO_API_KEY"' in curl(submit(headers=((KEY_HEADER, GOOD),)), KEYS)
    assert '"Ocp-Apim-Subscription-Key: $PIXAZO_API_KEY"' in curl(submit(headers=((KEY_HEADER, "mo…42"),)))
    assert "KEY" not in curl(submit(headers=()), KEYS)
    assert "'Ocp-Apim-Subscription-Key;'" in curl(submit(headers=((KEY_HEADER, ""),)), KEYS)


def test_a_picture_does_not_end_on_the_terminal() -> None:
    """Only the head of the answer to a download is shown."""
    line = curl(submit(kind="media", method="GET", body=b"", headers=()))
    assert "-o /dev/null -D -" in line
