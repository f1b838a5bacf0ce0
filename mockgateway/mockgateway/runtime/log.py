"""One readable line per request."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from time import localtime, perf_counter, strftime, time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mockgateway.domain.keys import redact, shorten
from zimage_schemas import KEY_HEADER

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_KEY_VARIABLE = f"HTTP_{KEY_HEADER.upper().replace('-', '_')}"
_PLAIN = re.compile(r"[A-Za-z0-9/_.-]*")
_LONGEST = 160


class RequestLog:
    """WSGI middleware that writes a line when an answer is ready: time, method, path, status, ms, key."""

    def __init__(self, app: "WSGIApplication", write: Callable[[str], object]) -> None:
        self._app = app
        self._write = write

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on, then write its line."""
        began = perf_counter()
        answered: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            answered.append(status)
            return start_response(status, headers, exc_info)

        body = self._app(environ, start)
        self._write(line(environ, answered[-1][:3], (perf_counter() - began) * 1000))
        return body


def line(environ: "WSGIEnvironment", status: str, milliseconds: float) -> str:
    """Write the line of one exchange, of bounded length, without control characters and whole keys."""
    key = environ.get(_KEY_VARIABLE, "").strip()
    note = environ.get("mockgateway.note")
    text = (
        f"{_clock(int(time()))} {_path(environ['REQUEST_METHOD'], key)[:16]} "
        f"{_path(environ['PATH_INFO'], key)} {status} "
        f"{milliseconds:.1f}ms {f'key={shorten(key)}' if key else 'no key'}"
        f"{f' ({_cut(redact(note, key))})' if note else ''}"
    )
    return text if text.isprintable() else text.encode("unicode_escape").decode()


@lru_cache(maxsize=1)
def _clock(second: int) -> str:
    return strftime("%H:%M:%S", localtime(second))


def _path(path: str, key: str) -> str:
    if _PLAIN.fullmatch(path) and not (key and ("," in key or key in path)):
        return _cut(path)
    sent = redact(path.encode("latin-1", "replace").decode("utf-8", "replace"), key)
    return _cut(quote(sent, safe="/:,@!$&'()*+;=~-._ …"))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
