"""The HTTP side of the inbox."""

from __future__ import annotations

import hmac
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from zimage_client._answer import LARGEST_ANSWER

if TYPE_CHECKING:
    from collections.abc import Callable


class Receiver(ThreadingHTTPServer):
    """Hands the bodies of POSTs to one path to a function, and answers the status that it returns."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], path: str, receive: Callable[[bytes], int]) -> None:
        super().__init__(address, _Handler)
        self.path = path
        self.receive = receive
        Thread(target=self.serve_forever, args=(0.05,), name="zimage-inbox", daemon=True).start()

    def end(self) -> None:
        """Stop listening."""
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a caller who hangs up is not our trouble."""


class _Handler(BaseHTTPRequestHandler):
    server: Receiver
    timeout = 10
    server_version = "zimage-inbox"
    sys_version = ""

    def do_POST(self) -> None:
        """Take a callback."""
        self.send_response(self._status())
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def _status(self) -> int:
        path = urlsplit(self.path).path.encode()
        if not hmac.compare_digest(path[-len(self.server.path) :], self.server.path.encode()):
            return 404
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdecimal()) or "Transfer-Encoding" in self.headers:
            return 411
        if int(length[:20]) > LARGEST_ANSWER:
            return 413
        return self.server.receive(self.rfile.read(int(length)))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
        """Write nothing."""
