"""Exit codes: one for each group of the error tree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zimage_client._errors import (
    DownloadFailed,
    JobErrored,
    JobFailed,
    WaitTimeout,
    ZImageError,
)

EXIT_CODES = {
    0: "all went well",
    1: "the disk did not, or several kinds of errors",
    2: "misuse",
    3: "fix the request, the key or the gateway's address",
    4: "fill the wallet",
    5: "wait: too many requests",
    6: "try again: server, network or download",
    7: "give up: the job failed, took too long, or the answer made no sense",
    130: "interrupted",
}
_BY_GROUP = {"fix": 3, "pay": 4, "wait": 5, "retry": 6, "give up": 7}
_CHARGED = {JobFailed: True, JobErrored: False, WaitTimeout: True, DownloadFailed: True}


def code_of(error: Exception) -> int:
    """Return the exit code for one error."""
    return _BY_GROUP.get(error.group, 1) if isinstance(error, ZImageError) else 1


def code_of_all(errors: Iterable[Exception | None]) -> int:
    """Return the exit code for a batch: of the kind that all its errors are, or 1."""
    codes = {code_of(error) for error in errors if error}
    return codes.pop() if len(codes) == 1 else int(bool(codes))


def describe(error: Exception) -> str:
    """Return one line, with what to do about a job that is paid for."""
    said = " ".join(str(error).split())
    if isinstance(error, WaitTimeout):
        return f"{said}: zimage wait {error.request_id}"
    if isinstance(error, DownloadFailed):
        return f"{said}: zimage download {error.request_id}"
    return said


def as_document(error: Exception) -> dict[str, Any]:
    """Return the error for a script."""
    if not isinstance(error, ZImageError):
        return {"type": type(error).__name__, "group": "disk", "message": str(error), "charged": None}
    return {
        "type": type(error).__name__,
        "group": error.group,
        "message": error.message,
        "status": error.status,
        "charged": None if error.uncertain else _CHARGED.get(type(error), False),
    }
