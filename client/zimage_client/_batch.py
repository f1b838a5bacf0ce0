"""Many jobs side by side, none of which can take another with it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING

from zimage_client._errors import ZImageError
from zimage_client._gate import Gate
from zimage_client._life import Life
from zimage_client._state import State
from zimage_client._watch import Mailbox, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from zimage_client._download import DownloadProgress
    from zimage_client._inbox import WebhookInbox
    from zimage_client._job import Result
    from zimage_client._link import Link
    from zimage_client._requests import Request
    from zimage_client._settings import Settings
    from zimage_client._status import JobStatus


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one request of a batch ended: with a result, or with an error.

    Attributes:
        index: the request's place in the batch, from 0.
        request: as it was given.
        result: the job and its pictures; None when there is an error.
        error: what went wrong; an OSError when it was the disk.
    """

    index: int
    request: Request
    result: Result | None = None
    error: ZImageError | OSError | None = None

    @property
    def request_id(self) -> str | None:
        """The job's id, also of one that went wrong, as far as it is known."""
        if self.result:
            return self.result.job.request_id
        return getattr(self.error, "request_id", None)


@dataclass(frozen=True, slots=True)
class Plan:
    """What `generate_many` was asked for."""

    directory: Path
    concurrency: int
    timeout: float | None
    on_update: Callable[[int, JobStatus], object] | None = None
    on_progress: Callable[[int, DownloadProgress], object] | None = None
    via: WebhookInbox | None = None

    def __post_init__(self) -> None:
        """Refuse what has no meaning."""
        if self.concurrency < 1:
            raise ValueError("concurrency must be at least 1")


class Batch:
    """One run: as many threads as jobs may be open, each with one job at a time."""

    def __init__(self, link: Link, settings: Settings, plan: Plan, state: Path | None) -> None:
        self._link = link
        self._settings = settings
        self._plan = plan
        self._state_path = state
        self._gate = Gate(link.clock)
        self._lock = Lock()
        self._drawing = Lock()
        self._open: set[Mailbox] = set()
        self._stopped = False
        self._ended: SimpleQueue[Outcome | Exception | None] = SimpleQueue()

    def run(self, requests: Iterable[Request]) -> Iterator[Outcome]:
        """Yield outcomes as they come."""
        with ExitStack() as stack:
            path = self._state_path
            state = stack.enter_context(State(path, self._link.origin)) if path else None
            life = Life(self._link, self._settings, self._plan, state, self._gate)
            source = enumerate(requests)
            threads = [
                Thread(target=self._work, args=(life, source), name=f"zimage-{number}")
                for number in range(self._plan.concurrency)
            ]
            stack.callback(self._end, threads)
            for thread in threads:
                thread.start()
            yield from self._outcomes(len(threads))

    def _outcomes(self, running: int) -> Iterator[Outcome]:
        while running:
            ended = self._ended.get()
            if isinstance(ended, Exception):
                raise ended
            if ended is None:
                running -= 1
            else:
                yield ended

    def _work(self, life: Life, source: Iterator[tuple[int, Request]]) -> None:
        """Take one request after the other from the source, which all threads share."""
        try:
            while drawn := self._draw(source):
                self._ended.put(self._one(life, *drawn))
        except Stopped:
            pass
        except Exception as error:  # noqa: BLE001 -- the source's, or a listener's: raised in the caller's thread
            self._ended.put(error)
        finally:
            self._ended.put(None)

    def _draw(self, source: Iterator[tuple[int, Request]]) -> tuple[int, Request] | None:
        with self._drawing:  # the source may take its time, and nothing else waits for it
            return None if self._stopped else next(source, None)

    def _one(self, life: Life, index: int, request: Request) -> Outcome:
        mailbox = Mailbox()
        with self._lock:
            self._open.add(mailbox)
            if self._stopped:
                raise Stopped
        try:
            return Outcome(index, request, result=life.live(index, request, mailbox))
        except (ZImageError, OSError) as error:
            return Outcome(index, request, error=error)
        finally:
            with self._lock:
                self._open.discard(mailbox)

    def _end(self, threads: list[Thread]) -> None:
        """Wake all that wait, and let each write down what it knows."""
        with self._lock:
            self._stopped = True
            for mailbox in self._open:
                mailbox.stop()
        for thread in threads:
            if thread.ident is not None:
                thread.join()
