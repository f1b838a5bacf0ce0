"""One attempt at a callback: one POST to an address that was vetted, over within its deadline."""

import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPResponse, RemoteDisconnected
from threading import Lock
from time import monotonic, time

from mockgateway.domain.addresses import Address
from mockgateway.domain.delivery import ANSWER_KEPT, ATTEMPT_SECONDS, AttemptResult
from mockgateway.domain.retry_after import retry_after
from mockgateway.domain.targets import BadTarget, Policy, Target, read_target
from mockgateway.runtime.names import look_up
from mockgateway.runtime.wire import Deadline, TooLong, Wire, connected

MOST_READ = 65536
_PIECE = 4096
_LONGEST_ERROR = 200
_SWITCHING, _FINAL = 101, 200

LookUp = Callable[[str, Deadline], list[Address]]


class Sender:
    """Makes attempts, from any number of threads; follows no redirect and asks no proxy.

    Args:
        policy: where callbacks may go.
        seconds: how long an attempt may take in all: name, connection, TLS, request and answer.
        look_up: finds the addresses of a name.
        tls: how receivers are trusted; default: the system's authorities, or those of SSL_CERT_FILE.
    """

    def __init__(
        self,
        policy: Policy,
        seconds: float = ATTEMPT_SECONDS,
        look_up: LookUp = look_up,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._policy, self._seconds, self._look_up = policy, seconds, look_up
        self._given_tls = tls
        self._lock = Lock()
        self._open: set[socket.socket] = set()
        self._stopped = False

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._given_tls or ssl.create_default_context()

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> AttemptResult:
        """Post once and say what came of it; never raises, whatever happens."""
        attempt = _Attempt(self, headers, body)
        began = monotonic()
        try:
            attempt.run(url)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this attempt's result
            attempt.error = _words(error, attempt)
        return attempt.result(round((monotonic() - began) * 1000))

    def stop(self) -> None:
        """Break off every attempt under way; later ones fail at once."""
        with self._lock:
            self._stopped = True
            for sock in self._open:
                with suppress(OSError):
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def connect(self, target: Target, deadline: Deadline) -> socket.socket:
        """Connect to a vetted address of the target; raises OSError, BadTarget."""
        found = [target.address] if target.address else self._look_up(target.host, deadline)
        vetted = [(str(address), target.port) for address in self._policy.vet(target, found)]
        sock = connected(vetted, deadline, self._opened)
        return self._secured(sock, target.host, deadline) if target.secure else sock

    def _secured(self, sock: socket.socket, host: str, deadline: Deadline) -> socket.socket:
        secure = self._tls.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
        try:
            self._opened(secure)
            secure.settimeout(deadline.left())
            secure.do_handshake()
        except BaseException:
            self.closed(secure)
            raise
        return secure

    def _opened(self, sock: socket.socket) -> None:
        with self._lock:
            if self._stopped:
                raise OSError("the mock was stopped")
            self._open = {each for each in self._open if each.fileno() >= 0} | {sock}

    def closed(self, sock: socket.socket) -> None:
        """Close a socket and forget it."""
        with self._lock:
            self._open.discard(sock)
        sock.close()

    def deadline(self) -> Deadline:
        """Begin the time of an attempt."""
        return Deadline(self._seconds)

    @property
    def limit(self) -> str:
        """The time of an attempt, in words."""
        return f"{self._seconds:g} s"


class _Attempt:
    """An attempt under way, and what is known of it so far."""

    def __init__(self, sender: Sender, headers: Mapping[str, str], body: bytes) -> None:
        self.sender = sender
        self._headers, self._body = headers, body
        self.connected = False
        self.status: int | None = None
        self.error: str | None = None
        self._answer = bytearray()
        self._retry_after: float | None = None

    def run(self, url: str) -> None:
        """Go as far as it goes."""
        target = read_target(url)
        deadline = self.sender.deadline()
        sock = self.sender.connect(target, deadline)
        try:
            self.connected = True
            wire = Wire(sock, deadline, MOST_READ)
            broken = self._asked(wire, target)
            try:
                self._read(_final_response(wire))
            except RemoteDisconnected:
                raise broken or RemoteDisconnected from None
        finally:
            self.sender.closed(sock)

    def _asked(self, wire: Wire, target: Target) -> ConnectionError | None:
        """Ask, and return what broke it off: a receiver may answer without reading all, and hang up."""
        try:
            self._ask(wire, target)
        except ConnectionError as error:
            return error
        return None

    def _ask(self, wire: Wire, target: Target) -> None:
        connection = HTTPConnection(target.host, target.port)
        # All that http.client asks of a socket.
        connection.sock = wire
        headers = {"Host": target.authority, "Connection": "close", "User-Agent": "mockgateway"}
        connection.request("POST", target.path, self._body, {**headers, **self._headers})

    def _read(self, response: HTTPResponse) -> None:
        self.status = response.status
        self._retry_after = retry_after(response.headers.get("Retry-After"), time())
        with suppress(TooLong):  # enough of it was read
            while piece := response.read1(_PIECE):
                self._answer += piece[: ANSWER_KEPT + 1 - len(self._answer)]

    def result(self, duration: int) -> AttemptResult:
        """Say what is known."""
        return AttemptResult(self.status, self.error, duration, _text(self._answer), self._retry_after)


def _final_response(wire: Wire) -> HTTPResponse:
    """Read heads until one is not interim; a flood of interim ones uses the wire up."""
    while True:
        response = HTTPResponse(wire, method="POST")  # type: ignore[arg-type]
        response.begin()
        if response.status >= _FINAL or response.status == _SWITCHING:
            return response


def _text(answer: bytearray) -> str:
    """Read the beginning of an answer as text; NUL is no character to every store."""
    text = answer[:ANSWER_KEPT].decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
    return f"{text}…" if len(answer) > ANSWER_KEPT else text


def _words(error: Exception, attempt: _Attempt) -> str:
    """Say what went wrong in one line of bounded length."""
    words = " ".join(_reason(error, attempt).split())
    words = words if words.isprintable() else words.encode("unicode_escape").decode()
    return words if len(words) <= _LONGEST_ERROR else f"{words[:_LONGEST_ERROR]}…"


def _reason(error: Exception, attempt: _Attempt) -> str:  # noqa: PLR0911 - a table
    match error:
        case BadTarget():
            return f"not sent: the URL {error}"
        case TimeoutError():
            return _late(attempt)
        case TooLong():
            return f"the head of the answer is longer than {MOST_READ // 1024} KiB"
        case RemoteDisconnected():
            return "the receiver hung up without an answer"
        case ssl.SSLCertVerificationError():
            return f"the receiver's certificate is not trusted: {error.verify_message}"
        case ssl.SSLError():
            return f"TLS failed: {error.reason or error}"
        case HTTPException():
            return f"the answer is not HTTP/1.1: {type(error).__name__} {error}"
        case OSError():
            return (error.strerror or str(error)).lower()
        case _:
            return f"unexpected: {error!r}"


def _late(attempt: _Attempt) -> str:
    if attempt.status is not None:
        return f"the body of the answer did not end within {attempt.sender.limit}"
    return f"{'no answer' if attempt.connected else 'no connection'} within {attempt.sender.limit}"
