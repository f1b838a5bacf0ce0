"""The mock as a command that runs until it is told to stop."""

import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from types import FrameType

from mockgateway.runtime.assembly import Mock
from mockgateway.runtime.log import RequestLog
from mockgateway.runtime.server import Server, listen
from mockgateway.settings import Settings
from zimage_schemas import KEY_HEADER, MODELS

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
        mock = Mock(settings)
    except BaseException:
        listening.close()
        raise
    app = mock.app if quiet else RequestLog(mock.app, _write)
    stopped = _stop_signal()
    server = Server(app, listening, address.certificate).start()
    _write(_greeting(server.url))
    stopped.wait()
    server.stop()
    mock.close()


def _greeting(url: str) -> str:
    return _GREETING.format(url=url, path=MODELS["turbo"].submit_path, header=KEY_HEADER)


def _stop_signal() -> Event:
    stopped = Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopped


def _write(line: str) -> None:
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    except (OSError, ValueError):
        # Whoever read our output has gone; that is no reason to stop answering.
        sys.stdout = None
