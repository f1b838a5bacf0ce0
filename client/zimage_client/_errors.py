"""The errors of the client, grouped by what the caller can do next.

ZImageError
├── FixError                 change something first; nothing was charged
│   ├── InvalidRequest       the request breaks the contract; `problems` lists how
│   ├── Unauthorized         the key is missing or wrong
│   ├── Forbidden            the key may not do this, or its quota is used up
│   ├── ModelNotFound        this gateway has no such model, or is none
│   ├── JobNotFound          there is no such job, or it belongs to another key
│   └── BatchInUse           the state file belongs to another run, or another gateway
├── PayError
│   └── InsufficientBalance  fill the wallet first; nothing was charged
├── WaitError
│   └── RateLimited          try again later, `retry_after` says when; nothing was charged
├── RetryError               it may go well next time; `uncertain` says whether that may cost twice
│   ├── ServerError          the gateway is unwell
│   ├── TransportError       there was no answer
│   └── DownloadFailed       the picture is paid for and cannot be fetched at present
└── GiveUpError              trying the same again does not help
    ├── JobFailed            the job ended as FAILED, and was charged
    ├── JobErrored           the job ended as ERROR, and was not charged
    ├── WaitTimeout          the time is over, the job may still end: its `request_id` fetches it later
    └── ProtocolError        the answer is none that the contract knows
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from zimage_client._answer import Answer
    from zimage_schemas import Problem


class ZImageError(Exception):
    """Anything that goes wrong between this client and the gateway.

    Attributes:
        message: one sentence, whichever layer of the gateway said it.
        status: the HTTP status; None when there was no answer, or it was not asked for.
        request_id: the job's; None when there is none, or it is not known.
        answer: what the gateway sent, with the key removed.
        uncertain: a job may have been accepted, and charged, without our learning its id.
    """

    group: ClassVar[str] = ""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        request_id: str | None = None,
        answer: Answer | None = None,
        uncertain: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.answer = answer
        self.status = answer.status if answer is not None and status is None else status
        self.request_id = request_id
        self.uncertain = uncertain

    def __str__(self) -> str:
        notes = [f"HTTP {self.status}"] if self.status is not None else []
        notes += [f"job {self.request_id}"] if self.request_id else []
        notes += ["it may have been accepted and charged all the same"] if self.uncertain else []
        return f"{self.message} ({'; '.join(notes)})" if notes else self.message


class FixError(ZImageError):
    """Something must be changed first; nothing was charged."""

    group = "fix"


class PayError(ZImageError):
    """Money is missing; nothing was charged."""

    group = "pay"


class WaitError(ZImageError):
    """It was too early; nothing was charged."""

    group = "wait"


class RetryError(ZImageError):
    """It may go well next time."""

    group = "retry"


class GiveUpError(ZImageError):
    """Trying the same again does not help."""

    group = "give up"


class InvalidRequest(FixError):
    """The request breaks the contract: found here before sending, or by the gateway (400, 413, 415).

    Attributes:
        problems: every breach when it was found here; empty when the gateway found it.
    """

    def __init__(self, message: str, *, problems: tuple[Problem, ...] = (), **known: Any) -> None:
        super().__init__(message, **known)
        self.problems = problems


class Unauthorized(FixError):
    """The key is missing or wrong (401)."""


class Forbidden(FixError):
    """The key may not do this, or its quota is used up for long (403)."""


class ModelNotFound(FixError):
    """This gateway has no such model (400), or nothing at all at that path (404)."""


class JobNotFound(FixError):
    """There is no such job, or it belongs to another key (404)."""


class BatchInUse(FixError):
    """The state file belongs to a run that has not ended, or to another gateway."""


class InsufficientBalance(PayError):
    """The wallet does not hold the price (402)."""


class RateLimited(WaitError):
    """Too many requests (429).

    Attributes:
        retry_after: seconds that the gateway asks to wait; None when it does not say.
    """

    def __init__(self, message: str, *, retry_after: float | None = None, **known: Any) -> None:
        super().__init__(message, **known)
        self.retry_after = retry_after


class ServerError(RetryError):
    """The gateway, or something before it, is unwell (408, 5xx)."""


class TransportError(RetryError):
    """There was no answer, or not the whole of it.

    Attributes:
        sent: whether anything can have reached the other side; False when no connection was made.
    """

    def __init__(self, message: str, *, sent: bool = True, **known: Any) -> None:
        super().__init__(message, **known)
        self.sent = sent


class DownloadFailed(RetryError):
    """A picture that is paid for cannot be fetched at present; `request_id` fetches it later."""


class JobFailed(GiveUpError):
    """The job ended as FAILED, and was charged; the message is the gateway's reason."""


class JobErrored(GiveUpError):
    """The job ended as ERROR, a fault of the system, and was not charged: a new one costs nothing more."""


class WaitTimeout(GiveUpError):
    """The time is over, the job may still end: `client.job(error.request_id)` takes it up again.

    Attributes:
        last: what went wrong with the last poll; None when it went well.
    """

    def __init__(self, message: str, *, last: ZImageError | None = None, **known: Any) -> None:
        super().__init__(message, **known)
        self.last = last


class ProtocolError(GiveUpError):
    """The answer is none that the contract knows."""
