"""From the server's asynchronous interface (RSGI) to the application's synchronous one (WSGI).

Submits and polls take microseconds, so they run where they arrive, one after the other, and pay
for no thread. What may take long, drawing a picture, runs in a small pool beside them.
"""

import asyncio
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from io import BytesIO, RawIOBase, StringIO
from typing import TYPE_CHECKING, Any

from granian._granian import RSGIHeaders, RSGIHTTPProtocol, RSGIProtocolClosed
from granian.rsgi import Scope

from mockgateway.domain.body import BODY_LIMIT
from mockgateway.domain.manner import Manner
from mockgateway.domain.refusals import BadRequest, BodyTooLarge
from mockgateway.runtime.manners import send
from mockgateway.runtime.reset import Connection, reset
from mockgateway.runtime.waiting import until
from mockgateway.web.later import LATER, WAITED, Later
from mockgateway.web.recorder import HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

_SLOW_PATHS = ("/v1/", "/__mock__/")
_SLOW_THREADS = 2
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"
# Each takes tens of microseconds: a body in single bytes would keep the mock busy for half a minute.
_MOST_CHUNKS = 20_000
_WITHOUT_BODY = ("GET", "HEAD")
_SAME_FOR_ALL: Mapping[str, Any] = {
    "SCRIPT_NAME": "",
    "wsgi.input_terminated": True,
    "wsgi.multiprocess": False,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.version": (1, 0),
}

Answer = tuple[int, list[tuple[str, str]], bytes]


class _BrokenOff(RawIOBase):
    """A body that did not come whole: reading it is refused, for a client that still listens."""

    def readinto(self, _buffer: object, /) -> int:
        """Refuse."""
        raise BadRequest("The body broke off before its end.")


class Bridge:
    """An RSGI application that answers with a WSGI one."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app
        self._receiving: set[RSGIHTTPProtocol] = set()
        self._waiting: set[Connection] = set()
        self._pool = ThreadPoolExecutor(_SLOW_THREADS, thread_name_prefix="mockgateway-pictures")

    async def __call__(self, scope: Scope, protocol: RSGIHTTPProtocol) -> None:
        """Answer one request; a client that went away is not an error."""
        with suppress(RSGIProtocolClosed):
            environ = environment(scope)
            if scope.method not in _WITHOUT_BODY:
                self._receiving.add(protocol)
                try:
                    await _add_body(environ, protocol)
                finally:
                    self._receiving.discard(protocol)
            slow = scope.path.startswith(_SLOW_PATHS) and _is_slow(scope.path)
            answer = await self._beside(environ) if slow else self._answer(environ)
            if (later := environ[LATER]) is not None:
                await self._wait(scope, protocol, later)
                environ[WAITED] = True
                answer = await self._beside(environ)
            manner = environ.get("mockgateway.manner")
            if manner is None:
                protocol.response_bytes(*answer)
            else:
                await self._send(scope, protocol, manner, answer)

    async def _beside(self, environ: "WSGIEnvironment") -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._answer, environ)

    async def _wait(self, scope: Scope, protocol: RSGIHTTPProtocol, later: Later) -> None:
        connection = (scope.client, scope.server)
        self._waiting.add(connection)
        try:
            await until(later, protocol)
        finally:
            self._waiting.discard(connection)

    async def _send(self, scope: Scope, protocol: RSGIHTTPProtocol, manner: Manner, answer: Answer) -> None:
        connection = (scope.client, scope.server)
        self._waiting.add(connection)
        try:
            await send(scope, protocol, manner, *answer)
        finally:
            self._waiting.discard(connection)

    def _answer(self, environ: "WSGIEnvironment") -> Answer:
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: object = None) -> Any:
            started[:] = int(status[:3]), headers

        content = b"".join(self._app(environ, start_response))
        return started[0], started[1], content

    def hang_up(self) -> None:
        """Answer requests that are still being sent, and reset those whose answer waits."""
        for protocol in list(self._receiving):
            protocol.response_empty(503, [("Connection", "close")])
        if waiting := list(self._waiting):
            reset(waiting)

    def close(self) -> None:
        """End the pool; pictures being drawn are finished first."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _is_slow(path: str) -> bool:
    """Whether something is drawn or many exchanges are read; the rest of the control API is quick."""
    return path[1] == "v" or "/journal" in path or "/jobs/" in path


def environment(scope: Scope) -> "WSGIEnvironment":
    """Write a request's line and headers as a WSGI environment."""
    name, _, port = scope.server.rpartition(":")
    environ = {
        **_SAME_FOR_ALL,
        "REQUEST_METHOD": scope.method,
        # The path arrives decoded; WSGI wants its bytes as Latin-1.
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": name,
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client,
        "wsgi.errors": sys.stderr or StringIO(),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(),
        HEADERS: (sent := _headers(scope.headers)),
        LATER: None,
    }
    for header, value in sent:
        if "_" not in header:  # would be taken for the header that is spelt with a dash
            _add(environ, header, value)
    if scope.authority:
        if "HTTP_HOST" not in environ:
            sent.insert(0, ("host", scope.authority))
        environ["HTTP_HOST"] = scope.authority
    return environ


def _headers(headers: RSGIHeaders) -> list[tuple[str, str]]:
    found = headers.items()
    names = headers.keys()
    if len(found) < len(names):
        # Values beyond ASCII are left out there; present but useless is what they are.
        found += [(name, _UNREADABLE) for name in names if headers.get(name) is None]
    return found


def _add(environ: "WSGIEnvironment", name: str, value: str) -> None:
    variable = _variable(name)
    before = environ.get(variable)
    environ[variable] = value if before is None else f"{before},{value}"


@lru_cache(maxsize=256)
def _variable(name: str) -> str:
    variable = name.upper().replace("-", "_")
    return variable if variable in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{variable}"


async def _add_body(environ: "WSGIEnvironment", protocol: RSGIHTTPProtocol) -> None:
    """Read a body; of one over the limit no more than shows that it is."""
    length = environ.get("CONTENT_LENGTH")
    if length is not None and int(length) > BODY_LIMIT:
        return
    try:
        content = await (_chunks(protocol) if length is None else _measured(protocol))
    except BodyTooLarge:
        environ["CONTENT_LENGTH"] = str(BODY_LIMIT + 1)
        return
    if content is None:
        environ["wsgi.input"] = _BrokenOff()
        return
    environ["wsgi.input"] = BytesIO(content)
    environ["CONTENT_LENGTH"] = str(len(content))
    environ.pop("HTTP_TRANSFER_ENCODING", None)  # undone by now


async def _measured(protocol: RSGIHTTPProtocol) -> bytes | None:
    try:
        return await protocol()
    except RSGIProtocolClosed:
        return None


async def _chunks(protocol: RSGIHTTPProtocol) -> bytes | None:
    # The end reads as one empty chunk. A broken connection or chunk reads as one as well, with
    # the end after it. So do trailers, which no program sends to this gateway.
    content = bytearray()
    chunks = empty = 0
    async for chunk in protocol:
        content += chunk
        chunks += 1
        empty += not chunk
        if len(content) > BODY_LIMIT or chunks > _MOST_CHUNKS:
            raise BodyTooLarge(BODY_LIMIT)
    return bytes(content) if empty <= 1 else None
