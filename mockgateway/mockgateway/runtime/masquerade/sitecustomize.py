"""Loaded into Python by PYTHONPATH, as its `sitecustomize`.

Libraries that heed no proxy variables, such as aiohttp without `trust_env`, look the hosts of the
gateway up themselves: they are told where the mock is. Other web servers they do not find, as the
proxy refuses them. Certificates are verified as ever. The `sitecustomize` that this one hides, if
there is one, runs after it.
"""

import json
import re
import socket
import sys
from contextlib import suppress
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_HTTPS = (443, "443", b"443", "https", b"https")
_HTTP = (80, "80", b"80", "http", b"http")
_LOCAL = re.compile(r"|localhost|.+\.localhost|127\.[0-9.]+|0\.0\.0\.0|::1?|::ffff:127\.[0-9.]+")


def _redirect() -> None:
    known = json.loads((_HERE / "front.json").read_text("utf-8"))
    ask = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *words: Any, **named: Any) -> Any:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        name = name.lower() if isinstance(name, str) else ""
        if name in known["hosts"] and port in _HTTPS:
            place = "127.0.0.1", known["front"]
            return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", place)]
        if not known["network"] and port in (*_HTTPS, *_HTTP) and not _LOCAL.fullmatch(name):
            _refuse(f"[{name}]" if ":" in name else name, 80 if port in _HTTP else 443, known["proxy"])
        return ask(host, port, *words, **named)

    socket.getaddrinfo = getaddrinfo


def _refuse(host: str, port: int, proxy: int) -> None:
    with suppress(OSError), socket.create_connection(("127.0.0.1", proxy), 1) as told:
        told.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\n\r\n".encode())
        told.recv(1)
    why = "was refused: the network is off; --allow-network lets the program reach it"
    raise socket.gaierror(socket.EAI_FAIL, f"mockgateway run: {host}:{port} {why}")


def _run_hidden() -> None:
    path = [folder for folder in sys.path if Path(folder or ".").resolve() != _HERE.resolve()]
    spec = PathFinder.find_spec("sitecustomize", path)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(module_from_spec(spec))


if (_HERE / "front.json").exists():
    _redirect()
    _run_hidden()
