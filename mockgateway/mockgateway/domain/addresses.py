"""What kind of network an IP address belongs to.

The tables are our own: those of the standard library have changed between patch releases of Python,
and where a callback may go must not.
"""

from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Kind(StrEnum):
    """Kinds of addresses, as an error message names them."""

    PUBLIC = "public"
    LOOPBACK = "loopback"
    PRIVATE = "private"
    LINK_LOCAL = "link-local"
    METADATA = "cloud metadata"
    MULTICAST = "multicast"
    UNSPECIFIED = "unspecified"
    SHARED = "shared (carrier)"
    TRANSLATED = "translated"
    RESERVED = "reserved"


_Table = tuple[tuple[Network, Kind], ...]


def _table(*rows: tuple[Kind, str]) -> _Table:
    return tuple((ip_network(network), kind) for kind, networks in rows for network in networks.split())


# The first network that holds an address says its kind.
_FOUR = _table(
    # Azure's, Alibaba's and Oracle's; those of the others are link-local.
    (Kind.METADATA, "168.63.129.16 100.100.100.200 192.0.0.192"),
    (Kind.LOOPBACK, "127.0.0.0/8"),
    (Kind.PRIVATE, "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16"),
    (Kind.LINK_LOCAL, "169.254.0.0/16"),
    (Kind.UNSPECIFIED, "0.0.0.0/8"),
    (Kind.SHARED, "100.64.0.0/10"),
    (Kind.MULTICAST, "224.0.0.0/4"),
    (Kind.RESERVED, "192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 198.51.100.0/24"),
    (Kind.RESERVED, "203.0.113.0/24 240.0.0.0/4"),
    (Kind.PUBLIC, "0.0.0.0/0"),
)
_SIX = _table(
    (Kind.METADATA, "fd00:ec2::254 fd20:ce::254"),  # Amazon's and Google's
    (Kind.LOOPBACK, "::1"),
    (Kind.PRIVATE, "fc00::/7"),
    (Kind.LINK_LOCAL, "fe80::/10"),
    (Kind.UNSPECIFIED, "::"),
    (Kind.MULTICAST, "ff00::/8"),
    # IPv4 in disguise: compatible, SIIT, NAT64 of a site, Teredo, 6to4.
    (Kind.TRANSLATED, "::/96 ::ffff:0:0:0/96 64:ff9b:1::/48 2001::/32 2002::/16"),
    (Kind.RESERVED, "2001::/23 2001:db8::/32 3fff::/20"),
    (Kind.PUBLIC, "2000::/3"),
    (Kind.RESERVED, "::/0"),
)
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP, _ISATAP_BITS = 0x00005EFE, 0xFDFFFFFF


def plain(address: Address) -> Address:
    """Return the address itself behind an IPv4-mapped spelling of it."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def kind_of(address: Address) -> Kind:
    """Say the kind; of IPv4 addresses inside IPv6 ones, only public ones behind NAT64 are public."""
    address = plain(address)
    if isinstance(address, IPv4Address):
        return _first(_FOUR, address)
    if address in _NAT64:
        public = kind_of(IPv4Address(int(address) & 0xFFFFFFFF)) is Kind.PUBLIC
        return Kind.PUBLIC if public else Kind.TRANSLATED
    if (int(address) >> 32) & _ISATAP_BITS == _ISATAP:
        return Kind.TRANSLATED
    return _first(_SIX, address)


def _first(table: _Table, address: Address) -> Kind:
    return next(kind for network, kind in table if address in network)
