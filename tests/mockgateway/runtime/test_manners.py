"""Answers that come late, in pieces, cut off, with a reset, or not at all; seen from a socket."""

import http.client
import resource
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from mockgateway.domain.manner import Drip, Manner
from mockgateway.runtime import manners
from mockgateway.runtime.manners import _pieces
from mockgateway.runtime.server import Server, listen

BODY = b"0123456789" * 100
PATIENCE = 20.0
MANNERS = {
    "/delay": Manner(delay=0.05),
    "/reset": Manner(reset=True),
    "/hang": Manner(hang=True),
    "/slow": Manner(delay=3600),
    "/truncate": Manner(truncate=0.5),
    "/truncate-all": Manner(truncate=0.0),
    "/drip": Manner(drip=Drip(7, 0.01)),
    "/drip-slowly": Manner(drip=Drip(2, 3600.0)),
    "/drip-truncate": Manner(truncate=0.3, drip=Drip(3, 0.0)),
}


def app(environ, start_response):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201, D103 - a WSGI application
    if found := MANNERS.get(environ["PATH_INFO"]):
        environ["mockgateway.manner"] = found
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(BODY)))])
    return [BODY]


@pytest.fixture(scope="module", params=["127.0.0.1", "0.0.0.0", "::1"])  # noqa: S104 - a wildcard is a case
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server on that address."""
    if request.param == "::1" and not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    running = Server(app, listen(request.param, 0)).start()
    yield running
    running.stop()


def connect(server: Server) -> socket.socket:
    """Open a connection to it."""
    host, _, port = server.url.removeprefix("http://").rpartition(":")
    host = {"0.0.0.0": "127.0.0.1"}.get(host, host.strip("[]"))  # noqa: S104
    return socket.create_connection((host, int(port)), timeout=PATIENCE)


def ask(connection: socket.socket, path: str) -> http.client.HTTPResponse:
    """Ask on a connection and return the head of the answer."""
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: mock.test\r\n\r\n".encode())
    response = http.client.HTTPResponse(connection)
    try:
        response.begin()
    except OSError:
        response.close()
        raise
    return response


@pytest.mark.parametrize("path", ["/plain", "/delay", "/drip"])
def test_what_is_only_slow_arrives_whole_and_the_connection_lives(server: Server, path: str) -> None:
    """A second request on the same connection is answered too."""
    with connect(server) as connection:
        for _ in range(2):
            with ask(connection, path) as response:
                assert response.read() == BODY


@pytest.mark.parametrize(
    ("path", "length"), [("/truncate", 500), ("/truncate-all", 0), ("/drip-truncate", 300)]
)
def test_a_truncated_body_is_announced_whole_and_ends_early(server: Server, path: str, length: int) -> None:
    """Content-Length says 1,000, fewer bytes come, and the connection ends."""
    with connect(server) as connection, ask(connection, path) as response:
        assert response.headers["Content-Length"] == "1000"
        with pytest.raises(http.client.IncompleteRead) as broken:
            response.read()
        assert broken.value.partial == BODY[:length]
        assert connection.recv(1) == b""


def test_a_reset_is_one(server: Server) -> None:
    """The client is told that the peer reset the connection; not one byte comes before."""
    with connect(server) as connection:
        connection.sendall(b"GET /reset HTTP/1.1\r\nHost: mock.test\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_a_reset_leaves_other_connections_alone(server: Server) -> None:
    """Those open before it, from the same address, are answered after it."""
    with ExitStack() as stack:
        others = [stack.enter_context(connect(server)) for _ in range(20)]
        for number in range(10):
            with connect(server) as connection, pytest.raises(ConnectionResetError):
                ask(connection, "/reset")
            for other in others[number::10]:
                with ask(other, "/plain") as response:
                    assert response.read() == BODY


def test_a_reset_works_over_tls(tmp_path: Path) -> None:
    """The connection under the encryption is reset."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    issued.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    server = Server(app, listen("127.0.0.1", 0), (tmp_path / "both.pem", tmp_path / "key.pem")).start()
    try:
        port = int(server.url.rpartition(":")[2])
        context = ssl.create_default_context()
        authority.configure_trust(context)
        for path in ("/plain", "/reset"):
            with (
                socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as plain,
                context.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
            ):
                if path == "/reset":
                    with pytest.raises(ConnectionResetError):
                        ask(connection, path)
                else:
                    assert ask(connection, path).read() == BODY
    finally:
        server.stop()


def test_where_no_descriptor_is_found_the_connection_ends_abruptly(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No whole answer comes, and the connection ends."""
    monkeypatch.setattr(manners, "reset", lambda _connections: 0)
    with connect(server) as connection:
        connection.sendall(b"GET /reset HTTP/1.1\r\nHost: mock.test\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(4096), b""))
    assert received.endswith(b"\r\n\r\n") or not received


def test_a_thousand_slow_clients_hold_no_thread_and_delay_nobody(server: Server) -> None:
    """While they wait, another is answered 200 times; all that happens on one loop."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 4096:
        pytest.skip("this machine does not let a process open 4,096 files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4096), hard))
    try:
        with ExitStack() as stack:
            before = threading.active_count()
            for number in range(1000):
                waiting = stack.enter_context(connect(server))
                path = ("/hang", "/slow")[number % 2]
                waiting.sendall(f"GET {path} HTTP/1.1\r\nHost: mock.test\r\n\r\n".encode())
            happy = stack.enter_context(connect(server))
            for _ in range(200):
                with ask(happy, "/plain") as response:
                    assert response.read() == BODY
            assert threading.active_count() == before
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_server_stops_while_clients_wait() -> None:
    """Waiting answers hold up nothing, and their connections end."""
    server = Server(app, listen("127.0.0.1", 0)).start()
    with ExitStack() as stack:
        waiting = []
        for path in ("/hang", "/slow", "/drip-slowly"):
            waiting.append(stack.enter_context(connect(server)))
            waiting[-1].sendall(f"GET {path} HTTP/1.1\r\nHost: mock.test\r\n\r\n".encode())
        waiting[-1].recv(4096)
        with connect(server) as other:
            ask(other, "/plain").close()
        server.stop()
        for connection in waiting:
            with suppress(ConnectionResetError):
                while connection.recv(4096):
                    pass


@given(st.binary(), st.integers(1, 50))
def test_pieces_are_the_body(body: bytes, count: int) -> None:
    """In order, none empty but for an empty body's, and no more than asked for."""
    found = list(_pieces(body, count))
    assert b"".join(found) == body
    assert len(found) <= count
    assert all(found) or not body
