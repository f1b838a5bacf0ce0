"""What an exchange is evidence of, for the checks of several chapters."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import SplitResult, urlsplit

from zimage_contract.exchange import Exchange, Job
from zimage_schemas import FINAL_STATUSES, STATUS_PATH, STATUSES

Seen = tuple[Exchange, dict[str, Any]]
"""A poll, and the status document that it brought."""

_BESIDE_THE_POINT = frozenset({304, 401, 402, 403, 429})
_PORTS = {"http": 80, "https": 443}


def tells(exchange: Exchange) -> bool:
    """Tell whether the answer is about what was asked, and not a cache, the key, the rate or an outage."""
    status = exchange.status
    return status is not None and status < 500 and status not in _BESIDE_THE_POINT


def is_final(document: dict[str, Any]) -> bool:
    """Tell whether the document shows a job at its end."""
    return document.get("status") in FINAL_STATUSES


def stages(job: Job) -> tuple[Seen, ...]:
    """Return the polls that showed the job in one of the five states."""
    return tuple((read, document) for read, document in job.seen if document.get("status") in STATUSES)


def consecutive(seen: tuple[Seen, ...]) -> Iterator[tuple[Seen, Seen]]:
    """Pair every poll with the next one, where that began after the first was answered."""
    for first, second in pairwise(seen):
        if first[0].until <= second[0].at:
            yield first, second


def at_status_endpoint(read: Exchange, submit: Exchange) -> bool:
    """Tell whether the job was polled where the documentation says: beside the URL of its submit."""
    there, here = split(submit.url), split(read.url)
    if submit.model is None or there is None or here is None:
        return False
    before = there.path.removesuffix(submit.model.submit_path)
    endpoint = before + STATUS_PATH.rpartition("/")[0]
    return origin(here) == origin(there) and here.path.rpartition("/")[0] == endpoint


def origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    """Return scheme, host and port, the usual port being told too."""
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def split(url: object) -> SplitResult | None:
    """Take a URL apart; None when it is none."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        usable = parts and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None
