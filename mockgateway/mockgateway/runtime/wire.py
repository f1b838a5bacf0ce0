"""A connection that is used up at a deadline, whatever the other side does."""

import socket
from collections.abc import Callable
from io import BufferedReader, RawIOBase
from time import monotonic

Buffer = bytearray | memoryview


class Deadline:
    """An instant that nothing may outlast."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left, more than none; raises TimeoutError when there are none."""
        if (left := self._end - monotonic()) > 0:
            return left
        raise TimeoutError


class TooLong(Exception):
    """More was sent than anybody wants to read."""


class _Incoming(RawIOBase):
    """What arrives, up to so many bytes."""

    def __init__(self, sock: socket.socket, deadline: Deadline, budget: int) -> None:
        self._sock, self._deadline, self._budget = sock, deadline, budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:  # type: ignore[override]
        if not self._budget:
            raise TooLong
        self._sock.settimeout(self._deadline.left())
        count = self._sock.recv_into(memoryview(buffer)[: self._budget])
        self._budget -= count
        return count


class _Reader(BufferedReader):
    """Stays open when a response is done with it: the next may be in its buffer."""

    def close(self) -> None:
        pass


class Wire:
    """A connected socket, as `http.client` uses one.

    Every call that waits is given what is left of the deadline, and the socket counts that as a
    total and not per packet. So no trickle of bytes can prolong it.

    Args:
        sock: connected, and through the TLS handshake if there is to be one.
        deadline: when all must be over.
        budget: how many bytes may be read, head and body together.
    """

    def __init__(self, sock: socket.socket, deadline: Deadline, budget: int) -> None:
        self._sock, self._deadline = sock, deadline
        self._reader = _Reader(_Incoming(sock, deadline, budget))

    def sendall(self, content: bytes) -> None:
        """Send all of it."""
        self._sock.settimeout(self._deadline.left())
        self._sock.sendall(content)

    def makefile(self, _mode: str) -> BufferedReader:
        """Return the one reader."""
        return self._reader

    def close(self) -> None:
        """Hang up."""
        self._sock.close()


def connected(
    addresses: list[tuple[str, int]], deadline: Deadline, opened: Callable[[socket.socket], None]
) -> socket.socket:
    """Connect to the first address that lets us; each gets its share of the time.

    Args:
        addresses: at least one, with its port.
        deadline: when it must have succeeded.
        opened: called with every socket before it is used.

    Raises:
        OSError: none does; the last one's reason.
    """
    for number, address in enumerate(addresses):
        sock = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
        try:
            opened(sock)
            # Head and body go in two packets; the second must not wait for word of the first.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(deadline.left() / (len(addresses) - number))
            sock.connect(address)
        except OSError:
            sock.close()
            if number == len(addresses) - 1:
                raise
        else:
            return sock
    raise OSError("there is no address to connect to")
