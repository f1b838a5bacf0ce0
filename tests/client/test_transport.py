"""The transport over `requests`: what its users expect, and nothing that they do not."""

import ssl
from pathlib import Path
from threading import Thread

import pytest
import requests
import trustme
from client_support import JOB, KEY, REQUEST, Gateway, accepted, picture
from pytest_httpserver import HTTPServer
from werkzeug import Response

from zimage_client import Client, Settings, Timeouts, TransportError
from zimage_client.testing import ManualClock
from zimage_client.transport import RequestsTransport


def test_a_proxy_of_the_environment_is_used(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateway's name is not even looked up."""
    monkeypatch.setenv("HTTP_PROXY", gateway.url)
    monkeypatch.setenv("http_proxy", gateway.url)
    assert gateway.client_with(base_url="http://gateway.test").submit(REQUEST).request_id == JOB


@pytest.fixture
def secure(tmp_path: Path) -> HTTPServer:
    """A server whose certificate was made by nobody known."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server = HTTPServer(ssl_context=context)
    server.expect_request("/z-image-turbo-834/v1/z-image-turbo-request").respond_with_handler(accepted)
    return server


def test_a_bundle_of_certificates_is_used(
    secure: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it the host is not trusted, and nothing was sent; so nothing is uncertain."""
    with secure, Client(KEY, secure.url_for(""), clock=ManualClock()) as client:
        with pytest.raises(TransportError, match="no certificate that this machine trusts") as caught:
            client.submit(REQUEST)
        assert not caught.value.uncertain
        assert not secure.log
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
        assert client.submit(REQUEST).request_id == JOB


def test_a_session_of_ones_own_is_used(gateway: Gateway) -> None:
    """With what was set on it."""
    session = requests.Session()
    session.headers["X-Mine"] = "yes"
    with Client(KEY, gateway.url, transport=RequestsTransport(session)) as client:
        client.submit(REQUEST)
    assert gateway.seen["submit"][0].headers["X-Mine"] == "yes"


def test_no_password_is_sent_after_a_redirect(
    gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`requests` would look for one of the new host."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    target = f"{gateway.url}/v1/elsewhere".replace("localhost", "127.0.0.1")
    gateway.script(media=[lambda _: Response("", 302, {"Location": target}), picture])
    gateway.client.job(JOB).download(tmp_path)
    assert "127.0.0.1" in gateway.seen["media"][1].host
    assert all("Authorization" not in request.headers for request in gateway.seen["media"])


def test_connections_are_kept_open(gateway: Gateway) -> None:
    """Many exchanges, one connection, as far as the server allows; here it is the pool that is asked."""
    transport = RequestsTransport(connections=3)
    adapter = transport._session.get_adapter(gateway.url)
    assert adapter._pool_maxsize == 3  # type: ignore[attr-defined]


def test_threads_share_a_client(gateway: Gateway) -> None:
    """Nothing is mixed up or lost."""
    client = gateway.client_with(Settings(timeouts=Timeouts(read=20)))
    found: list[str] = []

    def work() -> None:
        found.extend(client.submit(REQUEST).wait(timeout=0).request_id for _ in range(10))

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [JOB] * 80


def test_an_answer_that_drips_is_cut_off(gateway: Gateway) -> None:
    """Silence between two bytes may be short each time and long altogether."""

    class LateClock(ManualClock):
        def now(self) -> float:
            self._now += 25
            return self._now

    client = Client(KEY, gateway.url, clock=LateClock(), settings=Settings(timeouts=Timeouts(total=20)))
    with pytest.raises(TransportError, match="more than 20 seconds") as caught:
        client.submit(REQUEST)
    assert caught.value.uncertain
    client.close()


def test_a_flood_is_read_to_a_mebibyte(gateway: Gateway) -> None:
    """And is no JSON then."""
    gateway.script(poll=[lambda _: Response(b'{"a": "' + b"x" * (3 << 20), 500)])
    with pytest.raises(Exception, match="HTTP 500") as caught:
        gateway.client.job(JOB).status()
    assert len(caught.value.answer.body) == 1 << 20  # type: ignore[attr-defined]
