"""One request and what comes of it, over a connection that is there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http.client import HTTPException, HTTPResponse, IncompleteRead
from socket import socket
from typing import cast
from urllib.parse import quote, urlsplit

from zimage_contract.exchange import Headers
from zimage_contract.probe.dialling import Place, proxy_credentials, proxy_for
from zimage_contract.probe.wire import TooMuch, Wire

LARGEST_ANSWER = 32 * 1024 * 1024
"""Bytes; more of an answer is not read."""

BROKEN = (OSError, HTTPException, ValueError, TooMuch)
"""What `exchange` raises for what is no answer; ValueError is what `http.client` makes of odd framing."""

_LARGEST_HEAD = 1024 * 1024
_LARGE = 64 * 1024
_PLAIN = "/%:@!$&'()*+,;=-._~?"
_INFORMATIONAL = 1


@dataclass(frozen=True, slots=True)
class Request:
    """A request that keeps HTTP's rules.

    Attributes:
        method: such as "GET".
        place: where it goes.
        target: path and query.
        headers: all that are sent.
        body: as it is sent.
        end: when the answer must be whole, by `time.monotonic`.
    """

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
class Answer:
    """What came of a request.

    Attributes:
        status: None when no whole answer came.
        headers: of the answer, in order.
        body: decoded from its transfer coding.
        broken: why no whole answer came, in words; else "".
        keep: whether the connection may be used again.
        nothing: whether it ended before a byte came.
    """

    status: int | None = None
    headers: Headers = ()
    body: bytes = b""
    broken: str = ""
    keep: bool = False
    nothing: bool = False


def request_to(method: str, url: str, headers: Headers, body: bytes, end: float) -> Request | None:
    """Make a request; None when the URL cannot be followed, which is no fault of ours: gateways name some.

    Host, User-Agent, Accept-Encoding and, where it belongs, Content-Length are added to `headers`.

    Args:
        method: such as "GET".
        url: where to.
        headers: sent as they are.
        body: likewise.
        end: when the answer must be whole, by `time.monotonic`.

    Raises:
        ValueError: HTTP cannot carry a header.
    """
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
    return Request(method, place, target, whole, body, end)


def exchange(wire: Wire, request: Request) -> Answer:
    """Send the request and read the answer; raises what is in `BROKEN`."""
    wire.allow(request.end, LARGEST_ANSWER + _LARGEST_HEAD)
    # Who refuses a large body may answer before having read all of it, and hang up then or soon after.
    large = len(request.body) > _LARGE
    try:
        wire.sendall(request.head() + request.body)
    except TimeoutError:
        raise
    except OSError:
        large = True
    answer = _read(wire, request.method)
    return replace(answer, keep=False) if large else answer


def _read(wire: Wire, method: str) -> Answer:
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
    return Answer(response.status, headers, body, keep=not response.will_close)


def why(error: Exception, wire: Wire | None) -> str:
    """Say how it ended."""
    if wire is None:
        reason = getattr(error, "strerror", None) or error
        return f"no connection: {reason or 'it took too long'}"
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
