"""Fetch the pictures of a job."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zimage_client._dialects import error_in
from zimage_client._errors import DownloadFailed, ProtocolError, RateLimited, TransportError, ZImageError
from zimage_client._link import user_agent
from zimage_client._names import stem_of
from zimage_client._part import Part
from zimage_client._picture import FORMATS, whole_format
from zimage_client._transport import Call, Reply, origin, read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zimage_client._job import Job

_log = logging.getLogger("zimage_client")
_WHOLE, _PARTIAL, _BAD_RANGE = 200, 206, 416
_LONGEST_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far a download is: picture `number` of `count`, in bytes; `expected` None: nobody says."""

    number: int
    count: int
    received: int
    expected: int | None


class Download:
    """Fetches the pictures of one job; the key is in none of the calls."""

    def __init__(self, job: Job, on_progress: Callable[[DownloadProgress], object] | None = None) -> None:
        self._id = job.request_id
        self._link = job.link
        self._timeouts = job.settings.timeouts
        self._limits = job.settings.downloading
        self._on_progress = on_progress or (lambda _: None)

    def run(self, urls: Sequence[str], directory: str | Path) -> tuple[Path, ...]:
        """Fetch them one after the other."""
        directory = Path(directory)
        directory.mkdir(parents=True, exist_ok=True)
        for url in urls:
            if origin(url) is None:
                raise ProtocolError("a media_url is no http or https URL", request_id=self._id)
        return tuple(self._one(url, directory, number, len(urls)) for number, url in enumerate(urls, 1))

    def _one(self, url: str, directory: Path, number: int, count: int) -> Path:
        stem = stem_of(self._id, number, count)
        for path in (directory / f"{stem}.{each}" for each in FORMATS):
            if path.is_file() and whole_format(path):
                return path
        part = Part(directory / f".{stem}.part")
        for attempt in range(1, self._limits.attempts + 1):
            try:
                self._fetch(url, part, (number, count))
                return part.finish(directory, stem)
            except ZImageError as error:
                failure = error
            if attempt < self._limits.attempts:
                self._pause(attempt, failure)
        said = f"a picture cannot be fetched at present: {failure.message}"
        raise DownloadFailed(said, request_id=self._id, status=failure.status, answer=failure.answer)

    def _pause(self, attempt: int, failure: ZImageError) -> None:
        asked = failure.retry_after if isinstance(failure, RateLimited) else None
        pause = self._limits.pause * 2 ** (attempt - 1) if asked is None else asked
        pause = min(pause, _LONGEST_PAUSE)
        _log.info("fetching a picture again in %.1f s: %s", pause, failure)
        self._link.clock.sleep(pause)

    def _fetch(self, url: str, part: Part, place: tuple[int, int]) -> None:
        """Fetch what is missing of a picture."""
        headers = {"Accept-Encoding": "identity", "User-Agent": user_agent(), **part.range_headers()}
        reply = self._link.transport.send(
            Call(method="GET", url=url, headers=headers, timeouts=self._timeouts, follow=True)
        )
        try:
            if reply.status not in (_WHOLE, _PARTIAL):
                if reply.status == _BAD_RANGE:
                    part.drop()
                raise error_in(read(reply, self._link.clock, self._timeouts.total), self._id)
            self._save(reply, part, place)
        finally:
            reply.close()

    def _save(self, reply: Reply, part: Part, place: tuple[int, int]) -> None:
        expected = part.begin(reply.headers, partial=reply.status == _PARTIAL)
        received, deadline = part.size, self._link.clock.now() + self._limits.longest
        with part.path.open("ab") as file:
            for chunk in reply.chunks():
                file.write(chunk)
                received += len(chunk)
                self._on_progress(DownloadProgress(*place, received, expected))
                if received > self._limits.largest or self._link.clock.now() > deadline:
                    break
        if received > self._limits.largest:
            part.drop()
            raise TransportError(f"the picture is larger than {self._limits.largest} bytes")
        if expected is not None and received != expected:
            if received > expected:
                part.drop()
            raise TransportError(f"the picture has {received} bytes of {expected}")
