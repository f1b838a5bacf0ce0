"""The reference client of the gateway: the correct way to call it.

`Client` is where to begin. `zimage_client.testing` has what tests of your own program need, and the command
`zimage` does the same from a shell.
"""

from zimage_client._answer import Answer
from zimage_client._batch import Outcome
from zimage_client._client import Client
from zimage_client._clock import Clock, SystemClock
from zimage_client._download import DownloadProgress
from zimage_client._errors import (
    BatchInUse,
    DownloadFailed,
    FixError,
    Forbidden,
    GiveUpError,
    InsufficientBalance,
    InvalidRequest,
    JobErrored,
    JobFailed,
    JobNotFound,
    ModelNotFound,
    PayError,
    ProtocolError,
    RateLimited,
    RetryError,
    ServerError,
    TransportError,
    Unauthorized,
    WaitError,
    WaitTimeout,
    ZImageError,
)
from zimage_client._inbox import WebhookInbox
from zimage_client._job import Job, Result
from zimage_client._requests import BaseRequest, ImageSize, OutputFormat, Request, TurboRequest
from zimage_client._settings import Downloading, Polling, Settings, Submitting, Timeouts
from zimage_client._status import JobStatus, parse_webhook
from zimage_client._transport import Call, Reply, Transport

__all__ = [
    "Answer",
    "BaseRequest",
    "BatchInUse",
    "Call",
    "Client",
    "Clock",
    "DownloadFailed",
    "DownloadProgress",
    "Downloading",
    "FixError",
    "Forbidden",
    "GiveUpError",
    "ImageSize",
    "InsufficientBalance",
    "InvalidRequest",
    "Job",
    "JobErrored",
    "JobFailed",
    "JobNotFound",
    "JobStatus",
    "ModelNotFound",
    "Outcome",
    "OutputFormat",
    "PayError",
    "Polling",
    "ProtocolError",
    "RateLimited",
    "Reply",
    "Request",
    "Result",
    "RetryError",
    "ServerError",
    "Settings",
    "Submitting",
    "SystemClock",
    "Timeouts",
    "Transport",
    "TransportError",
    "TurboRequest",
    "Unauthorized",
    "WaitError",
    "WaitTimeout",
    "WebhookInbox",
    "ZImageError",
    "parse_webhook",
]
