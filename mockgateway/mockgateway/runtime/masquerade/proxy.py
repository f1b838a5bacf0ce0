"""The loopback proxy that a program is sent through: it joins connections, and never looks into them.

It has one thread, whose event loop holds every connection. What breaks on one side breaks the same
way on the other: an end is an end, and a reset is a reset.
"""

import asyncio
import socket
import ssl
import struct
from asyncio import StreamReader, StreamWriter
from collections import Counter
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Self

from mockgateway.domain.addresses import Address
from mockgateway.runtime.masquerade.reach import Barred, Refused, Unreadable, Wish, check, judge, read_wish
from mockgateway.runtime.names import look_up
from mockgateway.runtime.server import listen
from mockgateway.runtime.wire import Deadline

_HEAD_SECONDS = 60.0
_CONNECT_SECONDS = 10.0
_PATIENCE = 2.0
_PIECE = 65536
_CLOSE_WITH_RESET = struct.pack("ii", 1, 0)
_OPEN = b"HTTP/1.1 200 Connection established\r\n\r\n"
# The phrase is all that most programs show of a refused tunnel.
_REFUSAL = (
    "HTTP/1.1 {status} {phrase}\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Length: {length}\r\nConnection: close\r\n\r\n{line}"
)

Ends = tuple[StreamReader, StreamWriter]


class Proxy:
    """Joins programs with the front of a mock, and with the network if that is allowed.

    Args:
        front: the port of the front, on 127.0.0.1.
        own: ports of this machine that are never connected to.
        authority: the file with the certificate that the front's is signed with.
        allow_network: whether other hosts are reached too.

    Attributes:
        port: where it is, on 127.0.0.1.
        connections: how many were made to the front.
    """

    def __init__(self, front: int, own: Collection[int], authority: Path, *, allow_network: bool) -> None:
        self._front, self._authority, self._allow_network = front, authority, allow_network
        self._refused: Counter[Barred] = Counter()
        self.connections = 0
        self._listening = listen("127.0.0.1", 0)
        self.port: int = self._listening.getsockname()[1]
        self._own = frozenset({front, self.port, *own})
        self._pool = ThreadPoolExecutor(4, thread_name_prefix="mockgateway-names")
        self._stop: Callable[[], object]
        self._open: set[asyncio.Future[None]] = set()
        # In a thread from its first moment: the caller's may have an event loop running.
        self._thread = Thread(target=lambda: asyncio.run(self._run()), name="mockgateway-proxy", daemon=True)
        self._ready = Event()

    def start(self) -> Self:
        """Join from now on."""
        self._thread.start()
        self._ready.wait()
        return self

    def stop(self) -> None:
        """Close every connection and end the thread."""
        self._stop()
        self._thread.join()
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self) -> None:
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._accept, sock=self._listening)
        self._stop = lambda: loop.call_soon_threadsafe(stopped.set)
        self._ready.set()
        await stopped.wait()
        server.close()
        while self._open:  # not left to asyncio.run: its list of tasks is shared with other threads' loops
            for each in self._open:
                each.cancel()
            await asyncio.wait(self._open)

    @property
    def refused(self) -> dict[Barred, int]:
        """What was refused, and how often, in the order of the first times."""
        return dict(self._refused)

    def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        serving = asyncio.ensure_future(self._serve(reader, writer))
        self._open.add(serving)
        serving.add_done_callback(self._open.discard)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Answer one connection; whatever happens on it concerns nobody else."""
        try:
            async with asyncio.timeout(_HEAD_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
            await self._answer(head[:-4], reader, writer)
        except Refused as refusal:
            self._refused[refusal.barred] += 1
            phrase = f"Refused by mockgateway run: {refusal.barred.why}"
            await _refuse((reader, writer), 403, phrase, str(refusal))
        except Unreadable as error:
            await _refuse((reader, writer), 400, "Bad Request", str(error))
        except asyncio.LimitOverrunError:
            await _refuse((reader, writer), 431, "Request Header Fields Too Large", "the head is too long")
        except (OSError, EOFError):  # it left, or never said what it wants
            pass
        finally:
            writer.transport.abort()

    async def _answer(self, head: bytes, reader: StreamReader, writer: StreamWriter) -> None:
        wish = read_wish(head)
        check(wish, allow_network=self._allow_network)
        self.connections += wish.is_ours
        try:
            ends = await (self._to_front(wish) if wish.is_ours else self._to_network(wish))
        except OSError as error:
            line = f"{wish.place} cannot be reached: {error.strerror or error or 'it does not answer'}"
            await _refuse((reader, writer), 502, "Bad Gateway", line)
            return
        if wish.tunnel:
            writer.write(_OPEN)
        else:
            ends[1].write(wish.head)
        await _join((reader, writer), ends)

    async def _to_front(self, wish: Wish) -> Ends:
        if wish.tunnel:
            return await asyncio.open_connection("127.0.0.1", self._front)
        trust = ssl.create_default_context(cafile=str(self._authority))
        name = wish.target.host
        return await asyncio.open_connection("127.0.0.1", self._front, ssl=trust, server_hostname=name)

    async def _to_network(self, wish: Wish) -> Ends:
        target = wish.target
        found = [target.address] if target.address else await self._looked_up(target.host)
        trust = ssl.create_default_context() if target.secure and not wish.tunnel else None
        name = target.host if trust else None
        reason: OSError = TimeoutError()
        for address in judge(wish, found, self._own, _is_here):
            try:
                async with asyncio.timeout(_CONNECT_SECONDS):
                    return await asyncio.open_connection(
                        str(address), target.port, ssl=trust, server_hostname=name
                    )
            except OSError as error:
                reason = error
        raise reason

    async def _looked_up(self, name: str) -> list[Address]:
        ask: Callable[[], list[Address]] = lambda: look_up(name, Deadline(_CONNECT_SECONDS))  # noqa: E731
        return await asyncio.get_running_loop().run_in_executor(self._pool, ask)


async def _refuse(ends: Ends, status: int, phrase: str, line: str) -> None:
    line = f"mockgateway run: {line}\n"
    text = _REFUSAL.format(status=status, phrase=phrase, length=len(line.encode()), line=line)
    reader, writer = ends
    with suppress(OSError):
        writer.write(text.encode())
        writer.write_eof()
        # Closed with something unread, the connection would be reset, and the answer lost.
        async with asyncio.timeout(_PATIENCE):
            while await reader.read(_PIECE):
                pass


async def _join(one: Ends, other: Ends) -> None:
    """Carry bytes both ways until both have ended, or one way has broken."""
    ways = [asyncio.ensure_future(_carry(one[0], other[1])), asyncio.ensure_future(_carry(other[0], one[1]))]
    try:
        await asyncio.gather(*ways)
        for _, writer in (one, other):
            writer.close()
            await writer.wait_closed()
    except ConnectionError:
        for _, writer in (one, other):
            _reset(writer)
    finally:
        for way in ways:
            way.cancel()
        other[1].transport.abort()
        await asyncio.gather(*ways, return_exceptions=True)


async def _carry(reader: StreamReader, writer: StreamWriter) -> None:
    while piece := await reader.read(_PIECE):
        writer.write(piece)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
    else:
        writer.close()


def _reset(writer: StreamWriter) -> None:
    with suppress(OSError, AttributeError):  # it is gone already, or was on the side that broke
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _CLOSE_WITH_RESET)
    writer.transport.abort()


def _is_here(address: Address) -> bool:
    """Say whether an address is one of this machine: only those can be bound to."""
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET  # noqa: PLR2004 - IP's versions
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((str(address), 0))
        except OSError:
            return False
    return True
