"""A server that speaks bytes, as rudely as a test wants."""

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

Manner = Callable[[socket.socket, bytes], None]
"""Answers one request: its connection, and its bytes."""


class RudeServer:
    """Reads whole requests, keeps them, and answers each by the next of some manners, the last one again.

    A manner closes the connection itself if it is to end.
    """

    def __init__(self, *manners: Manner) -> None:
        self._manners = list(manners)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.requests: list[bytes] = []
        self.connections: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._threads = [Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.connections.append(connection)
                thread = Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError, ValueError):
            while request := _request(connection):
                self.requests.append(request)
                manner = self._manners.pop(0) if len(self._manners) > 1 else self._manners[0]
                manner(connection, request)

    def close(self) -> None:
        """Stop; every connection is closed."""
        # A listening socket is woken up by a shutdown, and not by being closed.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for connection in self.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        for thread in self._threads:
            thread.join(5)


def _request(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        if not (more := connection.recv(65536)):
            return b""
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    missing = int(lengths[0].partition(b":")[2]) - len(body) if lengths else 0
    while missing > 0 and (more := connection.recv(65536)):
        received += more
        missing -= len(more)
    return received
