"""Connecting to a place, through the environment's proxy unless the place is this machine."""

from __future__ import annotations

import os
import ssl
from base64 import b64encode
from functools import cache
from http.client import HTTPResponse
from ipaddress import ip_address
from pathlib import Path
from socket import IPPROTO_TCP, TCP_NODELAY, create_connection, getaddrinfo, socket
from time import monotonic
from typing import NamedTuple, cast
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from zimage_contract.probe.wire import Wire

_PORTS = {"http": 80, "https": 443}
_LARGEST_HEAD = 65536
_SUCCESS = 2


class ProxyRefused(OSError):
    """The proxy would not connect us, or is not there."""


class Untrusted(OSError):
    """Whether it is who it says cannot be told."""


class Place(NamedTuple):
    """Where requests go: "http" or "https", a host without brackets, and a port."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, parts: SplitResult) -> Place:
        """Read it from a URL; raises ValueError when it is none that can be followed."""
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("the URL is no absolute http or https URL")
        host = parts.hostname
        return cls(
            parts.scheme,
            host if ":" in host else host.encode("idna").decode(),
            parts.port or _PORTS[parts.scheme],
        )

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def tunnel(self) -> str:
        """What a proxy is asked to connect to."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@cache
def is_loopback(host: str) -> bool:
    """Tell whether a host's name or address is this machine; all its addresses must be."""
    try:
        found = {each[4][0] for each in getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return False
    return all(ip_address(str(each).partition("%")[0]).is_loopback for each in found)


def proxy_for(place: Place) -> str | None:
    """Return the URL of the proxy that leads there by the environment; None: none does."""
    if is_loopback(place.host) or proxy_bypass(place.host):
        return None
    proxies = getproxies()
    found = proxies.get(place.scheme) or proxies.get("all")
    return found if not found or "://" in found else f"http://{found}"


def dial(place: Place, end: float) -> Wire:
    """Connect by `end`, by `time.monotonic`; raises OSError when that cannot be."""
    proxy = proxy_for(place)
    sock = _connect(place, end) if proxy is None else _connect_to_proxy(proxy, end)
    try:
        if proxy is not None and place.scheme == "https":
            _tunnel(sock, place, urlsplit(proxy), end)
        if place.scheme == "https":
            sock.settimeout(_left(end))
            sock = _secured(sock, place.host)
    except BaseException:
        sock.close()
        raise
    return Wire(sock)


def proxy_credentials(proxy: SplitResult) -> str | None:
    """Return the value of the Proxy-Authorization header; None when the proxy's URL names nobody."""
    if proxy.username is None:
        return None
    who = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return f"Basic {b64encode(who.encode()).decode()}"


def _connect(place: Place, end: float) -> socket:
    sock = create_connection((place.host, place.port), timeout=_left(end))
    sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
    return sock


def _connect_to_proxy(proxy: str, end: float) -> socket:
    try:
        place = Place.of(urlsplit(proxy))
    except ValueError:
        raise ProxyRefused("the proxy's URL is none: write such as http://127.0.0.1:3128") from None
    try:
        return _connect(place, end)
    except OSError as error:
        reason = error.strerror or "it took too long"
        raise ProxyRefused(f"the proxy {place.tunnel} cannot be reached, {reason}") from None


def _secured(sock: socket, host: str) -> socket:
    try:
        return _trust().wrap_socket(sock, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        raise Untrusted(f"the certificate of {host} is not trusted, {error.verify_message}") from None


def _tunnel(sock: socket, place: Place, proxy: SplitResult, end: float) -> None:
    who = proxy_credentials(proxy)
    authorization = f"Proxy-Authorization: {who}\r\n" if who else ""
    wire = Wire(sock)
    wire.allow(end, _LARGEST_HEAD)
    wire.sendall(f"CONNECT {place.tunnel} HTTP/1.1\r\nHost: {place.tunnel}\r\n{authorization}\r\n".encode())
    answer = HTTPResponse(cast("socket", wire), method="CONNECT")
    answer.begin()
    if answer.status // 100 != _SUCCESS:
        raise ProxyRefused(f"the proxy answered {answer.status} {answer.reason}")


def _left(end: float) -> float:
    if (left := end - monotonic()) > 0:
        return left
    raise TimeoutError


def _trust() -> ssl.SSLContext:
    """Trust what the environment names, as curl and requests do; else what the system trusts."""
    names = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
    name = next(filter(os.environ.get, names), None)
    try:
        return _trusting(os.environ[name] if name else None)
    except OSError:
        raise Untrusted(f"{name} names no file with certificates") from None


@cache
def _trusting(path: str | None) -> ssl.SSLContext:
    if path and Path(path).is_dir():
        return ssl.create_default_context(capath=path)
    return ssl.create_default_context(cafile=path)
