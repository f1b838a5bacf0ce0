"""The answers that are not a success, each in the dialect of the layer that gives it.

Refusal
├── QueueRefusal            {"error", "message"}
│   ├── BadRequest          400  fix the request
│   ├── ModelNotFound       400  fix the URL
│   ├── InsufficientBalance 402  pay
│   └── RequestNotFound     404  fix the request_id
└── ManagementRefusal       {"statusCode", "message"}
    ├── MissingKey          401  send a key
    ├── InvalidKey          401  send another key
    ├── ResourceNotFound    404  fix the path
    ├── MethodRefused       405  use another method
    ├── BodyTooLarge        413  send less
    ├── RateLimited         429  wait
    ├── InternalError       500  try later
    └── Unavailable         503  try later
"""

from collections.abc import Iterable
from typing import ClassVar

_LONGEST_NAME = 100


class Refusal(Exception):
    """An answer other than success; `code` is its HTTP status."""

    code: ClassVar[int]

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def body(self) -> dict[str, object]:
        """Return the JSON body in this layer's dialect."""
        raise NotImplementedError


class QueueRefusal(Refusal):
    """A refusal by the queue behind the gateway (documented, Queue System Errors)."""

    error: ClassVar[str]

    def body(self) -> dict[str, object]:
        """Return `{"error", "message"}`."""
        return {"error": self.error, "message": self.message}


class BadRequest(QueueRefusal):
    """The request breaks a rule; nothing was queued or charged (status documented, body assumed)."""

    code = 400
    error = "Bad Request"


class ModelNotFound(QueueRefusal):
    """There is no such model (documented)."""

    code = 400
    error = "Model not found"

    def __init__(self, slug: str) -> None:
        name = slug if len(slug) <= _LONGEST_NAME else f"{slug[:_LONGEST_NAME]}…"
        super().__init__(f"Model '{name}' not found or is disabled")


class InsufficientBalance(QueueRefusal):
    """The wallet does not suffice; nothing was queued or charged (documented)."""

    code = 402
    error = "Insufficient Balance"

    def __init__(self) -> None:
        super().__init__("Your wallet does not have enough balance.")


class RequestNotFound(QueueRefusal):
    """There is no such request for this key (status documented for Base, body assumed)."""

    code = 404
    error = "Not Found"

    def __init__(self) -> None:
        super().__init__("There is no request of that id for this subscription key.")


class ManagementRefusal(Refusal):
    """A refusal by the API management layer (platform)."""

    def body(self) -> dict[str, object]:
        """Return `{"statusCode", "message"}`."""
        return {"statusCode": self.code, "message": self.message}


class KeyRefused(ManagementRefusal):
    """No usable key was sent; the answer carries a WWW-Authenticate challenge."""

    code = 401


class MissingKey(KeyRefused):
    """The key header is absent or empty (platform, observed)."""

    def __init__(self) -> None:
        super().__init__(
            "Access denied due to missing subscription key. "
            "Make sure to include subscription key when making requests to an API."
        )


class InvalidKey(KeyRefused):
    """The key header holds no key of this gateway (platform, observed)."""

    def __init__(self) -> None:
        super().__init__(
            "Access denied due to invalid subscription key. "
            "Make sure to provide a valid key for an active subscription."
        )


class ResourceNotFound(ManagementRefusal):
    """No operation has this path (platform)."""

    code = 404

    def __init__(self) -> None:
        super().__init__("Resource not found")


class MethodRefused(ManagementRefusal):
    """The path is an operation's, the method is not; the answer lists the `allowed` (assumed)."""

    code = 405

    def __init__(self, allowed: Iterable[str]) -> None:
        super().__init__("Method not allowed")
        self.allowed = sorted(allowed)


class BodyTooLarge(ManagementRefusal):
    """The body is over the limit (assumed)."""

    code = 413

    def __init__(self, limit: int) -> None:
        super().__init__(f"Request body is too large: at most {limit} bytes are accepted.")


class RateLimited(ManagementRefusal):
    """Too many calls; the answer carries `Retry-After`, whole seconds (status documented, body platform)."""

    code = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Rate limit is exceeded. Try again in {seconds} seconds.")
        self.seconds = seconds


class InternalError(ManagementRefusal):
    """The gateway itself failed (observed)."""

    code = 500

    def __init__(self, activity: str) -> None:
        super().__init__("Internal server error")
        self.activity = activity

    def body(self) -> dict[str, object]:
        """Return `{"statusCode", "message", "activityId"}`."""
        return super().body() | {"activityId": self.activity}


class Unavailable(ManagementRefusal):
    """Nothing can be stored at the moment, so nothing was accepted (assumed)."""

    code = 503

    def __init__(self) -> None:
        super().__init__("Service unavailable: nothing can be stored at the moment. Try again later.")
