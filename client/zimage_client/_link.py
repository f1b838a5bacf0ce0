"""Single exchanges with the gateway: the only place where the key is sent."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from zimage_client._answer import Answer, hide, shortened
from zimage_client._dialects import error_in
from zimage_client._errors import (
    InvalidRequest,
    ProtocolError,
    ServerError,
    TransportError,
    Unauthorized,
    ZImageError,
)
from zimage_client._status import JobStatus, read_status
from zimage_client._transport import Call, Transport, origin, read
from zimage_schemas import KEY_HEADER, STATUS_PATH, WEBHOOK_HEADER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zimage_client._clock import Clock
    from zimage_client._settings import Settings
    from zimage_schemas import Model

_SUCCESS = range(200, 300)


class Link:
    """The gateway, as one key sees it: each method is one exchange, nothing is repeated.

    Raises:
        Unauthorized: the key cannot be one.
        ValueError: the base URL cannot be one.
    """

    def __init__(self, base_url: str, key: str, transport: Transport, clock: Clock) -> None:
        self.base_url = base_url.strip().rstrip("/")
        found = origin(self.base_url)
        if found is None or "?" in self.base_url or "#" in self.base_url:
            raise ValueError(f"base_url must be such as https://gateway.example, not {base_url!r}")
        self.origin = found
        self.transport = transport
        self.clock = clock
        self._key = _checked(key)

    def __repr__(self) -> str:
        return f"Link({self.base_url!r}, key={shortened(self._key)!r})"

    def submit(
        self, model: Model, body: Mapping[str, Any], settings: Settings, webhook: str | None = None
    ) -> tuple[JobStatus, str | None]:
        """Post a request; return the job's first status, and the polling_url if it may be followed.

        Raises:
            ZImageError: with `uncertain` set when the job may have been accepted all the same.
        """
        headers = {"Content-Type": "application/json", "Cache-Control": "no-cache"}
        headers |= {WEBHOOK_HEADER: webhook} if webhook else {}
        url, content = f"{self.base_url}{model.submit_path}", _written(body)
        answer = self._ask(
            Call(method="POST", url=url, headers=headers, body=content, timeouts=settings.timeouts)
        )
        if answer.status not in _SUCCESS:
            raise self._hidden(error_in(answer), answer)
        status = self._document(answer)
        return status, self._own(status.document.get("polling_url"))

    def status(self, request_id: str, polling_url: str | None, settings: Settings) -> JobStatus:
        """Ask for a job's status."""
        path = STATUS_PATH.format(request_id=quote(request_id, safe=""))
        url = self._own(polling_url) or f"{self.base_url}{path}"
        call = Call(method="GET", url=url, headers={"Cache-Control": "no-cache"}, timeouts=settings.timeouts)
        try:
            answer = self._ask(call)
        except TransportError as error:
            error.request_id, error.uncertain = request_id, False
            raise
        if answer.status not in _SUCCESS:
            raise self._hidden(error_in(answer, request_id), answer, request_id)
        status = self._document(answer, request_id)
        if status.request_id != request_id:
            raise ProtocolError(
                "the gateway answered with the status of another job",
                request_id=request_id,
                answer=answer.without(self._key),
            )
        return status

    def _ask(self, call: Call) -> Answer:
        headers = {**call.headers, "Accept": "application/json", "User-Agent": user_agent()}
        headers[KEY_HEADER] = self._key
        try:
            reply = self.transport.send(replace(call, headers=headers))
            return read(reply, self.clock, call.timeouts.total)
        except TransportError as error:
            error.uncertain = error.sent
            raise

    def _document(self, answer: Answer, request_id: str | None = None) -> JobStatus:
        message = "the gateway's answer is no JSON"
        try:
            status = read_status(answer.json())
            return replace(status, error=status.error and hide(self._key, status.error))
        except ValueError:
            pass
        except ProtocolError as error:
            message = error.message
        hidden = answer.without(self._key)
        raise ProtocolError(message, request_id=request_id, answer=hidden, uncertain=request_id is None)

    def _hidden(self, error: ZImageError, answer: Answer, request_id: str | None = None) -> ZImageError:
        """Take the key out of an error, in case the gateway repeats what it was sent."""
        error.message = hide(self._key, error.message)
        error.args = (error.message,)
        error.answer = answer.without(self._key)
        error.uncertain = isinstance(error, ServerError) and request_id is None
        return error

    def _own(self, url: object) -> str | None:
        """Return a polling_url that leads to the gateway's own origin; to any other the key is not sent."""
        return url if isinstance(url, str) and origin(url) == self.origin else None


def _written(body: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(body, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        said = str(error)
    raise InvalidRequest(f"the request cannot be written as JSON: {said}")


def _checked(key: str) -> str:
    key = key.strip()
    if not key:
        raise Unauthorized("there is no API key: set PIXAZO_API_KEY, or pass api_key")
    if not (key.isascii() and key.isprintable()):
        raise Unauthorized("the API key holds characters that no key has; was something else pasted?")
    return key


def user_agent() -> str:
    """Return how this client introduces itself."""
    from zimage_client._version import version

    return f"zimage-client/{version()} (+python-requests)"
