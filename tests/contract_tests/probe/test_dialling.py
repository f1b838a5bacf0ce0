"""Proxies of the environment lead to other machines, and never to this one."""

from collections.abc import Callable

import pytest
from rude_server import RudeServer

from mockgateway import MockGateway
from mockgateway.runtime.masquerade import Masquerade
from zimage_contract.probe.dialling import Place, is_loopback, proxy_for
from zimage_contract.probe.line import Line
from zimage_contract.probe.recorder import Recorder
from zimage_schemas import KEY_HEADER, LIVE_ORIGIN, MODELS

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
_NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_TRUST = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _NAMES + _TRUST:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("192.0.2.1", False),
        ("name.invalid", False),
        ("", False),
    ],
)
def test_this_machine_is_known_by_all_its_names(host: str, *, loopback: bool) -> None:
    """What cannot be resolved is not this machine."""
    assert is_loopback(host) is loopback


def test_proxies_are_for_other_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scheme's own proxy, unless NO_PROXY names the host; none for this machine."""
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("http_proxy", "proxy.example:3129")
    monkeypatch.setenv("no_proxy", "direct.invalid")

    assert proxy_for(Place("https", "other.invalid", 443)) == "http://proxy.example:3128"
    assert proxy_for(Place("http", "other.invalid", 80)) == "http://proxy.example:3129"
    assert proxy_for(Place("https", "direct.invalid", 443)) is None
    assert proxy_for(Place("http", "127.0.0.1", 80)) is None


def test_plain_http_tells_the_proxy_the_whole_url(
    rude: Callable[..., RudeServer], recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The credentials in the proxy's URL go along, and stand in no record."""
    proxy = rude(lambda connection, _request: connection.sendall(OK))
    monkeypatch.setenv("http_proxy", proxy.url.replace("//", "//me:p%40ss@"))

    with Line(recorder, 5) as line:
        found = line.send("GET", "http://gateway.invalid/a?b=c")

    assert found.answer == b"ok"
    request, host, *_ = proxy.requests[0].split(b"\r\n")
    assert (request, host) == (b"GET http://gateway.invalid/a?b=c HTTP/1.1", b"Host: gateway.invalid")
    assert b"Proxy-Authorization: Basic bWU6cEBzcw==\r\n" in proxy.requests[0]
    assert found.header("Proxy-Authorization") is None


def test_a_proxy_that_refuses_is_told(
    rude: Callable[..., RudeServer], recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer is not the gateway's."""
    answer = b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n"
    proxy = rude(lambda connection, _request: connection.sendall(answer))
    monkeypatch.setenv("https_proxy", proxy.url)

    with Line(recorder, 5) as line:
        found = line.send("GET", "https://gateway.invalid/")

    assert found.broken == "no connection: the proxy answered 407 Who are you"
    request, host, *_ = proxy.requests[0].split(b"\r\n")
    assert (request, host) == (b"CONNECT gateway.invalid:443 HTTP/1.1", b"Host: gateway.invalid:443")


def test_the_live_name_is_reached_through_a_proxy_with_the_environment_s_trust(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONNECT, TLS for the name, and one connection for many requests; without the trust, none."""
    with MockGateway() as gateway, Masquerade(gateway) as masquerade, Line(recorder, 5) as line:
        monkeypatch.setenv("https_proxy", masquerade.proxy_url)
        url = LIVE_ORIGIN + MODELS["base"].submit_path
        refused = line.send("POST", url)
        monkeypatch.setenv("SSL_CERT_FILE", str(masquerade.ca_file))
        found = [line.send("POST", url, headers=((KEY_HEADER, "some-key"),)) for _ in range(3)]
        connections = masquerade.connections

    assert "is not trusted" in refused.broken
    assert [each.status for each in found] == [400] * 3
    assert connections == 2
