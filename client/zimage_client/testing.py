"""For tests of programs that use the client: no network, no waiting."""

from __future__ import annotations

import json
from base64 import b64decode
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from zimage_client._answer import Answer
from zimage_client._transport import Call
from zimage_schemas import MODELS, STATUS_PATH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from threading import Event

__all__ = ["PNG", "Answer", "Call", "ManualClock", "StubGateway", "StubTransport", "json_answer"]

PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
"""A picture of one pixel."""


def json_answer(status: int, document: object, headers: Mapping[str, str] | None = None) -> Answer:
    """Make an answer in JSON."""
    return Answer(
        status, {"content-type": "application/json", **(headers or {})}, json.dumps(document).encode()
    )


class ManualClock:
    """A clock that goes on only when somebody sleeps, and then at once.

    Attributes:
        sleeps: the seconds of every sleep.
        luck: what `chance` returns, from 0 to 1.
    """

    def __init__(self, luck: float = 0.0) -> None:
        self.sleeps: list[float] = []
        self.luck = luck
        self._now = 0.0
        self._lock = Lock()

    def now(self) -> float:
        """Return the seconds slept so far."""
        return self._now

    def sleep(self, seconds: float, wake: Event | None = None) -> None:
        """Go on by so many seconds, unless the event is set."""
        if seconds > 0 and not (wake and wake.is_set()):
            with self._lock:
                self.sleeps.append(seconds)
                self._now += seconds

    def chance(self) -> float:
        """Return the luck."""
        return self.luck


class StubTransport:
    """A transport that hands every call to a function.

    Attributes:
        calls: what was sent, in order.

    Args:
        handler: returns the answer, or raises TransportError; None: a `StubGateway`.
    """

    def __init__(self, handler: Callable[[Call], Answer] | None = None) -> None:
        self.calls: list[Call] = []
        self._handler = handler or StubGateway()

    def send(self, call: Call) -> StubReply:
        """Remember the call and answer it."""
        self.calls.append(call)
        return StubReply(self._handler(call))

    def close(self) -> None:
        """Do nothing: there are no connections."""


class StubReply:
    """An answer that is there already."""

    def __init__(self, answer: Answer) -> None:
        self.status = answer.status
        self.headers = answer.headers
        self._body = answer.body

    def chunks(self) -> Iterator[bytes]:
        """Yield the body in one piece."""
        if self._body:
            yield self._body

    def close(self) -> None:
        """Do nothing."""


class StubGateway:
    """A gateway in a few lines: every job goes through the states, one a poll, and has one-pixel pictures.

    Args:
        states: the last is where jobs stay.
        error: why jobs end as FAILED or ERROR.
    """

    def __init__(self, states: Sequence[str] = ("COMPLETED",), error: str = "It did not work.") -> None:
        self._states = states
        self._error = error
        self._polls: dict[str, int] = {}
        self._bodies: dict[str, dict[str, Any]] = {}

    def __call__(self, call: Call) -> Answer:
        """Answer a call."""
        parts = urlsplit(call.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        slug = next((each.slug for each in MODELS.values() if each.submit_path == parts.path), None)
        request_id = parts.path.rpartition("/")[2]
        if slug and call.method == "POST":
            return self._accept(origin, slug, call.body or b"{}")
        if parts.path.startswith("/v1/"):
            return Answer(200, {"content-type": "image/png", "content-length": str(len(PNG))}, PNG)
        if request_id not in self._polls:
            return json_answer(404, {"error": "Not Found", "message": "There is no such job."})
        return json_answer(200, self._document(origin, request_id))

    def _accept(self, origin: str, slug: str, body: bytes) -> Answer:
        request_id = f"{slug}_{len(self._polls):08x}-0000-7000-8000-0000000000000"
        self._polls[request_id] = 0
        self._bodies[request_id] = json.loads(body)
        url = origin + STATUS_PATH.format(request_id=request_id)
        return json_answer(202, {"request_id": request_id, "status": "QUEUED", "polling_url": url})

    def _document(self, origin: str, request_id: str) -> dict[str, Any]:
        state = self._states[min(self._polls[request_id], len(self._states) - 1)]
        self._polls[request_id] += 1
        count = self._bodies[request_id].get("num_images", 1)
        urls = [f"{origin}/v1/{request_id}/output-{number}.png" for number in range(count)]
        return {
            "request_id": request_id,
            "status": state,
            "model_id": request_id.partition("_")[0],
            "error": self._error if state in ("FAILED", "ERROR") else None,
            "output": {"media_url": urls, "media_type": "image/png"} if state == "COMPLETED" else None,
        }
