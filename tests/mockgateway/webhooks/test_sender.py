"""One attempt at a callback, over a socket."""

import socket
import ssl
import threading
from collections.abc import Callable
from ipaddress import ip_address
from threading import Event
from time import monotonic
from typing import Any

import pytest
import trustme

from mockgateway.domain.addresses import Address
from mockgateway.domain.targets import Policy
from mockgateway.runtime.names import look_up
from mockgateway.runtime.sender import Sender
from mockgateway.runtime.wire import Deadline

HEADERS = {"Content-Type": "application/json", "webhook-id": "wh_1"}
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def standing_for(*addresses: str) -> Callable[[str, Deadline], list[Address]]:
    """Make a resolver that finds these, whatever the name."""
    return lambda _name, _deadline: [ip_address(each) for each in addresses]


def test_a_callback_is_one_post_of_the_document(receive: Any, answering: Any) -> None:
    """With its headers, the Host of the URL, path and query, and no wish for compression."""
    requests: list[bytes] = []
    receiver = receive(answering(OK, requests))
    result = Sender(Policy()).send(f"{receiver.url}?a=b#c", HEADERS, b'{"a": 1}')
    assert (result.status, result.error, result.answer, result.succeeded) == (200, None, "ok", True)
    head, _, body = requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /hook?a=b HTTP/1.1"
    assert body == b'{"a": 1}'
    assert {"webhook-id: wh_1", "Content-Length: 8", "Accept-Encoding: identity"} <= set(lines)
    assert [line for line in lines if line.startswith("Host")] == [f"Host: 127.0.0.1:{receiver.port}"]


@pytest.mark.parametrize("status", [201, 204, 301, 400, 410, 500])
def test_every_status_is_a_result(receive: Any, answering: Any, status: int) -> None:
    """Success is any 2xx."""
    receiver = receive(answering(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status))
    result = Sender(Policy()).send(receiver.url, HEADERS, b"{}")
    assert (result.status, result.error, result.succeeded) == (status, None, status < 300)


def test_interim_answers_are_passed_over(receive: Any, answering: Any) -> None:
    """Early hints are not the answer."""
    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
    receiver = receive(answering(interim + OK))
    assert Sender(Policy()).send(receiver.url, HEADERS, b"{}").answer == "ok"


def test_the_first_kilobyte_is_kept(receive: Any, answering: Any) -> None:
    """As text that any store takes, with a mark where it was cut."""
    receiver = receive(answering(b"HTTP/1.1 500 X\r\n\r\n\0\xff" + b"a" * 9999))
    result = Sender(Policy()).send(receiver.url, HEADERS, b"{}")
    assert result.answer == "\ufffd\ufffd" + "a" * 1022 + "…"


def test_a_wish_to_wait_is_read(receive: Any, answering: Any) -> None:
    """In seconds."""
    receiver = receive(answering(b"HTTP/1.1 503 X\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"))
    assert Sender(Policy()).send(receiver.url, HEADERS, b"{}").retry_after == 7


def test_an_answer_before_the_end_of_the_request_counts(receive: Any) -> None:
    """A receiver may answer and hang up without reading all of it."""

    def behave(connection: socket.socket, _stopped: Event) -> None:
        connection.sendall(b"HTTP/1.1 413 X\r\nContent-Length: 0\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass

    assert Sender(Policy()).send(receive(behave).url, HEADERS, b"x" * 100_000).status == 413


def test_nobody_there_is_a_result() -> None:
    """In words."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    result = Sender(Policy()).send(f"http://127.0.0.1:{port}/", HEADERS, b"{}")
    assert (result.status, result.error) == (None, "connection refused")


def test_a_name_is_looked_up_once_and_what_was_vetted_is_called(receive: Any, answering: Any) -> None:
    """A name that changes its address in between is called at the one that was judged."""
    receiver = receive(answering(OK))
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])

    def rebinding(_name: str, _deadline: Deadline) -> list[Address]:
        return [ip_address(each) for each in next(answers)]

    sender = Sender(Policy(), look_up=rebinding)
    url = f"http://rebinding.example:{receiver.port}/"
    assert sender.send(url, HEADERS, b"{}").status == 200
    refused = sender.send(url, HEADERS, b"{}")
    assert (refused.status, receiver.connections) == (None, 1)
    assert "169.254.169.254, a link-local address, where callbacks may not go" in str(refused.error)


def test_a_name_with_one_forbidden_address_is_not_called(receive: Any, answering: Any) -> None:
    """Even if another is allowed and stands first."""
    receiver = receive(answering(OK))
    sender = Sender(Policy(), look_up=standing_for("127.0.0.1", "169.254.169.254"))
    result = sender.send(f"http://two.example:{receiver.port}/", HEADERS, b"{}")
    assert "link-local" in str(result.error)
    assert receiver.connections == 0


def test_the_next_address_is_tried_when_one_refuses(receive: Any, answering: Any) -> None:
    """As for localhost, where few listen on IPv6; the Host header keeps the name."""
    requests: list[bytes] = []
    receiver = receive(answering(OK, requests))
    sender = Sender(Policy(), look_up=standing_for("127.0.0.2", "127.0.0.1"))
    assert sender.send(f"http://two.example:{receiver.port}/", HEADERS, b"{}").status == 200
    assert f"Host: two.example:{receiver.port}".encode() in requests[0]


def test_a_resolver_that_hangs_does_not() -> None:
    """Its time is part of the attempt's."""

    def hanging(_name: str, deadline: Deadline) -> list[Address]:
        Event().wait(deadline.left())
        raise TimeoutError

    result = Sender(Policy(), 0.2, look_up=hanging).send("http://slow.example/", HEADERS, b"{}")
    assert result.error == "no connection within 0.2 s"


def test_localhost_is_looked_up() -> None:
    """By the system's resolver."""
    assert ip_address("127.0.0.1") in look_up("localhost", Deadline(10))


def test_a_name_that_is_not_there_is_an_error() -> None:
    """Reserved never to exist."""
    with pytest.raises(OSError):  # noqa: PT011 - its words are the system's, or it takes too long
        look_up("nowhere.invalid", Deadline(5))


def tls(authority: trustme.CA, name: str) -> ssl.SSLContext:
    """Make a server's side of TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """Make a client's side of TLS that trusts this authority."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def test_tls_verifies_the_name_of_the_url_on_the_vetted_address(receive: Any, answering: Any) -> None:
    """The certificate is for the name; another name, or an authority nobody knows, is an error."""
    authority = trustme.CA()
    receiver = receive(answering(OK), tls=tls(authority, "hooks.example"))
    sender = Sender(Policy(), look_up=standing_for("127.0.0.1"), tls=trusting(authority))
    good = sender.send(f"https://hooks.example:{receiver.port}/", HEADERS, b"{}")
    assert (good.status, good.error) == (200, None)
    other = sender.send(f"https://other.example:{receiver.port}/", HEADERS, b"{}")
    assert "certificate is not trusted: Hostname mismatch" in str(other.error)
    stranger = Sender(Policy(), look_up=standing_for("127.0.0.1"))
    unknown = stranger.send(f"https://hooks.example:{receiver.port}/", HEADERS, b"{}")
    assert "certificate is not trusted" in str(unknown.error)


def test_proxies_of_the_environment_are_not_asked(
    receive: Any, answering: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A callback goes where its URL says."""
    proxy = receive(answering(OK))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    receiver = receive(answering(OK))
    assert Sender(Policy()).send(receiver.url, HEADERS, b"{}").status == 200
    assert (receiver.connections, proxy.connections) == (1, 0)


def test_stopping_breaks_off_what_is_under_way(receive: Any) -> None:
    """At once, and for good."""
    arrived = Event()

    def behave(_connection: socket.socket, stopped: Event) -> None:
        arrived.set()
        stopped.wait(10)

    receiver = receive(behave)
    sender = Sender(Policy())
    results = []
    thread = threading.Thread(target=lambda: results.append(sender.send(receiver.url, HEADERS, b"{}")))
    thread.start()
    arrived.wait(5)
    began = monotonic()
    sender.stop()
    thread.join()
    assert monotonic() - began < 5
    assert results[0].error is not None
    assert sender.send(receiver.url, HEADERS, b"{}").error == "the mock was stopped"


@pytest.mark.parametrize(
    "url", ["", "http://", "ftp://example.com", "http://169.254.169.254/", "http://[::1"]
)
def test_what_is_no_target_is_not_sent(url: str) -> None:
    """Should one ever get that far."""
    assert "not sent: the URL" in str(Sender(Policy()).send(url, HEADERS, b"{}").error)
