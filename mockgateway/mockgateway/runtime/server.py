"""The HTTP server: one granian worker in a thread of this process.

Granian is made to run in processes of its own; here its worker runs in a thread, so that a mock
starts and stops within milliseconds, many can run in one test process, and one process holds the
store. That takes three names that granian does not document (`_spawn_worker`,
`_spawn_rsgi_worker`, `SocketHolder`), which is why its version is bounded in pyproject.toml and
the tests go through the socket.
"""

import atexit
import socket
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Any, Self

from granian._granian import SocketHolder
from granian.constants import Interfaces, Loops, RuntimeModes, SSLProtocols
from granian.server import MTServer

from mockgateway.runtime.bridge import Bridge

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_BACKLOG = 1024
_GRACE = 1.0
# Granian's stub has its arguments wrong.
_holder: Any = SocketHolder
# Only incremental: anything else would close the log handlers of the program we run in.
_QUIET = {"incremental": True, "formatters": {}, "handlers": {}, "loggers": {}}


class CannotListen(Exception):
    """The address cannot be listened on; the message says why and what to do."""


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket; port 0 picks a free one. Raises CannotListen."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listening = socket.socket(family, kind, protocol)
    except UnicodeError as error:
        raise CannotListen(
            f"cannot listen on {host[:60]!r}: it is no host name; name another --host"
        ) from error
    except OSError as error:
        raise CannotListen(f"cannot listen on {host}: {error.strerror}; name another --host") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise CannotListen(
            f"cannot listen on {host}:{port}: {error.strerror}; name another --port, or 0 for any free one"
        ) from error
    listening.setblocking(False)  # noqa: FBT003 - the standard library's signature
    return listening


class Server:
    """Serves a WSGI application on a listening socket until it is stopped.

    Args:
        app: the application.
        listening: an open socket, which the server takes over and closes.
        certificate: PEM files of a certificate chain and its key, to speak TLS.
    """

    def __init__(
        self, app: "WSGIApplication", listening: socket.socket, certificate: tuple[Path, Path] | None = None
    ) -> None:
        host, port = listening.getsockname()[:2]
        name = f"[{host}]" if ":" in host else host
        self.url = f"http{'s' if certificate else ''}://{name}:{port}"
        self._bridge = Bridge(app)
        self._worker = _worker(self._bridge, listening, certificate)

    def start(self) -> Self:
        """Start serving; connections made from now on are answered."""
        # Its thread alone: granian's own watcher would keep a program from ending that forgot to stop us.
        self._worker.inner.start()
        atexit.register(self.stop)
        return self

    def stop(self) -> None:
        """Stop serving and close every connection; without effect the second time."""
        atexit.unregister(self.stop)
        self._worker.terminate()
        self._bridge.hang_up()
        # A client that does not read its answer would be waited for without end.
        self._worker.inner.join(_GRACE)
        self._bridge.close()


@atexit.register
def _let_threads_end() -> None:
    """Let granian's threads, which nothing can join, end before the interpreter is taken apart."""
    sleep(0.02)


def _worker(bridge: Bridge, listening: socket.socket, certificate: tuple[Path, Path] | None) -> Any:

    cert, key = certificate or (None, None)
    server = MTServer(
        "mockgateway",
        interface=Interfaces.RSGI,
        loop=Loops.auto,
        runtime_mode=RuntimeModes.st,
        backlog=_BACKLOG,
        websockets=False,
        log_enabled=False,
        log_dictconfig=_QUIET,
        ssl_cert=cert,
        ssl_key=key,
        ssl_protocol_min=SSLProtocols.tls12,
    )
    server._ssp = None
    server._shd = _holder(listening.detach(), False, _BACKLOG)  # noqa: FBT003 - no Unix socket
    worker = server._spawn_worker(0, server._spawn_rsgi_worker, bridge)
    worker.inner.daemon = True
    return worker
