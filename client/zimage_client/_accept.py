"""From a request to a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zimage_client._job import Job
from zimage_client._submit import Submit

if TYPE_CHECKING:
    from collections.abc import Callable

    from zimage_client._link import Link
    from zimage_client._requests import Request
    from zimage_client._settings import Settings


def accept(
    link: Link,
    settings: Settings,
    request: Request,
    webhook_url: str | None = None,
    hold: Callable[[float], None] | None = None,
) -> Job:
    """Check a request, submit it and return its job; `hold` waits between two submits, None: sleeps."""
    if settings.validate:
        request.check()
    status, polling_url = Submit(link, settings, hold).run(request.model, request.body(), webhook_url)
    return Job(status.request_id, request.model, polling_url, link, settings, link.clock.now(), status)
