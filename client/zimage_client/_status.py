"""What the gateway says of a job, in answers and callbacks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from zimage_client._errors import ProtocolError
from zimage_schemas import FINAL_STATUSES


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """The status document, read tolerantly.

    Attributes:
        request_id: the job's.
        state: QUEUED, PROCESSING, COMPLETED, FAILED or ERROR; one that the contract does not know is
            there as it came, in capitals, and not final.
        model_id: the model's slug.
        error: why the job ended as FAILED or ERROR.
        media_urls: where the pictures are.
        media_type: what the gateway says that they are; the files themselves know better.
        created_at, updated_at, completed_at: None where the gateway gives no time.
        document: all that the gateway said, with fields that this client does not know.
    """

    request_id: str
    state: str
    model_id: str | None = None
    error: str | None = None
    media_urls: tuple[str, ...] = ()
    media_type: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    completed_at: datetime | None = None
    document: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_final(self) -> bool:
        """Whether it will never change again."""
        return self.state in FINAL_STATUSES


def read_status(document: object) -> JobStatus:
    """Read a status document; raise ProtocolError when it does not say which job is in which state."""
    said = _mapping(document)
    request_id, state = said.get("request_id"), said.get("status")
    if not (isinstance(request_id, str) and request_id and isinstance(state, str) and state):
        raise ProtocolError("the gateway sent no status document: there is no request_id or no status in it")
    output = _mapping(said.get("output"))
    return JobStatus(
        request_id=request_id,
        state=state.upper(),
        model_id=_text(said.get("model_id")),
        error=_text(said.get("error")),
        media_urls=_urls(output.get("media_url")),
        media_type=_text(output.get("media_type")),
        created_at=_time(said.get("created_at")),
        updated_at=_time(said.get("updated_at")),
        completed_at=_time(said.get("completed_at")),
        document=said,
    )


def parse_webhook(body: bytes | str) -> JobStatus:
    """Read the body of a callback.

    It is not signed, so anybody may have sent it: use it only for a `request_id` that you submitted, at a
    URL that cannot be guessed, or ask `client.job(request_id).status()` whether it is true.

    Raises:
        ProtocolError: it is no status document; answer 400, so that it is sent again.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise ProtocolError("the callback is no JSON") from None
    return read_status(document)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _urls(value: object) -> tuple[str, ...]:
    """Take the documented list, and the single text that was seen instead of it."""
    found = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(each for each in found if isinstance(each, str) and each)


def _time(value: object) -> datetime | None:
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time
