"""Looking names up, with a deadline: the system's resolver has none."""

import socket
from ipaddress import ip_address
from threading import BoundedSemaphore, Event, Thread

from mockgateway.domain.addresses import Address
from mockgateway.runtime.wire import Deadline

_MOST_LOOKUPS = 16
_running = BoundedSemaphore(_MOST_LOOKUPS)


class _Lookup:
    """One question to the resolver, asked in a thread that may be left behind."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._done = Event()
        self._found: list[Address] = []
        self._error: OSError | None = None

    def run(self) -> None:
        try:
            # Bytes: the name is ASCII already, and must not be translated once more.
            rows = socket.getaddrinfo(self._name.encode(), None, type=socket.SOCK_STREAM)
            # Without a zone: it says which wire a link-local address is on, and nobody goes there.
            self._found = [ip_address(str(row[4][0]).partition("%")[0]) for row in rows]
        except OSError as error:
            self._error = error
        finally:
            _running.release()
            self._done.set()

    def answer(self, seconds: float) -> list[Address]:
        if not self._done.wait(seconds):
            raise TimeoutError
        if self._error:
            raise self._error
        return list(dict.fromkeys(self._found))


def look_up(name: str, deadline: Deadline) -> list[Address]:
    """Return all addresses of a name; raises OSError, also when there is none in time."""
    if not _running.acquire(timeout=deadline.left()):
        raise TimeoutError
    lookup = _Lookup(name)
    Thread(target=lookup.run, name="mockgateway-lookup", daemon=True).start()
    return lookup.answer(deadline.left())
