"""A connection that no exchange can hold longer than it may, whatever the other side does."""

from __future__ import annotations

from io import BufferedReader, RawIOBase
from select import POLLIN, poll
from socket import socket
from time import monotonic

Buffer = bytearray | memoryview


class TooMuch(Exception):
    """More came than anybody wants to read."""


class Wire:
    """A connected socket, as `http.client.HTTPResponse` reads one.

    Every call that waits is given what is left until the deadline, so a trickle of bytes prolongs nothing.
    """

    def __init__(self, sock: socket) -> None:
        self.received = 0
        self.idle_since = monotonic()
        self._sock = sock
        self._end = self._most = 0.0
        self._reader = _Reader(_Incoming(self))

    def allow(self, end: float, most: int) -> None:
        """Begin an exchange that must be over at `end`, by `time.monotonic`, and may bring `most` bytes."""
        self.received, self._end, self._most = 0, end, most

    def left(self) -> float:
        """Return the seconds left; raises TimeoutError when there are none."""
        if (left := self._end - monotonic()) > 0:
            return left
        raise TimeoutError

    def sendall(self, content: bytes) -> None:
        """Send all of it."""
        self._sock.settimeout(self.left())
        self._sock.sendall(content)

    def receive(self, buffer: Buffer) -> int | None:
        """Read what has come, at least a byte; 0 at the end, None where no exchange is under way."""
        if not self._end:
            return None
        if self.received >= self._most:
            raise TooMuch
        self._sock.settimeout(self.left())
        count = self._sock.recv_into(buffer)
        self.received += count
        return count

    def fresh(self, seconds: float) -> bool:
        """Tell whether it was used within so many seconds, and nothing came unasked, such as its end."""
        self._end = 0.0
        if monotonic() - self.idle_since >= seconds or self._reader.peek(1):
            return False
        unasked = poll()
        unasked.register(self._sock, POLLIN)
        return not unasked.poll(0)

    def makefile(self, _mode: str) -> BufferedReader:
        """Return the one reader."""
        return self._reader

    def close(self) -> None:
        """Hang up."""
        self._sock.close()


class _Incoming(RawIOBase):
    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int | None:  # type: ignore[override]
        return self._wire.receive(buffer)


class _Reader(BufferedReader):
    """Stays open when an answer is done with it: the next comes through it too."""

    def readline(self, size: int | None = -1, /) -> bytes:
        """Read a line; one that breaks off is none, though `http.client` takes it for the end of a head."""
        line = super().readline(size)
        if not line.endswith(b"\n") and len(line) != size:
            raise ConnectionResetError
        return line

    def close(self) -> None:
        pass
