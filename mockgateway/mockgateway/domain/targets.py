"""Where callbacks may go.

A URL is read strictly, so that nobody downstream can read another host out of it. What it names is
judged twice: a literal address when the URL is submitted, and the addresses that a name stands for
when the callback is sent. The address that was judged is the one that is connected to.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address, ip_network

from mockgateway.domain.addresses import Address, Kind, Network, kind_of, plain

LONGEST_URL = 2048
_LARGEST_PORT = 65535
_PORTS = {"http": 80, "https": 443}
_CHARACTERS = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
_PARTS = re.compile(r"(https?)://([^/?#]+)([^#]*)(?:#.*)?", re.IGNORECASE)
_PLACE = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::([0-9]{0,5}))?")
_NAME = re.compile(r"(?=.{1,253}$)(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
# Resolvers take a last label of this kind for a number, and the name for an address in an odd spelling.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LOOPBACK_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"})
_METADATA_NAMES = frozenset({"metadata.google.internal", "metadata.goog", "instance-data.ec2.internal"})


class BadTarget(ValueError):
    """A callback cannot or may not go there; the message is a predicate: "must be …", "names …"."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL, read.

    Attributes:
        host: a name in small letters without a dot at its end, or an address without brackets.
        path: path and query, as sent in the request line.
        address: the address that the host is, or None for a name.
    """

    secure: bool
    host: str
    port: int
    path: str
    address: Address | None

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        host = f"[{self.host}]" if isinstance(self.address, IPv6Address) else self.host
        return host if self.port == _PORTS["https" if self.secure else "http"] else f"{host}:{self.port}"


def read_target(url: str) -> Target:
    """Read a URL; raises BadTarget when it is no absolute http or https URL that has one meaning only."""
    if len(url) > LONGEST_URL:
        raise BadTarget(f"is longer than {LONGEST_URL} characters.")
    parts = _PARTS.fullmatch(url) if _CHARACTERS.fullmatch(url) else None
    if not parts:
        raise BadTarget("must be an absolute http or https URL.")
    scheme, authority, path = parts.groups()
    if "@" in authority:
        raise BadTarget("must not hold a user name or password.")
    host, port = _place(authority, _PORTS[scheme.lower()])
    address = _address(host)
    rooted = path if path.startswith("/") else f"/{path}"
    return Target(scheme.lower() == "https", str(address or host.removesuffix(".")), port, rooted, address)


def _place(authority: str, default: int) -> tuple[str, int]:
    found = _PLACE.fullmatch(authority)
    if not found:
        raise BadTarget("must be an absolute http or https URL with a plain host name or address.")
    six, name, digits = found.groups()
    port = int(digits or default)
    if not 0 < port <= _LARGEST_PORT:
        raise BadTarget(f"must be an absolute http or https URL with a port from 1 to {_LARGEST_PORT}.")
    return (f"[{six}]" if six else name.lower()), port


def _address(host: str) -> Address | None:
    try:
        if host.startswith("["):
            return plain(IPv6Address(host[1:-1]))
        if _NUMBER.fullmatch(host.removesuffix(".").rpartition(".")[2]):
            return IPv4Address(host)
    except ValueError:
        raise BadTarget(
            "names an address in an unusual spelling: write an IPv4 address as four decimal numbers, "
            "an IPv6 address in brackets."
        ) from None
    if not _NAME.fullmatch(host.removesuffix(".")):
        raise BadTarget(
            "must be an absolute http or https URL with a host name of letters, digits and hyphens."
        )
    return None


@dataclass(frozen=True, slots=True)
class Policy:
    """What may be called back.

    Attributes:
        local: whether the mock listens on loopback only. Then loopback and private networks may be called
            besides public addresses, else only these. Link-local, metadata and all other kinds never.
        hosts: names that may be called although their addresses are loopback or private.
        networks: addresses that may be called, whatever their kind.
        public: whether public addresses may be called. If not, a URL that names one is fine all the same,
            and only its callbacks are not sent.
    """

    local: bool = True
    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    public: bool = True

    @classmethod
    def allowing(cls, targets: Iterable[str], *, local: bool, public: bool = True) -> "Policy":
        """Make the policy with exceptions, each a host name, an address or a CIDR network.

        Raises:
            ValueError: one is none of these; the message says which.
        """
        exceptions = [_exception(text) for text in targets]
        hosts = frozenset(each for each in exceptions if isinstance(each, str))
        networks = tuple(each for each in exceptions if not isinstance(each, str))
        return cls(local, hosts, networks, public)

    def check(self, target: Target) -> None:
        """Judge what a URL says by itself, no name being looked up; raises BadTarget."""
        if target.address is not None:
            replace(self, public=True).vet(target, [target.address])
        elif target.host not in self.hosts and (why := self._bad_name(target.host)):
            raise BadTarget(f"names {target.host}, a {why} host, where callbacks may not go.")

    def vet(self, target: Target, addresses: Sequence[Address]) -> list[Address]:
        """Return the addresses of a target, all of which may be called; raises BadTarget if any may not."""
        for address in addresses:
            if not self._may_call(target.host, plain(address)):
                also = "" if target.address else f"{target.host}, which is "
                why = (
                    "where callbacks may not go"
                    if self.public
                    else "where none go while callbacks are offline"
                )
                raise BadTarget(f"names {also}{address}, a {kind_of(address)} address, {why}.")
        return [plain(address) for address in addresses]

    def _may_call(self, host: str, address: Address) -> bool:
        near = (Kind.LOOPBACK, Kind.PRIVATE) if self.local or host in self.hosts else ()
        far = (Kind.PUBLIC,) if self.public else ()
        return kind_of(address) in (*far, *near) or any(address in network for network in self.networks)

    def _bad_name(self, host: str) -> str | None:
        if host in _METADATA_NAMES:
            return Kind.METADATA
        loopback = host in _LOOPBACK_NAMES or host.endswith(".localhost")
        return Kind.LOOPBACK if loopback and not self.local else None


def _exception(text: str) -> str | Network:
    try:
        return ip_network(text.strip("[]"))
    except ValueError:
        host = text.lower().removesuffix(".")
    if not _NAME.fullmatch(host) or _NUMBER.fullmatch(host.rpartition(".")[2]):
        raise ValueError(f"{text!r} is no host name, address or network such as 10.0.0.0/8") from None
    return host
