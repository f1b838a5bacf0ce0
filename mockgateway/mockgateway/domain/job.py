"""A job: what was asked for, and the plan that its whole life follows."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """The states of a job (documented, Status Values)."""

    QUEUED = "QUEUED"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    ERROR = "ERROR"

    @property
    def terminal(self) -> bool:
        """Whether a job in this state stays in it."""
        return self not in (Status.QUEUED, Status.PROCESSING)


@dataclass(frozen=True, slots=True)
class Plan:
    """When a job begins and ends, and how; drawn once, when it is accepted.

    Attributes:
        starts: the instant processing begins, in gateway milliseconds.
        ends: the instant it ends, not before `starts`.
        outcome: the terminal state it ends in.
        error: the words of a FAILED or ERROR outcome, else None.
    """

    starts: int
    ends: int
    outcome: Status = Status.COMPLETED
    error: str | None = None

    def status_at(self, now: int) -> Status:
        """Say the state at an instant: later instants never give an earlier state (Status Flow)."""
        if now >= self.ends:
            return self.outcome
        return Status.PROCESSING if now >= self.starts else Status.QUEUED

    def updated_at(self, now: int, created: int) -> int:
        """Say when the state last changed, as seen at `now`."""
        if now >= self.ends:
            return self.ends
        return self.starts if now >= self.starts else created

    def ended(self, now: int, outcome: Status, error: str | None) -> "Plan":
        """Return the plan of a job that ends now, whatever was planned."""
        return Plan(min(self.starts, now), now, outcome, error)

    def ending(self, outcome: Status, error: str | None) -> "Plan":
        """Return the same work with another end."""
        return Plan(self.starts, self.ends, outcome, error)

    def delayed_until(self, starts: int) -> "Plan":
        """Return the same work begun no earlier than `starts`."""
        wait = max(0, starts - self.starts)
        return Plan(self.starts + wait, self.ends + wait, self.outcome, self.error)


@dataclass(frozen=True, slots=True)
class Job:
    """One accepted submit.

    Attributes:
        request_id: its name on the wire, never reused.
        account: who submitted it, as `keys.fingerprint` writes a key.
        model: the model's slug.
        created: the instant it was accepted, in gateway milliseconds.
        charge: what was taken for it, in millionths of a dollar.
    """

    request_id: str
    account: str
    model: str
    created: int
    plan: Plan
    prompt: str
    image_size: str
    output_format: str
    num_images: int
    charge: int = 0
