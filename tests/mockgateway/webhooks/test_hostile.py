"""Sixteen receivers that do not mean well: an attempt ends in time, says what happened, and stays small."""

import gzip
import socket
import struct
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from threading import Event
from time import monotonic
from typing import Any

import pytest

from mockgateway.domain.delivery import AttemptResult
from mockgateway.domain.targets import Policy
from mockgateway.runtime.sender import Sender

SECONDS = 0.4
# Generous: what is measured is that there is an end, not how good the machine is.
LATEST = SECONDS + 3
MOST_MEMORY = 5_000_000
CHUNK = b"x" * 65536
OK = b"HTTP/1.1 200 OK\r\n"
MANY = 20_000


def wait(_connection: socket.socket, stopped: Event) -> None:
    """Say nothing, for as long as the test takes."""
    stopped.wait(10)


def sending(parts: Iterable[bytes], pause: float = 0.0) -> Callable[[socket.socket, Event], None]:
    """Send these, with pauses, then wait."""

    def behave(connection: socket.socket, stopped: Event) -> None:
        for part in parts:
            connection.sendall(part)
            if stopped.wait(pause) if pause else stopped.is_set():
                return
        stopped.wait(10)

    return behave


def drip(*start: bytes) -> Iterator[bytes]:
    """Send the start, then letters without end."""
    yield from start
    for _ in range(MANY):
        yield b"x"


def flood(*start: bytes) -> Iterator[bytes]:
    """Send the start, then the same again and again."""
    yield from start[:-1]
    for _ in range(MANY):
        yield start[-1]


def reset(connection: socket.socket, _stopped: Event) -> None:
    """Hang up rudely."""
    connection.recv(10)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def half_close(connection: socket.socket, stopped: Event) -> None:
    """End the sending, and go on listening."""
    connection.shutdown(socket.SHUT_WR)
    stopped.wait(10)


def http_0_9(connection: socket.socket, _stopped: Event) -> None:
    """Send a page without a head, as was done in 1991."""
    connection.recv(10)
    connection.sendall(b"<html>ok</html>\r\n")


BOMB = gzip.compress(bytes(10_000_000))
NO_ANSWER, LATE_BODY = "no answer within 0.4 s", "the body of the answer did not end within 0.4 s"
# A slow machine does not come to the end of a flood of small heads.
FLOODED = f"longer than 64 KiB|{NO_ANSWER}"
REDIRECT = b"HTTP/1.1 307 Again\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n"
METADATA = b"http://169.254.169.254/latest/meta-data/"

HOSTILE: dict[str, tuple[Any, int | None, str | None]] = {
    "silent": (wait, None, NO_ANSWER),
    "header drip": (sending(drip(OK, b"X-Long: "), 0.01), None, NO_ANSWER),
    "body drip": (sending(drip(OK, b"Content-Length: 99999\r\n\r\n"), 0.01), 200, LATE_BODY),
    "endless body": (sending(flood(OK, b"\r\n", CHUNK)), 200, None),
    "endless chunks": (sending(flood(OK, b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n")), 200, None),
    "one endless chunk": (
        sending(flood(OK, b"Transfer-Encoding: chunked\r\n\r\nffffffffff\r\n", CHUNK)),
        200,
        None,
    ),
    "endless trailers": (
        sending(flood(OK, b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n")),
        200,
        None,
    ),
    "1xx flood": (sending(flood(b"HTTP/1.1 100 Continue\r\n\r\n")), None, FLOODED),
    "103 flood": (sending(flood(b"HTTP/1.1 103 Early Hints\r\n\r\n")), None, FLOODED),
    "10 GB length": (sending(flood(OK, b"Content-Length: 10000000000\r\n\r\n", CHUNK)), 200, None),
    "10 GB length and no more": (sending([OK + b"Content-Length: 10000000000\r\n\r\n"]), 200, LATE_BODY),
    "gzip bomb": (
        sending([OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB), BOMB]),
        200,
        None,
    ),
    "bad status line": (sending([b"HTTP/1.1 two hundred\r\n\r\n"]), None, "not HTTP"),
    "huge header line": (sending(flood(OK, b"X: ", CHUNK)), None, "64 KiB|65536"),
    "very many headers": (sending(flood(OK, b"X: y\r\n")), None, "100 headers"),
    "TLS junk": (sending([b"\x16\x03\x01\xff\xff" + CHUNK]), None, "not HTTP|longer than 64 KiB"),
    "reset": (reset, None, "reset"),
    "redirect loop": (sending([REDIRECT % b"/hook"]), 307, None),
    "redirect to metadata": (sending([REDIRECT % METADATA]), 307, None),
    "HTTP/0.9": (http_0_9, None, "not HTTP"),
    "half-close": (half_close, None, "hung up without an answer"),
}


def attempt(url: str) -> tuple[AttemptResult, float, int]:
    """Make one attempt; return its result, seconds, and what memory rose by at most."""
    sender = Sender(Policy(), SECONDS)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    began = monotonic()
    result = sender.send(url, {"webhook-id": "w"}, b"{}")
    seconds = monotonic() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return result, seconds, peak - before


@pytest.mark.parametrize("name", HOSTILE)
def test_an_attempt_ends_in_time_and_small(receive: Any, name: str) -> None:
    """Whatever the receiver does, its status or a reason is recorded, and it was asked once."""
    behave, status, error = HOSTILE[name]
    receiver = receive(behave)
    result, seconds, memory = attempt(receiver.url)
    assert seconds < LATEST
    assert memory < MOST_MEMORY
    assert result.status == status
    assert (result.error is None) == (error is None), result.error
    assert error is None or any(each in str(result.error) for each in error.split("|")), result.error
    assert receiver.connections == 1
    assert len(result.answer) <= 1025


def test_tls_junk_is_no_handshake(receive: Any) -> None:
    """A receiver that cannot speak TLS is recorded as that."""
    receiver = receive(sending([CHUNK]))
    result, seconds, memory = attempt(receiver.url.replace("http:", "https:"))
    assert (result.status, seconds < LATEST, memory < MOST_MEMORY) == (None, True, True)
    assert "TLS failed" in str(result.error)


def test_a_silent_handshake_has_an_end(receive: Any) -> None:
    """The deadline holds in the handshake too."""
    result, seconds, _ = attempt(receive(wait).url.replace("http:", "https:"))
    assert result.error == "no connection within 0.4 s"
    assert seconds < LATEST


@pytest.mark.parametrize("backlog", [0, 5])
def test_a_receiver_that_never_accepts(receive: Any, backlog: int) -> None:
    """Whether the system connects for it or its queue is full, the attempt ends."""
    receiver = receive(wait, accepts=False, backlog=backlog)
    waiting = [socket.socket() for _ in range(3)] if backlog == 0 else []
    for each in waiting:  # fill the queue
        each.settimeout(0)
        each.connect_ex(("127.0.0.1", receiver.port))
    result, seconds, _ = attempt(receiver.url)
    for each in waiting:
        each.close()
    assert result.error in (NO_ANSWER, "no connection within 0.4 s")
    assert seconds < LATEST
