"""Speaking TLS."""

import http.client
import json
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme
from mock_support import BODY, JSON, KEY, PATIENCE, TURBO

from zimage_schemas import KEY_HEADER

Serve = Callable[..., Any]
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def authority(folder: Path) -> trustme.CA:
    """An authority that made cert.pem and key.pem, and other.pem for another key."""
    authority = trustme.CA()
    for cert, key in (("cert.pem", "key.pem"), ("other.pem", "other-key.pem")):
        issued = authority.issue_cert("localhost", "127.0.0.1")
        issued.cert_chain_pems[0].write_to_path(folder / cert)
        issued.private_key_pem.write_to_path(folder / key)
    return authority


def test_tls(serve: Serve, authority: trustme.CA) -> None:
    """With a certificate and its key, it speaks TLS, and its URLs say https."""
    serving = serve(
        "--tls-cert", "cert.pem", "--tls-key", "key.pem", "--queue-time", "0", "--processing-time", "0"
    )
    assert serving.url.startswith("https://127.0.0.1:")
    context = ssl.create_default_context()
    authority.configure_trust(context)
    port = int(serving.url.rpartition(":")[2])
    connection = http.client.HTTPSConnection("localhost", port, timeout=PATIENCE, context=context)
    try:
        connection.request("POST", TURBO.submit_path, BODY, {KEY_HEADER: KEY, **JSON})
        answer = connection.getresponse()
        assert answer.status == 202
        polling_url = json.loads(answer.read())["polling_url"]
        assert polling_url.startswith(f"https://localhost:{port}/v2/")
        connection.request("GET", polling_url.partition(str(port))[2], headers={KEY_HEADER: KEY})
        (picture,) = json.loads(connection.getresponse().read())["output"]["media_url"]
        assert picture.startswith(f"https://localhost:{port}/v1/")
        connection.request("POST", TURBO.submit_path)
        answer = connection.getresponse()
        assert f'realm="https://localhost:{port}/' in answer.headers["WWW-Authenticate"]
        answer.read()
    finally:
        connection.close()


def test_plain_http_to_tls(serve: Serve, authority: trustme.CA) -> None:
    """Who speaks plain HTTP to it is cut off, and others are answered."""
    assert authority
    serving = serve("--tls-cert", "cert.pem", "--tls-key", "key.pem")
    serving.url = serving.url.replace("https", "http")
    with pytest.raises((http.client.BadStatusLine, ConnectionError)):
        serving.client.submit()
    assert serving.end()[0] == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--tls-cert", "cert.pem"], "--tls-cert and --tls-key go together"),
        (["--tls-key", "key.pem"], "--tls-cert and --tls-key go together"),
        (["--tls-cert", "cert.pem", "--tls-key", "other-key.pem"], "are no certificate and its key"),
        (["--tls-cert", "key.pem", "--tls-key", "cert.pem"], "are no certificate and its key"),
        (["--tls-cert", "missing.pem", "--tls-key", "key.pem"], "'missing.pem' does not exist"),
        (["--tls-cert", ".", "--tls-key", "key.pem"], "is a directory"),
    ],
)
def test_no_certificate(authority: trustme.CA, command: Command, options: list[str], words: str) -> None:
    """What is no pair of certificate and key: one line that says so, and exit 2."""
    assert authority
    code, out, err = command("serve", "--port", "0", *options)
    assert (code, out) == (2, "")
    assert err.startswith("mockgateway: ")
    assert words in err
    assert err.count("\n") == 1
