"""The seam between the client and the network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import SplitResult, urlsplit

from zimage_client._answer import LARGEST_ANSWER, Answer
from zimage_client._errors import TransportError
from zimage_client._settings import Timeouts

if TYPE_CHECKING:
    from zimage_client._clock import Clock

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to send.

    `follow` says whether redirects are followed; a call with the key in its headers never does.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = None
    timeouts: Timeouts = field(default_factory=Timeouts)
    follow: bool = False


class Reply(Protocol):
    """An answer whose body is still coming; the names in `headers` are in small letters."""

    status: int
    headers: Mapping[str, str]

    def chunks(self) -> Iterator[bytes]:
        """Yield the body as it comes; raise TransportError when it breaks off."""
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...


class Transport(Protocol):
    """Sends calls; used by several threads at once. TransportError is all that it raises."""

    def send(self, call: Call) -> Reply:
        """Send a call and return the answer as soon as its headers are there."""
        ...

    def close(self) -> None:
        """Let go of all connections."""
        ...


def read(reply: Reply, clock: Clock, seconds: float) -> Answer:
    """Read an answer to its end, at most so long and so much."""
    deadline, body = clock.now() + seconds, bytearray()
    try:
        for chunk in reply.chunks():
            body += chunk
            if len(body) > LARGEST_ANSWER:
                break
            if clock.now() > deadline:
                raise TransportError(f"the answer took more than {seconds:g} seconds")
    finally:
        reply.close()
    return Answer(reply.status, reply.headers, bytes(body[:LARGEST_ANSWER]))


def origin(url: str) -> str | None:
    """Return scheme, host and port; None for what is no http or https URL, or has a user's name in it."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or _odd(parts):
        return None
    return f"{parts.scheme}://{parts.hostname}:{port}"


def _odd(parts: SplitResult) -> bool:
    # Readers of URLs disagree about these, so a host could be taken for another.
    return (
        "@" in parts.netloc or "\\" in parts.netloc or not parts.netloc.isprintable() or " " in parts.netloc
    )
