"""What the jobs of a batch learn from each other before they submit."""

from __future__ import annotations

from decimal import Decimal
from threading import Lock
from typing import TYPE_CHECKING

from zimage_client._dialects import is_json
from zimage_client._errors import Forbidden, InsufficientBalance, Unauthorized, ZImageError
from zimage_client._watch import Mailbox, Stopped

if TYPE_CHECKING:
    from zimage_client._clock import Clock
    from zimage_client._requests import Request


class Gate:
    """Lets submits through: not while the gateway asked to wait, and none that it would refuse again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._opens = 0.0
        self._refusal: tuple[Decimal, ZImageError] | None = None

    def enter(self, request: Request, mailbox: Mailbox) -> None:
        """Wait for one's turn; raise what a request like this was refused with before."""
        while (rest := self._opens - self._clock.now()) > 0:
            self._sleep(rest, mailbox)
        with self._lock:
            if self._refusal and request.cost >= self._refusal[0]:
                raise self._refusal[1]

    def hold(self, seconds: float, mailbox: Mailbox) -> None:
        """Close it for so long, because the gateway asked for it, and wait."""
        with self._lock:
            self._opens = max(self._opens, self._clock.now() + seconds)
        self._sleep(seconds, mailbox)

    def learn(self, request: Request, error: ZImageError) -> None:
        """Remember a refusal that concerns others too: of the key, or of what costs so much or more."""
        with self._lock:
            if isinstance(error, InsufficientBalance):
                least = min(request.cost, self._refusal[0]) if self._refusal else request.cost
                self._refusal = least, error
            elif isinstance(error, Unauthorized) or (
                isinstance(error, Forbidden) and error.answer is not None and is_json(error.answer)
            ):
                self._refusal = Decimal(0), error

    def _sleep(self, seconds: float, mailbox: Mailbox) -> None:
        self._clock.sleep(seconds, mailbox.arrived)
        if mailbox.stopped:
            raise Stopped
