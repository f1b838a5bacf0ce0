"""Where a program's requests may go: to the two hosts of the gateway, and beyond if that is allowed.

Pure rules on what was asked for; addresses are judged before they are connected to, and the one
that was judged is the one that is connected to.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from ipaddress import IPv6Address

from mockgateway.domain.addresses import Address, Kind, kind_of, plain
from mockgateway.domain.targets import BadTarget, Target, read_target
from mockgateway.runtime.masquerade.front import HOSTS, PORT

_REQUEST = re.compile(r"([A-Z]{1,20}) ([\x21-\x7e]+) HTTP/1\.[01]")
_URL = re.compile(r"(https?://[^/?#]*)([^#]*)", re.IGNORECASE)
# About the connection to the proxy, so not for whom it asks.
_HOP = ("connection", "keep-alive", "proxy-authorization", "proxy-connection")
_URL_MARKS = frozenset("/?#@")
_LONGEST_PLACE = 80
_FAR = (Kind.PUBLIC, Kind.PRIVATE)


class Unreadable(ValueError):
    """This is no request to a proxy; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Barred:
    """What may not be reached: host and port, and a clause that says why."""

    place: str
    why: str


class Refused(Exception):
    """This may not be reached."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place} was refused: {why}")
        self.barred = Barred(place, why)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the proxy is asked for.

    Attributes:
        tunnel: whether a connection is wanted (CONNECT), or one request forwarded.
        target: where to.
        head: the request's head as it is forwarded, its own connection being closed after it.
    """

    tunnel: bool
    target: Target
    head: bytes = b""

    @property
    def is_ours(self) -> bool:
        """Whether it is for the gateway or its pictures."""
        return self.target.host in HOSTS

    @property
    def place(self) -> str:
        """Host and port, as a message names them."""
        host = f"[{self.target.host}]" if isinstance(self.target.address, IPv6Address) else self.target.host
        return f"{host}:{self.target.port}"


def read_wish(head: bytes) -> Wish:
    """Read the head of a request to the proxy.

    Raises:
        Unreadable: it is none.
        Refused: its host has no single meaning, such as an address in an odd spelling.
    """
    first, *headers = head.decode("latin-1").split("\r\n")
    found = _REQUEST.fullmatch(first)
    if not found:
        raise Unreadable("this is no HTTP/1.1 request")
    method, asked = found.groups()
    if method == "CONNECT":
        if _URL_MARKS.intersection(asked):
            raise Unreadable("CONNECT takes a host and a port, such as example.com:443")
        return Wish(tunnel=True, target=_target(f"https://{asked}"))
    url = _URL.fullmatch(asked)
    if not url:
        raise Unreadable("this port is the proxy of `mockgateway run`; it serves nothing itself")
    target = _target(url[1])
    return Wish(tunnel=False, target=target, head=_forwarded(method, url[2], target, headers))


def _target(origin: str) -> Target:
    try:
        return read_target(f"{origin}/")
    except BadTarget as error:
        place = origin.partition("://")[2].rpartition("@")[2][:_LONGEST_PLACE]
        raise Refused(place, f"its URL {str(error).removesuffix('.')}") from None


def _forwarded(method: str, path: str, target: Target, headers: list[str]) -> bytes:
    kept = [
        line for line in headers if line and line.partition(":")[0].strip().lower() not in (*_HOP, "host")
    ]
    rooted = path if path.startswith("/") else f"/{path}"
    lines = [f"{method} {rooted} HTTP/1.1", f"Host: {target.authority}", *kept, "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1")


def check(wish: Wish, *, allow_network: bool) -> None:
    """Judge what is asked for by its name; raises Refused."""
    if wish.is_ours:
        if wish.target.port != PORT or not wish.target.secure:
            raise Refused(wish.place, "the gateway is reached by https, on port 443: use an https URL")
    elif not allow_network:
        raise Refused(wish.place, "the network is off; --allow-network lets the program reach it")


def judge(
    wish: Wish, addresses: Collection[Address], own: Collection[int], is_here: Callable[[Address], bool]
) -> list[Address]:
    """Return the addresses as they may be connected to.

    Args:
        wish: what is asked for.
        addresses: what its host stands for.
        own: the ports of the mock and the proxy.
        is_here: says whether an address is one of this machine.

    Raises:
        Refused: one of them is the mock or the proxy.
    """
    found = [plain(address) for address in addresses]
    if wish.target.port in own and any(kind_of(address) not in _FAR or is_here(address) for address in found):
        raise Refused(wish.place, "the mock itself is not reached through its proxy")
    return found
