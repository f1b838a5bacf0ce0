"""Follows jobs to their ends: one thread polls all of them, each in its own rhythm."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from threading import Condition
from time import monotonic
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from zimage_contract.exchange import Exchange
from zimage_contract.probe.session import Session
from zimage_schemas import FINAL_STATUSES

_OFTEN = 20  # polls of one job, after which ...
_SLOWING = 1.2  # ... every pause is so many times as long as the one before, ...
_LONGEST = 5.0  # ... up to these seconds, or the interval where that is longer

_Turn = tuple[float, int, "Followed"]


@dataclass(slots=True)
class Followed:
    """A job that is being followed.

    Attributes:
        request_id: as it is polled.
        submit: the accepted one.
        closely: whether it is looked at after its end too, and polled on where no document came: that one
            which should never have been accepted cannot be found is no wonder.
        end: when it is given up, by `time.monotonic`.
        pause: seconds until it is polled again.
        polls: how often it was.
        visited: whether its polling_url was tried.
        document: of its end; None until then.
        ended: when that was seen, by `time.monotonic`; 0 until then.
    """

    request_id: str
    submit: Exchange
    closely: bool
    end: float
    pause: float
    polls: int = 0
    visited: bool = False
    document: dict[str, Any] | None = None
    ended: float = 0.0

    def turn(self, began: float) -> float:
        """Return when it is polled again, after a poll that began then: the last time at its very end."""
        self.polls += 1
        if self.polls > _OFTEN:
            self.pause = max(self.pause, min(self.pause * _SLOWING, _LONGEST))
        return min(began + self.pause, self.end)


class Watch:
    """Polls the jobs that it is told to follow, until they are ended or given up.

    One that goes on for long is polled less and less often: it may never end.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._turns: list[_Turn] = []
        self._numbers = count()
        self._changed = Condition()
        self._closed = False
        self._followed: dict[str, Followed] = {}
        self._thread = ThreadPoolExecutor(1, "zimage-contract-watch")
        self._work: Future[None] = self._thread.submit(self._run)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._turns.clear()
        self._close()
        self._thread.shutdown()

    @property
    def jobs(self) -> tuple[Followed, ...]:
        """All that were followed."""
        with self._changed:
            return tuple(self._followed.values())

    def follow(self, submit: Exchange, *, closely: bool = False) -> None:
        """Poll the job of an accepted submit from now on; nothing happens when it is followed already."""
        request_id = request_id_of(submit)
        if request_id is None:
            return
        with self._changed:
            if request_id not in self._followed:
                now, settings = monotonic(), self._session.settings
                job = Followed(request_id, submit, closely, now + settings.deadline, settings.poll_interval)
                self._followed[request_id] = job
                self._add(now, job)

    def finish(self) -> None:
        """Wait until every job has ended or was given up."""
        self._close()
        self._work.result()

    def _close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            began = monotonic()
            document = self._read(job).document
            if document is not None and document.get("status") in FINAL_STATUSES:
                job.document, job.ended = document, monotonic()
            elif began < job.end and (job.closely or document is not None) and not self._session.is_silent:
                with self._changed:
                    self._add(job.turn(began), job)

    def _next(self) -> Followed | None:
        """Wait for the next turn; None when there will be none."""
        with self._changed:
            while self._turns or not self._closed:
                wait = self._turns[0][0] - monotonic() if self._turns else None
                if wait is not None and wait <= 0:
                    return heappop(self._turns)[2]
                self._changed.wait(wait)
            return None

    def _add(self, due: float, job: Followed) -> None:
        heappush(self._turns, (due, next(self._numbers), job))
        self._changed.notify()

    def _read(self, job: Followed) -> Exchange:
        """Read its status, the first time at its polling_url where that can be."""
        intent, key = "what becomes of the job", job.submit.key
        if not job.visited:
            job.visited = True
            url = job.submit.got.get("polling_url") if isinstance(job.submit.got, dict) else None
            read = self._session.follow(url, key=key, intent=intent)
            if read is not None and read.succeeded:
                return read
        return self._session.poll(job.request_id, key=key, intent=intent)


def request_id_of(submit: Exchange) -> str | None:
    """Return the id of an accepted job, else the end of its polling_url; None when there is neither."""
    answer = submit.got if isinstance(submit.got, dict) else {}
    found, url = answer.get("request_id"), answer.get("polling_url")
    if isinstance(found, str) and found:
        return found
    if not isinstance(url, str):
        return None
    try:
        return unquote(urlsplit(url).path.rpartition("/")[2]) or None
    except ValueError:
        return None
