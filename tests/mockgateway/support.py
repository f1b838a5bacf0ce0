"""A mock with its insides in view, and a client that says exactly what it is told to."""

import http.client
import json
import socket
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self
from unittest.mock import patch

from mockgateway import Settings
from mockgateway.runtime import assembly
from mockgateway.runtime.log import RequestLog
from mockgateway.runtime.server import Server, listen
from zimage_schemas import KEY_HEADER, MODELS, document

KEY = "key-of-the-tests-0001"
OTHER_KEY = "key-of-another-0002"
TURBO, BASE = MODELS["turbo"], MODELS["base"]
REQUEST = {"prompt": "A red bicycle", "image_size": "square_1_1"}
BODY = json.dumps(REQUEST).encode()
JSON = {"Content-Type": "application/json"}
MISSING_KEY = (
    "Access denied due to missing subscription key. "
    "Make sure to include subscription key when making requests to an API."
)
INVALID_KEY = (
    "Access denied due to invalid subscription key. "
    "Make sure to provide a valid key for an active subscription."
)
# Far longer than any answer takes: reaching it means that there is none.
PATIENCE = 20.0


@dataclass(frozen=True)
class Answer:
    """One answer of a server, as it came."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        """Return the body, which says that it is JSON."""
        assert self.headers["Content-Type"] == "application/json", self.body
        return json.loads(self.body)

    def dialect(self) -> str:
        """Name the layer that speaks, after checking what it says; `server` is HTTP itself, without words."""
        assert 400 <= self.status < 500, (self.status, self.body)
        if not self.body:
            return "server"
        if self.headers["Content-Type"] == "text/html; charset=utf-8":
            return "edge"
        said = self.json()
        name = "management" if "statusCode" in said else "queue"
        assert document(f"{name}-error").problems(said) == ()
        assert said.get("statusCode", self.status) == self.status
        return name


class Client:
    """Talks to one mock; every request is a connection of its own."""

    def __init__(self, url: str, key: str = KEY) -> None:
        self.url = url
        self.key = key
        host, _, port = url.removeprefix("http://").rpartition(":")
        self.address = (host, int(port))

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request without a key, but for what the headers say."""
        connection = http.client.HTTPConnection(*self.address, timeout=PATIENCE)
        try:
            # Refused before all of it was sent, it finds the connection closed, and the answer there.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, path, body, headers or {})
            return self._answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, url: str, **headers: str) -> Answer:
        """Download from the mock, without a key."""
        assert url.startswith(f"{self.url}/")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("GET", url.removeprefix(self.url), headers=named)

    def post(self, body: bytes, headers: Mapping[str, str] = JSON, path: str = TURBO.submit_path) -> Answer:
        """Submit this body with the key."""
        return self.ask("POST", path, body, {KEY_HEADER: self.key, **headers})

    def submit(self, request: object = REQUEST, model: str = "turbo", **headers: str) -> Answer:
        """Submit a request with the key."""
        return self.post(json.dumps(request).encode(), JSON | headers, MODELS[model].submit_path)

    def status(self, request_id: str, key: str | None = None) -> Answer:
        """Ask for a job's status."""
        return self.ask("GET", f"/v2/requests/status/{request_id}", headers={KEY_HEADER: key or self.key})

    def job(self, request: object = REQUEST, model: str = "turbo") -> Any:
        """Submit a request and return the status document that follows."""
        return self.status(self.submit(request, model).json()["request_id"]).json()

    def raw(self, sent: bytes | Iterable[bytes], *, half_close: bool = False, method: str = "POST") -> Answer:
        """Send bytes as they are and read one answer; `half_close` says that no more will come."""
        with socket.create_connection(self.address, timeout=PATIENCE) as connection:
            try:
                for part in [sent] if isinstance(sent, bytes) else sent:
                    connection.sendall(part)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the answer came before the end of the request
            if half_close:
                connection.shutdown(socket.SHUT_WR)
            response = http.client.HTTPResponse(connection, method=method)
            response.begin()
            return self._answer(response)

    def all_of(self, sent: bytes) -> bytes:
        """Send bytes, and return all that comes back until the mock closes the connection."""
        with socket.create_connection(self.address, timeout=PATIENCE) as connection:
            connection.sendall(sent)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    @staticmethod
    def _answer(response: http.client.HTTPResponse) -> Answer:
        with response:
            return Answer(response.status, response.headers, response.read())


def message(line: str, *headers: str | bytes, body: bytes = b"") -> bytes:
    """Write an HTTP message, whether or not it is one."""
    parts = [line, *headers]
    head = b"".join((part if isinstance(part, bytes) else part.encode()) + b"\r\n" for part in parts)
    return head + b"\r\n" + body


def submit_message(
    *headers: str | bytes, body: bytes = BODY, line: str = "", host: str = "mock.test"
) -> bytes:
    """Write a submit with these headers besides Host, Content-Type and the key; they say how long it is."""
    return message(
        line or f"POST {TURBO.submit_path} HTTP/1.1",
        *([f"Host: {host}"] if host else []),
        "Content-Type: application/json",
        f"{KEY_HEADER}: {KEY}",
        *headers,
        body=body,
    )


class Clock:
    """Real time, as the test says it is; in milliseconds."""

    def __init__(self) -> None:
        self.now = 1_775_000_000_000

    def __call__(self) -> int:
        """Tell it."""
        return self.now

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self.now += round(seconds * 1000)


class World:
    """A mock in this process, with its clock, its store and its log in view; use it in a `with` block."""

    def __init__(self, **settings: Any) -> None:
        self.clock = Clock()
        self.log: list[str] = []
        with patch.object(assembly, "real_time", lambda *_: self.clock):
            self._mock = assembly.Mock(Settings(**settings))

    def __enter__(self) -> Self:
        self._server = Server(RequestLog(self._mock.app, self.log.append), listen("127.0.0.1", 0)).start()
        self.client = Client(self._server.url)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
        self._mock.close()

    def stored(self) -> int:
        """Count the jobs in the store."""
        return int(self.sql("SELECT count(*) FROM jobs"))

    def sql(self, statement: str) -> Any:
        """Run a statement in the mock's database, and return the first value it gives."""
        store: Any = self._mock._store
        with store._lock:
            return store._connection.execute(statement).fetchone()[0]
