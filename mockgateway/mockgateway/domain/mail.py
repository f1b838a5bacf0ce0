"""What a test asks about callbacks: which there are, and to repeat one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from mockgateway.domain.delivery import Attempt, Delivery
from mockgateway.domain.gateway import Gateway
from mockgateway.domain.outbox import Happened


class Box(Protocol):
    """Where deliveries are read; every method is safe from any thread."""

    def listed(self, account: str, limit: int) -> list[Delivery]:
        """Return the account's deliveries, the newest first."""

    def of_job(self, request_id: str) -> list[Delivery]:
        """Return the deliveries of a job, the oldest first."""

    def one(self, name: str) -> Delivery:
        """Return the delivery of that id; raises NoSuchDelivery."""

    def attempts(self, delivery: str) -> list[Attempt]:
        """Return the attempts of a delivery, in order."""

    def redeliver(self, name: str, now: int) -> Delivery:
        """Begin a new round of attempts at once; raises NoSuchDelivery, CannotRedeliver."""

    def next_due(self, account: str, after: int) -> int | None:
        """Say when the next of the account's deliveries becomes due, in its time."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A delivery with its attempts."""

    delivery: Delivery
    attempts: list[Attempt]


class Mail:
    """The callbacks of a gateway.

    Args:
        gateway: whose they are.
        box: where they are kept.
        deliver_due: calls a function, then attempts once all that is due of an account, and returns when
            that is done.
    """

    def __init__(
        self, gateway: Gateway, box: Box, deliver_due: Callable[[str, Callable[[], object]], list[Happened]]
    ) -> None:
        self._gateway, self._box, self._deliver_due = gateway, box, deliver_due

    def deliveries(self, key: str, limit: int = 100) -> list[Tried]:
        """Return the deliveries of the account of a key, the newest first."""
        return [self._tried(each) for each in self._box.listed(self._gateway.name(key), limit)]

    def of_job(self, request_id: str) -> list[Tried]:
        """Return the deliveries of a job."""
        return [self._tried(each) for each in self._box.of_job(request_id)]

    def one(self, name: str) -> Tried:
        """Return a delivery; raises NoSuchDelivery."""
        return self._tried(self._box.one(name))

    def redeliver(self, name: str) -> Tried:
        """Send a callback once more, in a new round of attempts; raises NoSuchDelivery, CannotRedeliver."""
        return self._tried(self._box.redeliver(name, self._gateway.real()))

    def deliver(self, key: str, first: Callable[[], object] = lambda: None) -> list[Happened]:
        """Attempt once all that is due for a key after a function was called; return what came of it."""
        return self._deliver_due(self._gateway.name(key), first)

    def next_due(self, key: str, after: int) -> int | None:
        """Say when the next callback for a key becomes due, in its account's time."""
        return self._box.next_due(self._gateway.name(key), after)

    def _tried(self, delivery: Delivery) -> Tried:
        return Tried(delivery, self._box.attempts(delivery.id))
