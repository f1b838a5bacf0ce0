"""Loaded into Python by PYTHONPATH, as its `sitecustomize`.

Libraries that heed no proxy variables, such as aiohttp without `trust_env`, look the hosts of the
gateway up themselves: they are told where the mock is. Certificates are verified as ever. The
`sitecustomize` that this one hides, if there is one, runs after it.
"""

import json
import socket
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_HTTPS = (443, "443", b"443", "https", b"https")


def _redirect() -> None:
    front = json.loads((_HERE / "front.json").read_text("utf-8"))
    ask = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *words: Any, **named: Any) -> Any:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if isinstance(name, str) and name.lower() in front["hosts"] and port in _HTTPS:
            row = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", front["port"]))
            return [row]
        return ask(host, port, *words, **named)

    socket.getaddrinfo = getaddrinfo


def _run_hidden() -> None:
    path = [folder for folder in sys.path if Path(folder or ".").resolve() != _HERE.resolve()]
    spec = PathFinder.find_spec("sitecustomize", path)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(module_from_spec(spec))


if (_HERE / "front.json").exists():
    _redirect()
    _run_hidden()
