"""Bodies beyond the limit: refused while they come, without taking them into memory."""

import json
import socket
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from mock_support import PATIENCE, REQUEST, Answer, Client, World, submit_message

MIB = 1024 * 1024
FLOOD = 100 * MIB
PIECE = b"a" * 65536
TOO_LARGE = {"statusCode": 413, "message": "Request body is too large: at most 1048576 bytes are accepted."}


def body_of(length: int) -> bytes:
    """Write a valid request of exactly this many bytes."""
    empty = json.dumps({**REQUEST, "prompt": ""}).encode()
    return empty.replace(b'""', b'"' + b"x" * (length - len(empty)) + b'"')


def chunk(content: bytes) -> bytes:
    """Write one chunk of a chunked body."""
    return b"%x\r\n%s\r\n" % (len(content), content)


def test_limit(client: Client) -> None:
    """A body of 1 MiB is accepted, of one byte more is refused, both measured and in chunks."""
    for length, status in ((MIB, 202), (MIB + 1, 413)):
        body = body_of(length)
        assert client.post(body).status == status
        chunked = chunk(body) + b"0\r\n\r\n"
        assert client.raw(submit_message("Transfer-Encoding: chunked", body=chunked)).status == status


class _Counting:
    """Receives what the mock reads of a body, as the server hands it over."""

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol
        self.read = 0

    async def __call__(self) -> bytes:
        content: bytes = await self._protocol()
        self.read += len(content)
        return content

    async def __aiter__(self) -> Any:
        async for content in self._protocol:
            self.read += len(content)
            yield content

    def __getattr__(self, name: str) -> Any:
        return getattr(self._protocol, name)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[_Counting]:
    """Count what is read of every body."""
    from mockgateway.runtime import bridge

    seen: list[_Counting] = []
    add_body = bridge._add_body

    async def counting(environ: Any, protocol: Any) -> None:
        seen.append(_Counting(protocol))
        await add_body(environ, seen[-1])

    monkeypatch.setattr(bridge, "_add_body", counting)
    return seen


def flooded(client: Client, head: bytes, pieces: Iterable[bytes]) -> tuple[Answer, int]:
    """Send a flood until the mock has had enough; return its answer and how much went out."""
    sent = 0

    def counting() -> Iterator[bytes]:
        nonlocal sent
        yield head
        for piece in pieces:
            yield piece
            sent += len(piece)

    return client.raw(counting()), sent


@pytest.mark.parametrize("kind", ["measured", "chunked"])
def test_flood(nothing_stored: Client, counted: list[_Counting], kind: str) -> None:
    """Of 100 MB no more than 2 MB are read; the sender is cut off and told 413."""
    if kind == "measured":
        head = submit_message(f"Content-Length: {FLOOD}", body=b"")
        answer, sent = flooded(nothing_stored, head, [PIECE] * (FLOOD // len(PIECE)))
    else:
        head = submit_message("Transfer-Encoding: chunked", body=b"")
        answer, sent = flooded(nothing_stored, head, [chunk(PIECE)] * (FLOOD // len(PIECE)))
    assert answer.status == 413
    assert answer.json() == TOO_LARGE
    (body,) = counted
    assert body.read <= 2 * MIB
    # What lies in the buffers of the two sockets has left the sender, but was not read.
    assert sent < FLOOD / 4


def test_flood_of_tiny_chunks(nothing_stored: Client, counted: list[_Counting]) -> None:
    """It does not help to send the flood byte by byte: there are bounds to patience, too."""
    head = submit_message("Transfer-Encoding: chunked", body=b"")
    answer, _ = flooded(nothing_stored, head, [chunk(b"a") * 4096] * 400)
    assert answer.status == 413
    assert counted[0].read <= 30_000


def test_flood_that_asks_first(nothing_stored: Client, counted: list[_Counting]) -> None:
    """A client that asks whether to send 100 MB is told 413 at once, and not to go on."""
    answers = nothing_stored.all_of(
        submit_message(f"Content-Length: {FLOOD}", "Expect: 100-continue", "Connection: close", body=b"")
    )
    assert answers.startswith(b"HTTP/1.1 413 ")
    assert counted[0].read == 0


def test_largest_length(nothing_stored: Client) -> None:
    """A length of many terabytes is refused like any other."""
    for length in (2**40, 2**63 - 1, 2**63):
        answer = nothing_stored.raw(
            submit_message(f"Content-Length: {length}", "Connection: close", body=b"")
        )
        assert answer.json() == TOO_LARGE


def test_key_comes_first(nothing_stored: Client) -> None:
    """Who has no key is told that, not how large a body may be."""
    head = (
        b"POST /z-image-base/v1/z-image-base-request HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n"
    )
    assert nothing_stored.raw(head).status == 401


def test_slow_sender_keeps_nobody_waiting(world: World) -> None:
    """While one client takes its time over a body, others are answered."""
    with socket.create_connection(world.client.address, timeout=PATIENCE) as slow:
        slow.sendall(submit_message("Content-Length: 1000", body=b"{"))
        answered = []
        threads = [
            threading.Thread(target=lambda: answered.append(world.client.submit().status)) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        assert answered == [202] * 4
