"""What is asked of the place where deliveries are kept."""

from dataclasses import dataclass
from typing import Protocol

from mockgateway.domain.delivery import Attempt, AttemptResult, Delivery


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to make one attempt, counted already; nobody else makes one of this delivery meanwhile.

    Attributes:
        delivery: what to deliver.
        token: shows at the end that the right was ours until then.
        at: the account's time when it began, not before the delivery was due.
    """

    delivery: Delivery
    token: str
    at: int


@dataclass(frozen=True, slots=True)
class Happened:
    """An attempt that was made, and what became of its delivery."""

    delivery: Delivery
    attempt: Attempt


class CannotRedeliver(Exception):
    """A delivery cannot be repeated now; the message says why."""


class NoSuchDelivery(Exception):
    """There is no delivery of that id."""


class Outbox(Protocol):
    """Where deliveries are kept; every method is safe from any thread. Instants are real milliseconds."""

    def waking(self) -> list[tuple[str, int]]:
        """Name every account that has deliveries that become due by themselves, and when the first does."""

    def wakes(self, account: str) -> int | None:
        """Say when the account's next delivery is due and free to be claimed; None: none by itself."""

    def claim(self, account: str, now: int, lease: int) -> Claim | None:
        """Begin an attempt of the account's delivery that is due longest, if one is.

        The attempt counts from now on. Until `lease` the delivery is claimed by nobody else.
        """

    def finish(self, claim: Claim, result: AttemptResult, now: int) -> Happened | None:
        """Store the end of an attempt; None, and nothing stored, when the lease had run out and was lost."""
