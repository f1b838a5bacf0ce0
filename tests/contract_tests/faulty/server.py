"""Put a gateway on a port: threads, keep-alive, one write for each answer."""

import socket
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from faulty.gateway import Gateway
from faulty.wire import Answer, Request

_PHRASES = {status.value: status.phrase for status in HTTPStatus}


class Serving:
    """Serves one gateway on a free port of loopback, as a context."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        gateway.deliver = _deliver
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.gateway = gateway
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()
        for errand in self.gateway.errands:
            errand.join()


class _Server(ThreadingTCPServer):
    request_queue_size = 128
    gateway: Gateway

    def __init__(self, *about: Any) -> None:
        self.open: set[socket.socket] = set()
        super().__init__(*about)

    def hang_up(self) -> None:
        """End what clients keep open, so that every thread ends."""
        for connection in list(self.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        super().shutdown_request(request)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)


class _Handler(StreamRequestHandler):
    disable_nagle_algorithm = True
    server: _Server

    def handle(self) -> None:
        with suppress(OSError):
            while (request := self._read()) and self._write(request, self.server.gateway.answer(request)):
                pass

    def _read(self) -> Request | None:
        line = self.rfile.readline(65537)
        if not line.endswith(b"\n"):
            return None
        method, path, _ = line.decode("latin-1").split()
        headers: dict[str, str] = {}
        while (line := self.rfile.readline(65537)) not in {b"\r\n", b"\n", b""}:
            name, _, value = line.decode("latin-1").partition(":")
            headers.setdefault(name.lower(), value.strip())
        return Request(method, path, headers, self.rfile.read(int(headers.get("content-length", 0))))

    def _write(self, request: Request, answer: Answer) -> bool:
        headers = {"Content-Length": str(len(answer.body)), **answer.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"HTTP/1.1 {answer.status} {_PHRASES.get(answer.status, 'Unknown')}\r\n{lines}\r\n"
        body = answer.body[: len(answer.body) // 2] if answer.cut else answer.body
        self.wfile.write(head.encode("latin-1") + (b"" if request.method == "HEAD" else body))
        return not answer.cut and request.headers.get("connection", "").lower() != "close"


def _deliver(method: str, url: str, body: bytes, headers: dict[str, str]) -> None:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    with suppress(OSError, HTTPException):
        connection.request(method, target or "/", body, headers)
        connection.getresponse().read()
    connection.close()
