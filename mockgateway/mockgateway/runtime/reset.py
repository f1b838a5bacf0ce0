"""Resetting a connection that belongs to the server.

Granian gives nobody its sockets, so the descriptor is looked for among those of this process. It
is told to be closed with a reset (SO_LINGER, 0 seconds), and its reading side is shut: granian
reads the end of the connection, drops it, and the client sees "connection reset by peer". The
descriptor is granian's to close; closing it here could hit whatever takes its number next.
"""

import os
import socket
import stat
import struct
from collections.abc import Collection, Mapping

Connection = tuple[str, str]
"""Two addresses, the client's and the server's, each written `host:port`."""

_FOLDERS = ("/proc/self/fd", "/dev/fd")
_CLOSE_WITH_RESET = struct.pack("ii", 1, 0)


def reset(connections: Collection[Connection]) -> int:
    """Reset connections, all in one search; return how many were found."""
    wanted = dict(connections)
    return sum(_reset(number, wanted) for number in _open_descriptors() if _wanted(number, wanted))


def _reset(number: int, wanted: Mapping[str, str]) -> bool:
    try:
        copy = os.dup(number)
    except OSError:
        return False
    # A copy stays with its connection, even if the number is given to something else meanwhile.
    found = _wanted(copy, wanted)
    if found:
        connection = socket.socket(fileno=copy)
        try:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _CLOSE_WITH_RESET)
            connection.shutdown(socket.SHUT_RD)
        except OSError:
            found = False  # the client was faster
        connection.detach()
    if _is_socket(copy):
        os.close(copy)  # closing a copy of a store's file would give up the lock on it
    return found


def _open_descriptors() -> list[int]:
    for folder in _FOLDERS:
        try:
            with os.scandir(folder) as entries:
                return [int(each.name) for each in entries]
        except OSError:
            continue
    return []


def _is_socket(number: int) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(number).st_mode)
    except OSError:
        return False


def _wanted(number: int, wanted: Mapping[str, str]) -> bool:
    try:
        # Told what it is, Python asks the system less; an address of IPv4 has room in one of IPv6.
        connection = socket.socket(socket.AF_INET6, socket.SOCK_STREAM, 0, number)
    except OSError:
        return False
    try:
        server = wanted.get(_written(connection.getpeername()))
        # The server's host may be a wildcard; its port and the client's address are enough to tell.
        return server is not None and server.endswith(f":{connection.getsockname()[1]}")
    except (OSError, IndexError, TypeError):  # not connected, or not TCP
        return False
    finally:
        connection.detach()


def _written(address: object) -> str:
    if not isinstance(address, tuple):
        return ""
    host, port = address[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
