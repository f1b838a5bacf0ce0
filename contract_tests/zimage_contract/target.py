"""What a gateway is called on the command line, and how it is reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from secrets import token_hex
from urllib.parse import SplitResult, urlsplit

from zimage_schemas import LIVE_ORIGIN


class BadTarget(ValueError):
    """A target has no meaning or needs a key; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Target:
    """A gateway that can be probed.

    Attributes:
        name: what it was called: "mock", "live", or its URL.
        origin: where it is.
        key: a good key.
        keys: for each situation that it can show, and "second" for one more good key.
        loopback: whether it is on this machine: then nothing costs, and answers come fast.
    """

    name: str
    origin: str
    key: str = field(repr=False)
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    loopback: bool = False

    @property
    def budget(self) -> Decimal | None:
        """What may be spent when nobody says: nothing, or any amount on this machine."""
        return None if self.loopback else Decimal(0)

    @property
    def poll_interval(self) -> float:
        """Seconds between polls when nobody says."""
        if self.name == "mock":
            return 0.05
        return 0.2 if self.loopback else 5.0

    @property
    def patience(self) -> float:
        """Seconds to wait for callbacks that come late or twice."""
        return 1.0 if self.loopback else 5.0


@contextmanager
def opened(name: str, key: str = "", keys: Mapping[str, str] | None = None) -> Iterator[Target]:
    """Find a target, and start it where it is "mock".

    Args:
        name: "mock", "live", or a URL; a path in it is kept before the gateway's own.
        key: a good key; "": a mock on this machine is given one of its own. "mock" takes any, such as
            that of the live gateway, which the environment may hold.
        keys: those of the special situations; they go before the ones that are known of a mock.

    Raises:
        BadTarget: it is none of these, or needs a key.
    """
    if name == "mock":
        with _mock() as origin:
            yield _with_keys(name, origin, key, keys or {})
    else:
        origin = LIVE_ORIGIN if name == "live" else _origin(name)
        yield _with_keys(name, origin, key, keys or {})


@contextmanager
def _mock() -> Iterator[str]:
    from mockgateway import MockGateway

    with MockGateway(queue_time=0.1, processing_time=0.2) as gateway:
        yield gateway.url


def _with_keys(name: str, origin: str, key: str, keys: Mapping[str, str]) -> Target:
    from zimage_contract.probe.dialling import is_loopback
    from zimage_contract.probe.mock_keys import is_mockgateway, keys_of_mock

    loopback = is_loopback(urlsplit(origin).hostname or "")
    if name == "mock" or (not key and loopback and is_mockgateway(origin)):
        found = {**keys_of_mock(token_hex(4)), **keys}
        valid = found.pop("valid")
        return Target(name, origin, key or valid, found, loopback=loopback)
    if not key:
        raise BadTarget(f"{name} needs a key: set the environment variable PIXAZO_API_KEY, or give --api-key")
    return Target(name, origin, key, keys, loopback=loopback)


def _origin(url: str) -> str:
    """Return a target's URL; raise BadTarget, with the URL to write, but without the secrets in it."""
    parts = _parts(url)
    if parts is None or not parts.scheme:
        meant = parts or _parts(f"//{url}")
        if meant and (meant.port or "." in meant.netloc):
            raise BadTarget(f"a URL without a scheme is no target: write {_bare(meant)}")
        shown = url.rpartition("@")[2]
        raise BadTarget(f"{shown!r} is no target: write a URL such as http://127.0.0.1:8765, mock, or live")
    for what, there in (("query", parts.query), ("fragment", parts.fragment)):
        if there:
            raise BadTarget(f"a URL with a {what} is no target: write {_bare(parts)}")
    if parts.username or parts.password:
        raise BadTarget(
            f"a URL with a user in it is no target: write {_bare(parts)}; a key is given with --api-key"
        )
    return _bare(parts)


def _parts(url: str) -> SplitResult | None:
    """Take a URL apart; None when it leads to no gateway. One that begins with // has no scheme yet."""
    try:
        parts = urlsplit(url)
        fine = parts.hostname and parts.port != 0
    except ValueError:
        return None
    schemes = {""} if url.startswith("//") else {"http", "https"}
    return parts if fine and parts.scheme in schemes else None


def _bare(parts: SplitResult) -> str:
    """Write what a target's URL consists of: scheme, host, port and path."""
    from zimage_contract.probe.dialling import is_loopback

    scheme = parts.scheme or ("http" if is_loopback(parts.hostname or "") else "https")
    return f"{scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/")
