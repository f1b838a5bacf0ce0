"""The mock as a command that runs until it is told to stop."""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mockgateway.runtime.assembly import Mock
from mockgateway.runtime.log import RequestLog
from mockgateway.runtime.server import Server, listen
from mockgateway.settings import Settings
from mockgateway.web.control.trust import is_local
from zimage_schemas import KEY_HEADER, MODELS

_STOPPING = (signal.SIGINT, signal.SIGTERM)
_GREETING = """\
mockgateway listening on {url}

Try it from another terminal:

  curl -X POST {url}{path} \\
    -H 'Content-Type: application/json' -H '{header}: mock-happy' \\
    -d '{{"prompt": "A red bicycle", "image_size": "landscape_4_3"}}'

Stop it with Ctrl-C.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where to listen: a host, a port (0: any free one), and PEM files of certificate and key for TLS."""

    host: str = "127.0.0.1"
    port: int = 8765
    certificate: tuple[Path, Path] | None = None


def serve(settings: Settings, address: Address, *, quiet: bool = False) -> None:
    """Serve until SIGINT or SIGTERM, then stop cleanly.

    Raises:
        CannotListen: the address is in use or not ours; nothing was started.
        StoreRefused: the store file cannot be used.
    """
    listening = listen(address.host, address.port)
    try:
        mock = Mock(settings, local=is_local(address.host))
    except BaseException:
        listening.close()
        raise
    app = mock.app if quiet else RequestLog(mock.app, _write)
    until_stopped = _stop_signal()
    server = Server(app, listening, address.certificate).start()
    _write(_greeting(server.url))
    until_stopped()
    server.stop()
    mock.close()


def _greeting(url: str) -> str:
    return _GREETING.format(url=url, path=MODELS["turbo"].submit_path, header=KEY_HEADER)


def _stop_signal() -> Callable[[], None]:
    """Catch the signals that stop us from now on; return what waits for one.

    Through a pipe, which remembers: a signal that comes just before an event or a lock is waited
    for does not end the waiting.
    """
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing)
    for number in _STOPPING:
        signal.signal(number, lambda *_: None)

    def wait() -> None:
        while os.read(reading, 1)[0] not in _STOPPING:
            pass

    return wait


def _write(line: str) -> None:
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    except (OSError, ValueError):
        # Whoever read our output has gone; that is no reason to stop answering.
        sys.stdout = None
