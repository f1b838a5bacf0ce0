"""A line of shell that repeats an exchange, without the key in it."""

from __future__ import annotations

import gzip
import re
import shlex
from base64 import b64encode
from collections.abc import Iterator, Mapping

from zimage_contract.exchange import Exchange
from zimage_contract.veil import Veil
from zimage_schemas import KEY_HEADER, SHORTEST_SECRET

_OURS = frozenset(
    {"host", "content-length", "connection", "transfer-encoding", "user-agent", "accept-encoding"}
)
_LONGEST = 2000
_SPECIAL = re.compile(r'["$`\\!]')


def curl(exchange: Exchange, keys: Mapping[str, str] | None = None) -> str:
    """Return the line: for a POSIX shell with curl, and base64 and gunzip where a body is no plain text.

    Args:
        exchange: what to repeat.
        keys: which key stands for which situation, as in `Transcript.keys`. The good one is written as
            "$PIXAZO_API_KEY", others by their situation, such as "$INVALID_KEY"; so is one that nobody knows.
    """
    return _Line(exchange, keys or {}).text()


def variable(situation: str | None) -> str:
    """Name the environment variable for the key of a situation."""
    if situation in {None, "valid", "missing"}:
        return "PIXAZO_API_KEY"
    return re.sub(r"\W", "_", f"{situation}").upper() + "_KEY"


class _Line:
    def __init__(self, exchange: Exchange, keys: Mapping[str, str]) -> None:
        self._exchange = exchange
        situations = {key: situation for situation, key in keys.items()}
        self._variables = {key: variable(situation) for key, situation in situations.items() if key}
        if exchange.key:
            self._variables.setdefault(exchange.key, variable(None))
        self._veil = Veil(self._variables)

    def text(self) -> str:
        pipe, body = self._body()
        words = ["curl", *self._options(), *self._method(), *self._headers(), *body]
        return pipe + " ".join([*words, self._quoted(self._exchange.url)])

    def _options(self) -> Iterator[str]:
        yield "-sS"
        if self._exchange.kind == "media":
            yield "-o /dev/null -D -"
        elif self._exchange.method != "HEAD":
            yield "-i"
        if re.search(r"[][{}]", self._exchange.url):
            yield "--globoff"
        if "/." in self._exchange.path:
            yield "--path-as-is"

    def _method(self) -> Iterator[str]:
        method = self._exchange.method
        if method == "HEAD":
            yield "-I"
        elif method != ("POST" if self._exchange.body else "GET"):
            yield f"-X {shlex.quote(method)}"

    def _headers(self) -> Iterator[str]:
        for name, value in self._exchange.headers:
            if name.lower() not in _OURS:
                # curl takes "Name:" for "do not send it" and "Name;" for "send it empty".
                yield f"-H {self._header(name, value) if value.strip() else shlex.quote(f'{name};')}"
        if self._exchange.body and self._exchange.header("content-type") is None:
            yield "-H Content-Type:"

    def _header(self, name: str, value: str) -> str:
        if name.lower() == KEY_HEADER.lower():
            return f'"{name}: ${self._variables.get(value, variable(None))}"'
        return self._quoted(f"{name}: {value}")

    def _body(self) -> tuple[str, tuple[str, ...]]:
        """Return what stands before curl, and the option that takes it."""
        body = self._exchange.body
        if not body:
            return "", ()
        try:
            text = body.decode()
        except UnicodeDecodeError:
            text = "\0"
        if len(body) > _LONGEST or not text.replace("\n", "").replace("\t", "").isprintable():
            return _piped(self._veil.body(body)), ("--data-binary @-",)
        return "", (f"--data-raw {self._quoted(text)}",)

    def _quoted(self, text: str) -> str:
        """Quote for the shell, with each key that is long enough to be told from a word as its variable."""
        keys = sorted((key for key in self._variables if len(key) >= SHORTEST_SECRET), key=len, reverse=True)
        found = [key for key in keys if key in text]
        if not found:
            return shlex.quote(self._veil.text(text))
        parts = re.split(f"({'|'.join(map(re.escape, found))})", text)
        if not any(_SPECIAL.search(part) for part in parts[::2]):
            inside = (f"${{{self._variables[part]}}}" if part in found else part for part in parts)
            return f'"{"".join(inside)}"'
        pieces = (
            f'"${self._variables[part]}"' if part in found else shlex.quote(part) for part in parts if part
        )
        return "".join(pieces)


def _piped(body: bytes) -> str:
    packed = gzip.compress(body, mtime=0)
    if len(packed) < len(body):
        return f"printf %s {b64encode(packed).decode()} | base64 -d | gunzip | "
    return f"printf %s {b64encode(body).decode()} | base64 -d | "
