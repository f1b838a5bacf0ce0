"""Callbacks become exchanges, whatever they look like."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import monotonic
from urllib.parse import urlsplit

import pytest

from zimage_contract.probe.line import Line
from zimage_contract.probe.receiver import LARGEST_BODY, CannotListen, Receiver
from zimage_contract.probe.recorder import Recorder


@pytest.fixture
def receiver(recorder: Recorder) -> Iterator[Receiver]:
    """A receiver on this machine."""
    with Receiver(recorder) as found:
        yield found


def send_raw(receiver: Receiver, request: bytes) -> bytes:
    """Send bytes to the receiver, and return what comes back until it hangs up."""
    parts = urlsplit(receiver.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=5) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_call_is_recorded_whole(receiver: Receiver, recorder: Recorder) -> None:
    """Address, headers as spelled, and body; it is answered 204."""
    address = receiver.address("7")
    with Line(Recorder(), 5) as line:
        answer = line.send("POST", address, headers=(("Webhook-ID", "one"),), body=b'{"a": 1}')

    (found,) = recorder.exchanges()
    assert (answer.status, found.status) == (204, 204)
    assert (found.kind, found.method, found.url, found.body) == ("callback", "POST", address, b'{"a": 1}')
    assert ("Webhook-ID", "one") in found.headers
    assert found.document == {"a": 1}


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "OPTIONS"])
def test_every_method_is_taken(receiver: Receiver, recorder: Recorder, method: str) -> None:
    """Whether it is the right one is for a check to say."""
    with Line(Recorder(), 5) as line:
        line.send(method, receiver.address("1"), body=b"{}")

    assert [each.method for each in recorder.exchanges()] == [method]


def test_addresses_that_were_not_given_out_are_refused(receiver: Receiver, recorder: Recorder) -> None:
    """Strangers knock at public addresses."""
    receiver.address("1")
    with Line(Recorder(), 5) as line:
        assert line.send("POST", f"{receiver.url}/2").status == 404

    assert recorder.exchanges() == ()


def test_a_chunked_body_is_put_together(receiver: Receiver, recorder: Recorder) -> None:
    """Senders that do not know the length send so."""
    receiver.address("1")
    send_raw(
        receiver,
        b"POST /callback/1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"5;x=y\r\nhello\r\n6\r\n world\r\n0\r\n\r\n",
    )

    assert [each.body for each in recorder.exchanges()] == [b"hello world"]


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: %d\r\n\r\n" % (LARGEST_BODY * 2) + b"x" * (LARGEST_BODY * 2),
        b"Transfer-Encoding: chunked\r\n\r\n" + b"%x\r\n" % (LARGEST_BODY * 2) + b"x" * (LARGEST_BODY * 2),
    ],
    ids=["sized", "chunked"],
)
def test_a_body_is_read_up_to_a_limit(receiver: Receiver, recorder: Recorder, rest: bytes) -> None:
    """What comes after it is left."""
    receiver.address("1")
    with suppress(OSError):  # a server that hangs up with bytes unread resets the connection
        send_raw(receiver, b"POST /callback/1 HTTP/1.1\r\nHost: a\r\n" + rest)

    assert [len(each.body) for each in recorder.exchanges()] == [LARGEST_BODY]


@pytest.mark.parametrize(
    "nonsense",
    [
        b"nonsense\r\n\r\n",
        b"POST\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"POST /callback/1 HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"POST /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n",
    ],
    ids=["words", "no path", "TLS", "too many headers", "a long path"],
)
def test_what_is_no_call_leaves_no_trace(receiver: Receiver, recorder: Recorder, nonsense: bytes) -> None:
    """And the next call is taken as ever."""
    with socket.create_connection(
        (urlsplit(receiver.url).hostname, urlsplit(receiver.url).port), timeout=5
    ) as connection:
        connection.sendall(nonsense)
        connection.shutdown(socket.SHUT_WR)
    with Line(Recorder(), 5) as line:
        line.send("POST", receiver.address("1"))

    assert [each.url for each in recorder.exchanges()] == [receiver.address("1")]


def test_a_public_address_is_told_to_the_gateway_and_its_port_listened_on(recorder: Recorder) -> None:
    """What leads there, and what it does to the path before the last part, is the user's affair."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        Receiver(recorder, f"http://localhost:{port}/from/outside/?a=b") as receiver,
        Line(Recorder(), 5) as line,
    ):
        address = receiver.address("1")
        answer = line.send("POST", f"http://127.0.0.1:{port}/elsewhere/1?a=b")

    assert answer.status == 204
    assert address == f"http://localhost:{port}/from/outside/1?a=b"
    assert [each.url for each in recorder.exchanges()] == [address]


def test_a_port_that_is_taken_is_told_with_what_to_do(recorder: Recorder) -> None:
    """The message names the port and the option."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=rf"port {port} .*--webhook-url"):
            Receiver(recorder, f"http://127.0.0.1:{port}/")


def test_a_call_can_be_waited_for(receiver: Receiver) -> None:
    """To each address by itself, whatever query comes with it; it is over as soon as the call came."""
    address, other = receiver.address("1"), receiver.address("2")
    assert receiver.last_call < 0
    with Line(Recorder(), 5) as line, ThreadPoolExecutor(1) as caller:
        caller.submit(line.send, "POST", f"{address}&attempt=1")
        assert receiver.wait_for(address, monotonic() + 10)

    assert 0 < receiver.last_call <= monotonic()
    assert not receiver.wait_for(other, monotonic())
