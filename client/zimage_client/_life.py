"""The life of one job in a batch, from wherever an earlier run has left it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from zimage_client._accept import accept
from zimage_client._errors import JobErrored, JobFailed, TransportError, ZImageError
from zimage_client._job import Job, Result, completed, taken_up
from zimage_client._state import Entry, State
from zimage_client._status import JobStatus
from zimage_client._watch import Mailbox, Stopped, Watch

if TYPE_CHECKING:
    from zimage_client._batch import Plan
    from zimage_client._gate import Gate
    from zimage_client._link import Link
    from zimage_client._requests import Request
    from zimage_client._settings import Settings


class Life:
    """Leads jobs to their end; every step is written down before, and after, it costs money."""

    def __init__(self, link: Link, settings: Settings, plan: Plan, state: State | None, gate: Gate) -> None:
        self._link = link
        self._settings = settings
        self._plan = plan
        self._state = state
        self._gate = gate

    def live(self, index: int, request: Request, mailbox: Mailbox) -> Result:
        """Lead a request to its pictures; raise what keeps it from them."""
        entry = self._state.entry(request) if self._state else Entry()
        if entry.step == "done" and all((self._plan.directory / name).is_file() for name in entry.files):
            job = taken_up(entry.request_id, self._link, self._settings)
            status = JobStatus(request_id=entry.request_id, state="COMPLETED")
            return Result(job, status, tuple(self._plan.directory / name for name in entry.files))
        job = self._job(request, entry, mailbox)
        if self._plan.on_update and job.accepted:
            self._plan.on_update(index, job.accepted)
        return self._finish(index, job, entry, mailbox)

    def _job(self, request: Request, entry: Entry, mailbox: Mailbox) -> Job:
        if entry.step == "failed":
            raise JobFailed(entry.error, request_id=entry.request_id)
        if entry.step in ("submitted", "done"):
            return taken_up(entry.request_id, self._link, self._settings)
        if entry.step == "submitting" and not self._settings.submitting.resubmit:
            raise TransportError("an earlier run was interrupted while it submitted this", uncertain=True)
        return self._submit(request, entry, mailbox)

    def _submit(self, request: Request, entry: Entry, mailbox: Mailbox) -> Job:
        self._gate.enter(request, mailbox)
        self._note(entry, "submitting")
        hold = partial(self._gate.hold, mailbox=mailbox)
        url = self._plan.via.url if self._plan.via else None
        try:
            job = accept(self._link, self._settings, request, url, hold)
        except Stopped:
            self._note(entry, "refused")
            raise
        except ZImageError as error:
            self._gate.learn(request, error)
            if not error.uncertain:
                self._note(entry, "refused")
            raise
        self._note(entry, "submitted", request_id=job.request_id)
        return job

    def _finish(self, index: int, job: Job, entry: Entry, mailbox: Mailbox) -> Result:
        plan = self._plan
        if plan.via:
            plan.via.expect(job.request_id, mailbox)
        try:
            on_update = partial(plan.on_update, index) if plan.on_update else None
            watch = Watch(job, plan.timeout, on_update, mailbox, called_back=plan.via is not None)
            status = completed(watch.run())
        except JobFailed as error:
            self._note(entry, "failed", request_id=job.request_id, error=error.message)
            raise
        except JobErrored:
            self._note(entry, "errored", request_id=job.request_id)
            raise
        finally:
            if plan.via:
                plan.via.forget(job.request_id)
        on_progress = partial(plan.on_progress, index) if plan.on_progress else None
        files = job.download(plan.directory, status=status, on_progress=on_progress)
        self._note(entry, "done", request_id=job.request_id, files=tuple(each.name for each in files))
        return Result(job, status, files)

    def _note(
        self, entry: Entry, step: str, request_id: str = "", error: str = "", files: tuple[str, ...] = ()
    ) -> None:
        if self._state:
            self._state.note(Entry(entry.key, step, request_id, error, files))
