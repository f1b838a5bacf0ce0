"""Submit once, whatever happens: the rules for doing it again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from zimage_client._errors import ProtocolError, RateLimited, TransportError, ZImageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zimage_client._link import Link
    from zimage_client._settings import Settings
    from zimage_client._status import JobStatus
    from zimage_schemas import Model

Accepted = tuple["JobStatus", str | None]
_log = logging.getLogger("zimage_client")


class Submit:
    """One submit with its repetitions: after a 429, and when no connection was made.

    What may have been accepted is repeated only when the settings say so.
    """

    def __init__(self, link: Link, settings: Settings, hold: Callable[[float], None] | None = None) -> None:
        self._link = link
        self._settings = settings
        self._sleep = hold or link.clock.sleep
        self._waited = 0.0
        self._failures = 0
        self._refusals = 0

    def run(self, model: Model, body: Mapping[str, Any], webhook: str | None) -> Accepted:
        """Submit until it is accepted, refused, or uncertain."""
        while True:
            try:
                return self._link.submit(model, body, self._settings, webhook)
            except ZImageError as error:
                pause = self._pause_after(error)
                if pause is None:
                    raise
                _log.info("submitting again in %.1f s: %s", pause, error)
            self._sleep(pause)

    def _pause_after(self, error: ZImageError) -> float | None:
        """Return the seconds until it may be submitted again; None when it must not be."""
        if isinstance(error, RateLimited):
            return self._pause_after_limit(error)
        unsent = isinstance(error, TransportError) and not error.sent
        again = unsent or (self._settings.submitting.resubmit and error.uncertain)
        self._failures += 1
        if not again or isinstance(error, ProtocolError):
            return None
        if self._failures >= self._settings.submitting.attempts:
            return None
        return float(2 ** (self._failures - 1))

    def _pause_after_limit(self, error: RateLimited) -> float | None:
        self._refusals += 1
        pause = max(error.retry_after or 0.0, 2.0 ** min(self._refusals - 1, 5))
        self._waited += pause
        return pause if self._waited <= self._settings.submitting.patience else None
