"""How a probe talks to a gateway: whatever that does, an exchange comes of it, in bounded time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http.client import HTTPException, HTTPResponse, IncompleteRead
from socket import socket
from threading import Lock, local
from time import monotonic
from types import TracebackType
from typing import Self, cast
from urllib.parse import quote, urlsplit

from zimage_contract.exchange import Exchange, Headers, Kind, kind_of
from zimage_contract.probe.dialling import Place, dial, proxy_credentials, proxy_for
from zimage_contract.probe.recorder import Recorder, now
from zimage_contract.probe.wire import TooMuch, Wire

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes; more of an answer is not read."""

_LARGEST_HEAD = 1024 * 1024
_PATIENCE = 2
_IDLE = 1.0
_PLAIN = "/%:@!$&'()*+,;=-._~?"
_INFORMATIONAL = 1


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    place: Place
    target: str
    headers: Headers
    body: bytes
    end: float

    def head(self) -> bytes:
        """Return request line and headers; a proxy for plain HTTP is told the whole URL."""
        target, headers = self.target, self.headers
        proxy = proxy_for(self.place) if self.place.scheme == "http" else None
        if proxy:
            target = f"http://{self.place.authority}{target}"
            who = proxy_credentials(urlsplit(proxy))
            headers += (("Proxy-Authorization", who),) if who else ()
        lines = [f"{self.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came of a request; `keep` the connection, and whether `nothing` came at all."""

    status: int | None = None
    headers: Headers = ()
    body: bytes = b""
    broken: str = ""
    keep: bool = False
    nothing: bool = False


class Line:
    """Sends requests, over one connection for each thread and place, and records what comes of them.

    A POST is never sent twice. A GET is sent again, once, when its connection had been used before and ended
    without a byte of an answer: that is how servers close what is idle. Redirects are not followed.

    Args:
        recorder: keeps the exchanges.
        max_response: seconds that an answer may take; it is given up after twice that, so that one which is
            merely late can be told from none.
    """

    def __init__(self, recorder: Recorder, max_response: float) -> None:
        self._recorder = recorder
        self._limit = max_response * _PATIENCE
        self._own = local()
        self._lock = Lock()
        self._wires: set[Wire] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up everywhere; no other thread may be sending."""
        self._own = local()
        while self._wires:
            self._wires.pop().close()

    def send(  # noqa: PLR0913 - a request has that many parts, each named where it is called
        self,
        method: str,
        url: str,
        *,
        headers: Headers = (),
        body: bytes = b"",
        kind: Kind | None = None,
        intent: str = "",
    ) -> Exchange:
        """Send a request and wait for the answer; whatever happens is told by the exchange.

        Host, User-Agent, Accept-Encoding and, where it belongs, Content-Length are added to `headers`.

        Raises:
            ValueError: HTTP cannot carry a header.
        """
        began, at = monotonic(), now()
        request = _request(method, url, headers, body, began + self._limit)
        answer = self._answer(request) if request else _Answer(broken="the URL cannot be followed")
        return self._recorder.add(
            kind=kind or (kind_of(method, url) if request else "other"),
            method=method,
            url=url,
            headers=request.headers if request else headers,
            body=body,
            status=answer.status,
            answer_headers=answer.headers,
            answer=answer.body,
            at=at,
            took=monotonic() - began,
            broken=answer.broken,
            intent=intent,
        )

    def _answer(self, request: _Request) -> _Answer:
        wire = self._kept.pop(request.place, None)
        if wire is not None and not wire.fresh(_IDLE):
            self._hang_up(wire)
            wire = None
        answer = self._try(wire, request)
        stale = wire is not None and answer.nothing and request.method == "GET"
        return self._try(None, request) if stale else answer

    def _try(self, wire: Wire | None, request: _Request) -> _Answer:
        try:
            wire = wire or self._dial(request)
            wire.allow(request.end, LARGEST_ANSWER + _LARGEST_HEAD)
            answer = _exchange(wire, request)
        except (OSError, HTTPException, ValueError, TooMuch) as error:
            answer = _Answer(broken=_why(error, wire), nothing=wire is not None and not wire.received)
        if wire is not None:
            self._put_back(wire, request.place, keep=answer.keep)
        return answer

    def _dial(self, request: _Request) -> Wire:
        wire = dial(request.place, request.end)
        with self._lock:
            self._wires.add(wire)
        return wire

    def _put_back(self, wire: Wire, place: Place, *, keep: bool) -> None:
        if keep:
            wire.idle_since = monotonic()
            self._kept[place] = wire
        else:
            self._hang_up(wire)

    def _hang_up(self, wire: Wire) -> None:
        wire.close()
        with self._lock:
            self._wires.discard(wire)

    @property
    def _kept(self) -> dict[Place, Wire]:
        """This thread's connections that wait for the next request."""
        found: dict[Place, Wire] = self._own.__dict__.setdefault("kept", {})
        return found


def _request(method: str, url: str, headers: Headers, body: bytes, end: float) -> _Request | None:
    """Make a request; None when the URL cannot be followed, which is no fault of ours: gateways name some."""
    try:
        parts = urlsplit(url)
        place = Place.of(parts)
    except ValueError:
        return None
    target = quote(f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", safe=_PLAIN)
    ours: Headers = (("Host", place.authority), ("User-Agent", "zimage-contract"))
    length: Headers = (("Content-Length", str(len(body))),) if body or method == "POST" else ()
    whole = (*ours, ("Accept-Encoding", "identity"), *headers, *length)
    for name, value in whole:
        if not value.isascii() or not value.replace("\t", " ").isprintable():
            raise ValueError(f"the header {name} can hold printable ASCII only")
    return _Request(method, place, target, whole, body, end)


def _exchange(wire: Wire, request: _Request) -> _Answer:
    try:
        wire.sendall(request.head() + request.body)
    except TimeoutError:
        raise
    except OSError:
        # Who refuses a body may answer before having read all of it, and hang up.
        return replace(_read(wire, request.method), keep=False)
    return _read(wire, request.method)


def _read(wire: Wire, method: str) -> _Answer:
    while True:
        response = HTTPResponse(cast("socket", wire), method=method)
        response.begin()
        if response.status // 100 != _INFORMATIONAL:
            break
    body = response.read(LARGEST_ANSWER + 1)
    if len(body) > LARGEST_ANSWER:
        raise TooMuch
    if response.length:
        raise IncompleteRead(body, response.length)
    headers = tuple(response.headers.items())
    return _Answer(response.status, headers, body, keep=not response.will_close)


def _why(error: Exception, wire: Wire | None) -> str:
    """Say how it ended."""
    if wire is None:
        return f"no connection: {error or 'it took too long'}"
    if isinstance(error, TooMuch):
        return f"the answer is larger than {LARGEST_ANSWER // 2**20} MiB"
    part = "the answer broke off" if wire.received else "no answer"
    if isinstance(error, TimeoutError):
        return f"{part}: time ran out"
    if isinstance(error, OSError) or (isinstance(error, HTTPException) and not wire.received):
        return f"{part}: the connection ended"
    if isinstance(error, IncompleteRead):
        return f"{part} after {len(error.partial)} bytes"
    return f"the answer is not HTTP: {error!r}"
