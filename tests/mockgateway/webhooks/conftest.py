"""Receivers of callbacks that do with a connection what they please."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

import pytest

Behaviour = Callable[[socket.socket, Event], None]


@dataclass
class Receiver:
    """A server on a free port of 127.0.0.1; `behave` is given every connection, and an event to stop at."""

    behave: Behaviour
    backlog: int = 128
    accepts: bool = True
    tls: ssl.SSLContext | None = None
    connections: int = 0
    stopped: Event = field(default_factory=Event)
    accepted: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        """Listen."""
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=self.backlog)
        self.port: int = self._listening.getsockname()[1]
        self._threads: list[Thread] = []
        if self.accepts:
            self._run(self._accept)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}/hook"

    def _run(self, function: Callable[..., None], *arguments: object) -> None:
        thread = Thread(target=function, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            self.accepted.set()
            self._run(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), ExitStack() as stack:
            stack.callback(connection.close)
            connection.settimeout(5)
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
                stack.callback(connection.close)
            self.behave(connection, self.stopped)

    def stop(self) -> None:
        """Stop, and wait until nothing of it runs."""
        self.stopped.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join(5)


@pytest.fixture
def receive() -> Iterator[Callable[..., Receiver]]:
    """Start receivers; they stop when the test ends."""
    with ExitStack() as stack:

        def start(behave: Behaviour, **settings: object) -> Receiver:
            receiver = Receiver(behave, **settings)  # type: ignore[arg-type]
            stack.callback(receiver.stop)
            return receiver

        yield start


def read_request(connection: socket.socket) -> bytes:
    """Read one request, head and body."""
    read = b""
    while b"\r\n\r\n" not in read:
        read += connection.recv(65536)
    head, _, body = read.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def answering() -> Callable[..., Behaviour]:
    """Make a behaviour that reads the request, keeps it in a list, and sends these bytes."""

    def make(answer: bytes, requests: list[bytes] | None = None) -> Behaviour:
        def behave(connection: socket.socket, _stopped: Event) -> None:
            request = read_request(connection)
            if requests is not None:
                requests.append(request)
            connection.sendall(answer)

        return behave

    return make
