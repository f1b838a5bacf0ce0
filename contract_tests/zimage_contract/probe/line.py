"""How a probe talks to a gateway: whatever that does, an exchange comes of it, in bounded time."""

from __future__ import annotations

from threading import Lock, local
from time import monotonic
from types import TracebackType
from typing import Self

from zimage_contract.exchange import Exchange, Headers, Kind, kind_of
from zimage_contract.probe.dialling import Place, dial
from zimage_contract.probe.message import BROKEN, Answer, Request, exchange, request_to, why
from zimage_contract.probe.recorder import Recorder, now
from zimage_contract.probe.wire import Wire

_PATIENCE = 2
_IDLE = 1.0


class Line:
    """Sends requests, over one connection for each thread and place, and records what comes of them.

    A POST is never sent twice. A GET is sent again, once, when its connection had been used before and ended
    without a byte of an answer: that is how servers close what is idle. Redirects are not followed.

    Args:
        recorder: keeps the exchanges.
        max_response: seconds that an answer may take; it is given up after twice that, so that one which is
            merely late can be told from none.
    """

    def __init__(self, recorder: Recorder, max_response: float) -> None:
        self._recorder = recorder
        self._limit = max_response * _PATIENCE
        self._own = local()
        self._lock = Lock()
        self._wires: set[Wire] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up everywhere; no other thread may be sending."""
        self._own = local()
        while self._wires:
            self._wires.pop().close()

    def send(  # noqa: PLR0913 - a request has that many parts, each named where it is called
        self,
        method: str,
        url: str,
        *,
        headers: Headers = (),
        body: bytes = b"",
        kind: Kind | None = None,
        intent: str = "",
    ) -> Exchange:
        """Send a request and wait for the answer; whatever happens is told by the exchange.

        Host, User-Agent, Accept-Encoding and, where it belongs, Content-Length are added to `headers`.

        Raises:
            ValueError: HTTP cannot carry a header.
        """
        began, at = monotonic(), now()
        request = request_to(method, url, headers, body, began + self._limit)
        answer = self._answer(request) if request else Answer(broken="the URL cannot be followed")
        return self._recorder.add(
            kind=kind or (kind_of(method, url) if request else "other"),
            method=method,
            url=url,
            headers=request.headers if request else headers,
            body=body,
            status=answer.status,
            answer_headers=answer.headers,
            answer=answer.body,
            at=at,
            took=monotonic() - began,
            broken=answer.broken,
            intent=intent,
        )

    def _answer(self, request: Request) -> Answer:
        wire = self._kept.pop(request.place, None)
        if wire is not None and not wire.fresh(_IDLE):
            self._hang_up(wire)
            wire = None
        answer = self._try(wire, request)
        stale = wire is not None and answer.nothing and request.method == "GET"
        return self._try(None, request) if stale else answer

    def _try(self, wire: Wire | None, request: Request) -> Answer:
        try:
            wire = wire or self._dial(request)
            answer = exchange(wire, request)
        except BROKEN as error:
            ended = wire is not None and not wire.received and not isinstance(error, TimeoutError)
            answer = Answer(broken=why(error, wire), nothing=ended)
        if wire is not None:
            self._put_back(wire, request.place, keep=answer.keep)
        return answer

    def _dial(self, request: Request) -> Wire:
        wire = dial(request.place, request.end)
        with self._lock:
            self._wires.add(wire)
        return wire

    def _put_back(self, wire: Wire, place: Place, *, keep: bool) -> None:
        if keep:
            wire.idle_since = monotonic()
            self._kept[place] = wire
        else:
            self._hang_up(wire)

    def _hang_up(self, wire: Wire) -> None:
        wire.close()
        with self._lock:
            self._wires.discard(wire)

    @property
    def _kept(self) -> dict[Place, Wire]:
        """This thread's connections that wait for the next request."""
        found: dict[Place, Wire] = self._own.__dict__.setdefault("kept", {})
        return found
