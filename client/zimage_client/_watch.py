"""Wait for a job to end: when to poll, what to ride out, when to give up."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from threading import Event
from typing import TYPE_CHECKING

from zimage_client._dialects import is_json
from zimage_client._errors import (
    Forbidden,
    JobNotFound,
    ProtocolError,
    RateLimited,
    RetryError,
    WaitTimeout,
    ZImageError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from zimage_client._job import Job
    from zimage_client._settings import Polling
    from zimage_client._status import JobStatus

_log = logging.getLogger("zimage_client")
_SHORTEST_EXCHANGE = 1.0


@dataclass(slots=True, eq=False)
class Mailbox:
    """Where a callback is put for the one who waits; `stop` ends the waiting at once."""

    arrived: Event = field(default_factory=Event)
    status: JobStatus | None = None
    stopped: bool = False

    def put(self, status: JobStatus) -> None:
        """Take the first final status and no other."""
        if status.is_final and self.status is None:
            self.status = status
            self.arrived.set()

    def stop(self) -> None:
        """End the waiting."""
        self.stopped = True
        self.arrived.set()


class Stopped(Exception):
    """The waiting was ended from outside."""


class Watch:
    """One wait for one job."""

    def __init__(
        self,
        job: Job,
        timeout: float | None,
        on_update: Callable[[JobStatus], object] | None = None,
        mailbox: Mailbox | None = None,
        *,
        called_back: bool = False,
    ) -> None:
        self._job = job
        self._timeout = timeout
        self._on_update = on_update or (lambda _: None)
        self._mailbox = mailbox or Mailbox()
        self._called_back = called_back
        self._clock = job.link.clock
        self._polling: Polling = job.settings.polling
        self._deadline = self._clock.now() + (float("inf") if timeout is None else timeout)
        self._failures = 0
        self._polled = False
        self._asked = 0.0
        self._last: ZImageError | None = None

    def run(self) -> JobStatus:
        """Return the final status, whichever; raise WaitTimeout, or an error that waiting cannot mend."""
        due = self._first_poll()
        while True:
            if status := self._until(due):
                self._on_update(status)
                return status
            try:
                status = self._poll()
            except ZImageError as error:
                if not self._passes(error):
                    raise
                due = self._clock.now() + self._pause_after(error)
                _log.info("polling again in %.1f s: %s", due - self._clock.now(), error)
                continue
            self._failures, self._last = 0, None
            self._on_update(status)
            if status.is_final:
                return status
            due = self._clock.now() + self._gap()

    def _first_poll(self) -> float:
        since = self._job.submitted_at
        if since is None:  # taken up again: it may have ended long ago
            return self._clock.now()
        return since + (self._polling.beside_webhook if self._called_back else self._polling.first)

    def _gap(self) -> float:
        if self._called_back:
            return self._polling.beside_webhook * (1 + self._clock.chance())
        return self._polling.least + (self._polling.most - self._polling.least) * self._clock.chance()

    def _until(self, due: float) -> JobStatus | None:
        """Wait for the next poll, or a callback; when the poll would be too late, give up.

        One poll is made in any case, so that a wait without patience still learns the status.
        """
        late = due > self._deadline
        if late and self._polled and not self._called_back:
            raise self._timeout_error()
        if self._mailbox.status is None:
            self._clock.sleep(min(due, self._deadline) - self._clock.now(), self._mailbox.arrived)
        if self._mailbox.stopped:
            raise Stopped
        if late and self._polled and self._mailbox.status is None:
            raise self._timeout_error()
        return self._mailbox.status

    def _poll(self) -> JobStatus:
        if not self._polled:
            self._polled, self._asked = True, self._clock.now()
        rest = max(self._deadline - self._clock.now(), _SHORTEST_EXCHANGE)
        limits = self._job.settings.timeouts
        limits = replace(
            limits,
            connect=min(limits.connect, rest),
            read=min(limits.read, rest),
            total=min(limits.total, rest),
        )
        return self._job.status(replace(self._job.settings, timeouts=limits))

    def _passes(self, error: ZImageError) -> bool:
        """Tell whether an error may pass: the job is paid for, so only what cannot is a reason to stop."""
        if isinstance(error, JobNotFound):
            return (
                self._job.submitted_at is not None and self._clock.now() - self._asked < self._polling.early
            )
        if isinstance(error, Forbidden):  # by the network before the gateway, which has pages for it
            return error.answer is not None and not is_json(error.answer)
        return isinstance(error, RetryError | RateLimited | ProtocolError)

    def _pause_after(self, error: ZImageError) -> float:
        self._failures, self._last = self._failures + 1, error
        backed_off = min(self._gap() * 2 ** min(self._failures - 1, 16), self._polling.longest)
        asked = error.retry_after if isinstance(error, RateLimited) else None
        return max(self._polling.least, backed_off if asked is None else asked)

    def _timeout_error(self) -> WaitTimeout:
        said = f"the job has not ended within {self._timeout:g} seconds; it is not lost, ask for it later"
        if self._last:
            said += f"; the last poll: {self._last.message}"
        return WaitTimeout(said, request_id=self._job.request_id, last=self._last)
