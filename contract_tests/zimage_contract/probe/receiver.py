"""Receives callbacks: every call to an address that was given out becomes an exchange."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from threading import Condition, Thread
from time import monotonic
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from zimage_contract.probe.dialling import is_loopback
from zimage_contract.probe.recorder import Recorder, now

PORT = 8766
"""Where callbacks are awaited when the public URL that leads here names no port."""

LARGEST_BODY = 1024 * 1024
"""Bytes; more of a callback is not read."""

_LARGEST_LINE = 1024
_TIMEOUT = 10
_NO_CONTENT = 204
_NOT_FOUND = 404


class CannotListen(Exception):
    """Callbacks cannot be received; the message says what to do."""


class Receiver:
    """A small server that answers 204 to whoever calls one of the addresses that it gave out.

    Args:
        recorder: keeps the calls.
        public: the URL under which it is reached from outside, its query being kept; "": only from this
            machine, on a free port.

    Raises:
        CannotListen: the port is taken, or may not be used.
    """

    def __init__(self, recorder: Recorder, public: str = "") -> None:
        self._names: set[str] = set()
        self._server = _Server(_address(public), recorder, self._names, public)
        own = f"http://127.0.0.1:{self._server.server_port}/callback"
        # With a query in any case, since a gateway may lose one.
        url, _, query = (public or own).partition("?")
        self.url, self._query = url.rstrip("/"), query or "from=zimage-contract"
        self._server.base = self.url
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def address(self, name: str) -> str:
        """Give out the URL of that name, which must be one segment of a path."""
        self._names.add(name)
        return f"{self.url}/{name}?{self._query}"

    def wait_for(self, address: str, until: float) -> bool:
        """Wait until an address that was given out is called, or until then, by `time.monotonic`.

        Returns:
            Whether it was called.
        """
        name = _name(address.partition("?")[0])
        with self._server.called:
            return self._server.called.wait_for(lambda: name in self._server.calls, until - monotonic())

    @property
    def last_call(self) -> float:
        """When the last call came, by `time.monotonic`; -inf while none has."""
        with self._server.called:
            return max(self._server.calls.values(), default=float("-inf"))

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _address(public: str) -> tuple[str, int]:
    if not public:
        return "127.0.0.1", 0
    parts = urlsplit(public)
    host = "127.0.0.1" if is_loopback(parts.hostname or "") else "0.0.0.0"  # noqa: S104 - it is to be reached
    return host, parts.port or PORT


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], recorder: Recorder, names: set[str], base: str) -> None:
        try:
            super().__init__(address, _Call)
        except OSError as error:
            reason = error.strerror or error
            raise CannotListen(
                f"callbacks cannot be received on port {address[1]} ({reason}): "
                "name another port in --webhook-url"
            ) from None
        self.recorder, self.names, self.base = recorder, names, base
        self.called = Condition()
        self.calls: dict[str, float] = {}

    def note(self, name: str) -> None:
        """Remember when a name was called last, and tell whoever waits for it."""
        with self.called:
            self.calls[name] = monotonic()
            self.called.notify_all()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a caller who hangs up is not our trouble."""


class _Call(BaseHTTPRequestHandler):
    server: _Server
    timeout = _TIMEOUT
    server_version = "zimage-contract"
    sys_version = ""

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Take every method alike: which it ought to be is for the checks to say."""
        if name.startswith("do_"):
            return self._take
        raise AttributeError(name)

    def _take(self) -> None:
        """Record the call, if it is for an address that was given out."""
        at = now()
        path, _, query = self.path.partition("?")
        name = _name(path)
        body = self._body()
        known = name in self.server.names
        if known:
            # Before the answer, so that whoever has it finds the record.
            self.server.recorder.add(
                kind="callback",
                method=self.command,
                url=f"{self.server.base}/{name}" + (f"?{query}" if query else ""),
                headers=tuple(self.headers.items()),
                body=body,
                status=_NO_CONTENT,
                at=at,
                took=now() - at,
            )
            self.server.note(name)
        self.send_response(_NO_CONTENT if known else _NOT_FOUND)
        self.send_header("Connection", "close")
        self.end_headers()

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return _unchunked(self.rfile)
        length = self.headers.get("Content-Length", "0")
        known = int(length[:20]) if length.isascii() and length.isdecimal() else 0
        return self.rfile.read(min(known, LARGEST_BODY))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Write nothing."""


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _unchunked(incoming: BufferedIOBase) -> bytes:
    """Read a chunked body, as far as it keeps the rules and is not too large."""
    body = b""
    while len(body) < LARGEST_BODY:
        size = incoming.readline(_LARGEST_LINE).partition(b";")[0].strip()
        if not size or not set(size) <= set(b"0123456789abcdefABCDEF") or not int(size, 16):
            break
        body += incoming.read(min(int(size, 16), LARGEST_BODY))
        incoming.readline(_LARGEST_LINE)
    return body[:LARGEST_BODY]
