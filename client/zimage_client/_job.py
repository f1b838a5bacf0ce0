"""A job that the gateway has accepted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zimage_client._download import Download, DownloadProgress
from zimage_client._errors import JobErrored, JobFailed, ProtocolError
from zimage_client._watch import Watch
from zimage_schemas import MODELS, Model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zimage_client._inbox import WebhookInbox
    from zimage_client._link import Link
    from zimage_client._settings import Settings
    from zimage_client._status import JobStatus

PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Job:
    """A handle on a job; make one with `client.submit` or `client.job`.

    Attributes:
        request_id: what the job is known by, in every process.
        model: None when the id begins with no slug that the contract knows.
        polling_url: as the gateway gave it; None when it gave none, or one on another origin.
    """

    request_id: str
    model: Model | None
    polling_url: str | None
    link: Link = field(repr=False, compare=False)
    settings: Settings = field(repr=False, compare=False)
    submitted_at: float | None = field(default=None, repr=False, compare=False)
    accepted: JobStatus | None = field(default=None, repr=False, compare=False)

    def status(self, settings: Settings | None = None) -> JobStatus:
        """Ask once; FAILED and ERROR are answers here, not errors."""
        return self.link.status(self.request_id, self.polling_url, settings or self.settings)

    def wait(
        self,
        timeout: float | None = PATIENCE,
        on_update: Callable[[JobStatus], object] | None = None,
        via: WebhookInbox | None = None,
    ) -> JobStatus:
        """Poll until the job is COMPLETED, and return its status.

        Waiting again is always possible; it costs nothing.

        Args:
            timeout: seconds; None: for ever.
            on_update: is given every status that is read, in this thread.
            via: the inbox whose `url` the job was submitted with; polls are rare then.

        Raises:
            JobFailed: it ended as FAILED, and was charged.
            JobErrored: it ended as ERROR, and was not charged.
            WaitTimeout: it did not end in time.
            FixError: the gateway does not know the job, or not the key.
        """
        if via is None:
            return completed(Watch(self, timeout, on_update).run())
        try:
            mailbox = via.expect(self.request_id)
            return completed(Watch(self, timeout, on_update, mailbox, called_back=True).run())
        finally:
            via.forget(self.request_id)

    def download(
        self,
        directory: str | Path,
        *,
        status: JobStatus | None = None,
        on_progress: Callable[[DownloadProgress], object] | None = None,
    ) -> tuple[Path, ...]:
        """Save every picture, named by the request_id, and return where they are.

        A picture that is there already is not fetched again, and one that broke off is gone on with.

        Args:
            directory: made when it is not there.
            status: what `wait` returned; None: it is asked for.
            on_progress: is told of every piece, in this thread.

        Raises:
            DownloadFailed: the pictures cannot be had at present.
            ProtocolError: the job is not COMPLETED, or has no pictures.
        """
        status = completed(status or self.status())
        if not status.media_urls:
            raise ProtocolError("the job is COMPLETED, but names no picture", request_id=self.request_id)
        return Download(self, on_progress).run(status.media_urls, directory)


@dataclass(frozen=True, slots=True)
class Result:
    """A job that went well, and its pictures on disk."""

    job: Job
    status: JobStatus
    files: tuple[Path, ...]


def taken_up(request_id: str, link: Link, settings: Settings) -> Job:
    """Return a handle on a job that was submitted at another time, or in another process."""
    model = next((each for each in MODELS.values() if request_id.startswith(f"{each.slug}_")), None)
    return Job(request_id, model, None, link, settings)


def completed(status: JobStatus) -> JobStatus:
    """Return the status of a job that ended well; raise what any other means."""
    if status.state == "FAILED":
        raise JobFailed(status.error or "the job failed; no reason was given", request_id=status.request_id)
    if status.state == "ERROR":
        raise JobErrored(
            status.error or "the gateway failed; no reason was given", request_id=status.request_id
        )
    if status.state != "COMPLETED":
        raise ProtocolError(f"the job is {status.state}, not COMPLETED", request_id=status.request_id)
    return status
