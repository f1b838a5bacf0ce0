"""The proxy: what it leads to, what it refuses, and what breaks behind it breaking in front of it too."""

import asyncio
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer

from mockgateway import Masquerade, MockGateway
from mockgateway.domain.addresses import Address
from mockgateway.domain.targets import read_target
from mockgateway.runtime.masquerade import proxy as proxy_module
from mockgateway.runtime.masquerade.reach import Refused, Unreadable, Wish, judge, read_wish
from zimage_schemas import KEY_HEADER, LIVE_ORIGIN, MEDIA_ORIGIN, MODELS

CALLS, PICTURES = LIVE_ORIGIN.removeprefix("https://"), MEDIA_ORIGIN.removeprefix("https://")
PATIENCE = 20.0
BODY = json.dumps({"prompt": "A red bicycle", "image_size": "square_1_1"})
# Every way to say "this machine" that a resolver, a socket or a careless parser may understand.
SELVES = [
    "127.0.0.1", "localhost", "LOCALHOST", "localhost.", "127.8.9.10", "0.0.0.0", "0", "127.1", "127.0.1",  # noqa: S104
    "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "127.0.0.1.", "[::1]", "[::]",
    "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]", "[::1%lo]", "a@127.0.0.1", "127.0.0.1:80@localhost", "rebound.example",
]  # fmt: skip


def port_of(url: str) -> int:
    """Return the port of an origin."""
    return int(url.rpartition(":")[2])


def ask(masquerade: Masquerade, head: str) -> str:
    """Send the proxy a head and return all that it answers."""
    with socket.create_connection(("127.0.0.1", port_of(masquerade.proxy_url)), PATIENCE) as connection:
        connection.sendall(f"{head}\r\n\r\n".encode())
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(4096), b"")).decode()


@contextmanager
def tunnel(masquerade: Masquerade, host: str = CALLS) -> Iterator[http.client.HTTPSConnection]:
    """Connect to a live host by the proxy, its certificate verified."""
    trust = ssl.create_default_context(cafile=masquerade.ca_file)
    port = port_of(masquerade.proxy_url)
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=trust)
    connection.set_tunnel(host, 443)
    try:
        yield connection
    finally:
        connection.close()


def submit(connection: http.client.HTTPSConnection, key: str = "mock-happy-proxy") -> str:
    """Submit a job and return the path that it is polled at."""
    headers = {KEY_HEADER: key, "Content-Type": "application/json"}
    connection.request("POST", MODELS["base"].submit_path, BODY, headers)
    polling_url = json.loads(connection.getresponse().read())["polling_url"]
    assert polling_url.startswith(f"{LIVE_ORIGIN}/v2/requests/status/")
    return str(polling_url.removeprefix(LIVE_ORIGIN))


@pytest.fixture
def networked(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[MockGateway, Masquerade]]:
    """A mock and a masquerade that lets other hosts be reached; one of them resolves to this machine."""
    look_up: Callable[..., list[Address]] = proxy_module.look_up

    def rebound(name: str, deadline: object) -> list[Address]:
        known = {"rebound.example": [ip_address("93.184.215.14"), ip_address("127.0.0.1")]}
        return known.get(name) or look_up(name, deadline)

    monkeypatch.setattr(proxy_module, "look_up", rebound)
    with MockGateway() as gateway, Masquerade(gateway, allow_network=True) as masquerade:
        yield gateway, masquerade


@pytest.mark.parametrize("self", SELVES)
def test_no_name_leads_to_the_mock_or_the_proxy(networked: tuple[MockGateway, Masquerade], self: str) -> None:
    """Refused as a tunnel and as a request, with the network allowed too; nothing arrives at the mock."""
    gateway, masquerade = networked
    front = port_of(str(json.loads((masquerade.folder / "node/front.json").read_text())["front"]))
    for port in (port_of(gateway.url), port_of(masquerade.proxy_url), front):
        asked = [f"CONNECT {self}:{port} HTTP/1.1"]
        asked += [f"GET {scheme}://{self}:{port}/__mock__/health HTTP/1.1" for scheme in ("http", "https")]
        for line in asked:
            answer = ask(masquerade, line)
            assert answer.startswith(("HTTP/1.1 403 ", "HTTP/1.1 400 ")), (line, answer)
            assert '"status": "ok"' not in answer


@pytest.mark.parametrize("host", [CALLS, PICTURES])
@pytest.mark.parametrize(
    "path", ["/__mock__/health", "/__mock__/journal", "/%5f_mock__/health", "/openapi.json"]
)
@pytest.mark.parametrize("said", [None, "localhost", "127.0.0.1", "[::1]"])
def test_the_live_hosts_serve_no_control_api(masquerade: Masquerade, host: str, path: str, said: str) -> None:
    """Whatever the Host header inside the tunnel says; it is an exchange like any other."""
    with tunnel(masquerade, host) as connection:
        connection.request("GET", path, headers={"Host": said} if said else {})
        answer = connection.getresponse()
        assert answer.status == (421 if said else 404)
        assert b"mock" not in answer.read()


@pytest.mark.parametrize("written", [CALLS, CALLS.upper(), f"{CALLS}:443"])
def test_the_urls_are_the_live_ones_however_the_host_is_written(masquerade: Masquerade, written: str) -> None:
    """In large letters, or with its port."""
    with tunnel(masquerade) as connection:
        headers = {"Host": written, KEY_HEADER: "mock-happy-proxy", "Content-Type": "application/json"}
        connection.request("POST", MODELS["base"].submit_path, BODY, headers)
        told = json.loads(connection.getresponse().read())
        assert told["polling_url"].startswith(f"{LIVE_ORIGIN}/v2/requests/status/")


def test_each_host_serves_its_own(masquerade: Masquerade) -> None:
    """A picture is not at the gateway, and a status not where the pictures are."""
    with tunnel(masquerade) as calls, tunnel(masquerade, PICTURES) as pictures:
        path = submit(calls)
        told = {"status": "QUEUED"}
        while told["status"] != "COMPLETED":
            calls.request("GET", path, headers={KEY_HEADER: "mock-happy-proxy"})
            told = json.loads(calls.getresponse().read())
        (media_url,) = told["output"]["media_url"]  # type: ignore[index]
        assert media_url.startswith(f"{MEDIA_ORIGIN}/v1/")
        media = media_url.removeprefix(MEDIA_ORIGIN)
        for connection, asked, status in (
            (calls, media, 404), (pictures, media, 200), (calls, path, 200), (pictures, path, 404),
        ):  # fmt: skip
            connection.request("GET", asked, headers={KEY_HEADER: "mock-happy-proxy"})
            answer = connection.getresponse()
            assert (answer.status, answer.read()[:1] == b"\x89") == (status, asked == media and status == 200)


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("CONNECT example.com:443 HTTP/1.1", 403, "example.com:443 was refused: the network is off; --allow"),
        ("GET http://example.com/ HTTP/1.1", 403, "example.com:80 was refused: the network is off; --allow"),
        (f"CONNECT x.{CALLS}:443 HTTP/1.1", 403, f"x.{CALLS}:443 was refused"),
        (f"GET http://{CALLS}/ HTTP/1.1", 403, f"{CALLS}:80 was refused: the gateway is reached by https"),
        (f"CONNECT {CALLS}:80 HTTP/1.1", 403, f"{CALLS}:80 was refused: the gateway is reached by https"),
        (f"GET http://{CALLS}:443/ HTTP/1.1", 403, f"{CALLS}:443 was refused: the gateway is reached by"),
        ("GET / HTTP/1.1", 400, "this port is the proxy of `mockgateway run`"),
        ("GET /__mock__/health HTTP/1.1", 400, "this port is the proxy of `mockgateway run`"),
        (f"CONNECT {CALLS}:443/x HTTP/1.1", 400, "CONNECT takes a host and a port"),
        ("SING", 400, "this is no HTTP/1.1 request"),
        ("GET http://a/ HTTP/1.1\r\nX: " + "x" * 100_000, 431, "the head is too long"),
    ],
)  # fmt: skip
def test_all_else_is_refused_with_one_line(masquerade: Masquerade, line: str, code: int, words: str) -> None:
    """The body says what and why; what was refused by its name is remembered."""
    answer = ask(masquerade, line)
    assert answer.startswith(f"HTTP/1.1 {code} ")
    body = answer.partition("\r\n\r\n")[2]
    assert body.startswith(f"mockgateway run: {words}")
    assert body.count("\n") == 1
    if code == 403:
        ((barred, count),) = masquerade.refused.items()
        assert (f"{barred.place} was refused: {barred.why}" in body, count) == (True, 1)


def test_a_request_in_full_form_reaches_the_mock(masquerade: Masquerade) -> None:
    """Some programs send `POST https://…` to a proxy instead of a CONNECT."""
    path = MODELS["base"].submit_path
    head = (
        f"POST {LIVE_ORIGIN}{path} HTTP/1.1\r\nHost: x\r\nProxy-Connection: keep-alive\r\n{KEY_HEADER}: key"
    )
    with socket.create_connection(("127.0.0.1", port_of(masquerade.proxy_url)), PATIENCE) as connection:
        sent = f"{head}\r\nContent-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n{BODY}"
        connection.sendall(sent.encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.status == 202
        assert json.loads(answer.read())["polling_url"].startswith(LIVE_ORIGIN)


def test_other_hosts_are_reached_when_that_is_allowed(networked: tuple[MockGateway, Masquerade]) -> None:
    """As a tunnel, and as a request whose way back is the same; a port that nobody listens on is a 502."""
    _, masquerade = networked
    with HTTPServer() as other:  # the fixture's is everybody's, and must go on
        other.expect_request("/there").respond_with_data("here")
        place = f"localhost:{other.port}"
        assert ask(masquerade, f"GET http://{place}/there HTTP/1.1\r\nHost: x").endswith("\r\n\r\nhere")
        with socket.create_connection(("127.0.0.1", port_of(masquerade.proxy_url)), PATIENCE) as connection:
            connection.sendall(f"CONNECT {place} HTTP/1.1\r\n\r\n".encode())
            assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
            connection.sendall(f"GET /there HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n".encode())
            assert b"".join(iter(lambda: connection.recv(4096), b"")).endswith(b"here")
    assert ask(masquerade, f"CONNECT {place} HTTP/1.1").startswith("HTTP/1.1 502 ")
    assert masquerade.refused == {}


RESET = (
    f"POST ORIGIN{MODELS['base'].submit_path} HTTP/1.1\r\nHost: {CALLS}\r\nContent-Type: application/json\r\n"
    f"{KEY_HEADER}: mock-reset-submit-after-proxy\r\nContent-Length: {len(BODY)}\r\n\r\n{BODY}"
)


def test_a_reset_comes_through(masquerade: Masquerade) -> None:
    """The program's connection is reset, under its TLS."""

    # With asyncio, since http.client and ssl call a reset and a mere end by the same name.
    async def submit_and_read() -> bytes:
        trust = ssl.create_default_context(cafile=masquerade.ca_file)
        reader, writer = await asyncio.open_connection("127.0.0.1", port_of(masquerade.proxy_url))
        writer.write(f"CONNECT {CALLS}:443 HTTP/1.1\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        await writer.start_tls(trust, server_hostname=CALLS)
        writer.write(RESET.replace("ORIGIN", "").encode())
        try:
            return await reader.read(1)
        finally:
            writer.transport.abort()

    with pytest.raises(ConnectionResetError):
        asyncio.run(submit_and_read())


def test_a_reset_comes_through_for_a_request_in_full_form(masquerade: Masquerade) -> None:
    """There the proxy speaks TLS to the mock, and the program none."""
    with socket.create_connection(("127.0.0.1", port_of(masquerade.proxy_url)), PATIENCE) as connection:
        connection.sendall(RESET.replace("ORIGIN", LIVE_ORIGIN).encode())
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_a_body_cut_short_comes_through(masquerade: Masquerade) -> None:
    """The length is announced whole, half of it comes, and the connection ends."""
    key = "mock-media-truncated-proxy"
    with tunnel(masquerade) as calls, tunnel(masquerade, PICTURES) as pictures:
        path = submit(calls, key)
        told = {"status": "QUEUED"}
        while told["status"] != "COMPLETED":
            calls.request("GET", path, headers={KEY_HEADER: key})
            told = json.loads(calls.getresponse().read())
        (media_url,) = told["output"]["media_url"]  # type: ignore[index]
        pictures.request("GET", media_url.removeprefix(MEDIA_ORIGIN))
        answer = pictures.getresponse()
        with pytest.raises(http.client.IncompleteRead) as broken:
            answer.read()
        assert len(broken.value.partial) == int(answer.headers["Content-Length"]) // 2


def test_who_leaves_while_an_answer_hangs_leaves_the_mock_too() -> None:
    """The mock learns of it, and another program is answered meanwhile."""
    key = "mock-hang-poll-proxy"
    with MockGateway() as gateway, Masquerade(gateway) as masquerade, tunnel(masquerade) as other:
        with tunnel(masquerade) as connection:
            path = submit(connection, key)
            connection.request("GET", path, headers={KEY_HEADER: key})
            gateway.account(key).journal.wait(kind="status")
            submit(other)
        submit(other)


def test_many_connections_hold_one_thread(masquerade: Masquerade) -> None:
    """Two hundred tunnels are open at once, and no thread was added for them."""
    with ExitStack() as stack:
        submit(stack.enter_context(tunnel(masquerade)))
        before = threading.active_count()
        for _ in range(200):
            connection = stack.enter_context(tunnel(masquerade))
            connection.connect()
        assert threading.active_count() == before
        submit(connection)


@pytest.mark.parametrize("address", ["10.9.8.7", "93.184.215.14", "fd00::7"])
def test_an_address_of_this_machine_is_judged_by_its_port(address: str) -> None:
    """Whatever network it is in: the mock's port is refused, others and other machines are not."""
    found = [ip_address(address)]
    mine, other = (
        Wish(tunnel=True, target=read_target(f"http://machine.example:{port}/")) for port in (4321, 4322)
    )
    with pytest.raises(Refused, match="the mock itself is not reached through its proxy"):
        judge(mine, found, {4321}, lambda _: True)
    assert judge(other, found, {4321}, lambda _: True) == found
    assert judge(mine, found, {4321}, lambda _: False) == found


def test_addresses_of_this_machine_are_known() -> None:
    """Those that it can listen on, and no others."""
    assert proxy_module._is_here(ip_address("127.0.0.1"))
    assert not proxy_module._is_here(ip_address("93.184.215.14"))
    assert not proxy_module._is_here(ip_address("2001:db8::1"))


@given(st.text(st.characters(max_codepoint=255)).filter(lambda text: "\r\n\r\n" not in text))
def test_whatever_is_sent_is_read_or_refused(text: str) -> None:
    """A head is a wish, or one of two errors."""
    try:
        wish = read_wish(text.encode("latin-1"))
    except (Refused, Unreadable):
        return
    assert wish.target.port
