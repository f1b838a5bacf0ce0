"""How patient the client is: frozen values, passed down."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Limits of one exchange, in seconds.

    Attributes:
        connect: until there is a connection.
        read: of silence while waiting for an answer or its next piece.
        total: for an answer of the gateway from its first to its last byte; for pictures there is
            `Downloading.longest`.
    """

    connect: float = 10.0
    read: float = 30.0
    total: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """When to ask for a job's status, in seconds (5 to 10: documented, "Typical Workflow").

    Attributes:
        first: from the submit to the first poll.
        least: from one poll to the next, at least.
        most: and at most; chance decides between the two.
        longest: between polls that go wrong, the gaps doubling up to it.
        early: from the first poll, in which a 404 means that the job is not known everywhere yet.
        beside_webhook: between polls while a callback is expected.
    """

    first: float = 5.0
    least: float = 5.0
    most: float = 10.0
    longest: float = 60.0
    early: float = 30.0
    beside_webhook: float = 30.0

    def __post_init__(self) -> None:
        """Refuse what has no meaning."""
        if not 0 <= self.least <= self.most:
            raise ValueError("Polling: least must be from 0 to most")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitting:
    """When to submit again.

    Attributes:
        patience: seconds to wait altogether while the answer is 429.
        attempts: to make a connection.
        resubmit: also submit again when the job may have been accepted (5xx, time-out, reset).
            **That may cost twice.**
    """

    patience: float = 120.0
    attempts: int = 3
    resubmit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Downloading:
    """How pictures are fetched.

    Attributes:
        attempts: to fetch one picture, each going on where the last broke off.
        pause: seconds after the first attempt, doubling with each.
        largest: bytes of one picture; more is taken for a mistake.
        longest: seconds of one attempt; more is taken for a standstill.
    """

    attempts: int = 5
    pause: float = 1.0
    largest: int = 1 << 28
    longest: float = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of it.

    Attributes:
        validate: check requests here before they are sent.
    """

    timeouts: Timeouts = field(default_factory=Timeouts)
    polling: Polling = field(default_factory=Polling)
    submitting: Submitting = field(default_factory=Submitting)
    downloading: Downloading = field(default_factory=Downloading)
    validate: bool = True
