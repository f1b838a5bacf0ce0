"""A gateway that says what it is told to, over a socket, and remembers what it was asked."""

import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from typing import Any, Self

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from zimage_client import Client, Settings, Timeouts, TurboRequest
from zimage_client.testing import PNG, ManualClock
from zimage_schemas import KEY_HEADER

KEY = "key-of-the-tests-0001"
JOB = "z-image-turbo-834_0198c2f4-6f3b-7a10-9c55-1b0c2d3e4f5a6"
REQUEST = TurboRequest(prompt="A red bicycle", image_size="square_1_1")
CHALLENGE = "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>"

Handler = Callable[[Request], Response]


def said(status: int, document: object, headers: Mapping[str, str] | None = None) -> Handler:
    """Answer in JSON."""
    return lambda _: Response(json.dumps(document), status, headers, content_type="application/json")


def page(status: int, html: str = CHALLENGE) -> Handler:
    """Answer as the network before the gateway does."""
    return lambda _: Response(html, status, content_type="text/html; charset=UTF-8")


def text(status: int, words: str) -> Handler:
    """Answer in plain text."""
    return lambda _: Response(words, status, content_type="text/plain")


def management(status: int, message: str, headers: Mapping[str, str] | None = None) -> Handler:
    """Answer as API management does."""
    return said(status, {"statusCode": status, "message": message}, headers)


def queue(status: int, error: str, message: str) -> Handler:
    """Answer as the queue does."""
    return said(status, {"error": error, "message": message})


def accepted(request: Request) -> Response:
    """Accept a job."""
    url = f"{request.host_url}v2/requests/status/{JOB}"
    return said(202, {"request_id": JOB, "status": "QUEUED", "polling_url": url})(request)


def state(name: str, error: str | None = None, **fields: Any) -> Handler:
    """Answer with a job's status; COMPLETED has one picture, unless `output` says otherwise."""

    def answer(request: Request) -> Response:
        output = {"media_url": [f"{request.host_url}v1/{JOB}/output.png"], "media_type": "image/png"}
        document = {
            "request_id": JOB,
            "status": name,
            "model_id": "z-image-turbo-834",
            "error": error,
            "output": output if name == "COMPLETED" else None,
            **fields,
        }
        return said(200, document)(request)

    return answer


def picture(_: Request) -> Response:
    """Send a picture."""
    return Response(PNG, 200, content_type="image/png")


QUEUED, PROCESSING, COMPLETED = state("QUEUED"), state("PROCESSING"), state("COMPLETED")
LIMITED = management(429, "Rate limit is exceeded. Try again in 7 seconds.", {"Retry-After": "7"})
BROKEN = management(500, "Internal server error")


class Gateway:
    """Answers each kind of request by its script, the last answer for ever."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = server.url_for("").rstrip("/")
        self.scripts: dict[str, list[Handler]] = {
            "submit": [accepted],
            "poll": [COMPLETED],
            "media": [picture],
        }
        self.seen: dict[str, list[Request]] = {kind: [] for kind in self.scripts}
        self.clock = ManualClock()
        paths = {"submit": "/z-image-.*", "poll": "/v2/.*", "media": "/v1/.*"}
        for kind, path in paths.items():
            server.expect_request(re.compile(path)).respond_with_handler(self._answer(kind))
        self.client = self.client_with()

    def client_with(self, settings: Settings | None = None, base_url: str | None = None) -> Client:
        """Make another client."""
        settings = settings or Settings(timeouts=Timeouts(connect=2, read=5))
        self.client = Client(KEY, base_url or self.url, settings=settings, clock=self.clock)
        return self.client

    def _answer(self, kind: str) -> Handler:
        def answer(request: Request) -> Response:
            self.seen[kind].append(request)
            script = self.scripts[kind]
            return (script.pop(0) if script[1:] else script[0])(request)

        return answer

    def script(self, **kinds: list[Handler]) -> None:
        """Say what is answered, in turn, to `submit`, `poll` and `media`."""
        self.scripts |= kinds

    def counts(self) -> tuple[int, int, int]:
        """How many submits, polls and downloads there were."""
        return len(self.seen["submit"]), len(self.seen["poll"]), len(self.seen["media"])

    def keys(self, kind: str) -> set[str | None]:
        """Which keys came with the requests of one kind."""
        return {request.headers.get(KEY_HEADER) for request in self.seen[kind]}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()


class RawServer:
    """A socket that answers each connection with the next bytes, whatever they are; None resets it."""

    def __init__(self, *answers: bytes | None) -> None:
        self.connections = 0
        self._answers = list(answers)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)

    def _serve(self) -> None:
        for answer in self._answers:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                received = connection.recv(65536)
                while b"\r\n\r\n" not in received or (b"POST" in received and b"}" not in received):
                    received += connection.recv(65536)
                if answer is None:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                else:
                    connection.sendall(answer)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
