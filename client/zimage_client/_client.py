"""The client: one key at one gateway."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Self

from zimage_client._accept import accept
from zimage_client._batch import Batch, Outcome, Plan
from zimage_client._clock import Clock, SystemClock
from zimage_client._job import PATIENCE, Job, Result, taken_up
from zimage_client._link import Link
from zimage_client._settings import Settings
from zimage_schemas import LIVE_ORIGIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

    from zimage_client._download import DownloadProgress
    from zimage_client._inbox import WebhookInbox
    from zimage_client._requests import Request
    from zimage_client._status import JobStatus
    from zimage_client._transport import Transport


class Client:
    """Makes pictures at one gateway with one key; threads may share it.

    Use it as a context manager, or call `close`.

    Args:
        api_key: None: from the environment, `PIXAZO_API_KEY`.
        base_url: None: from `PIXAZO_GATEWAY_URL`, and without that the live gateway.
        settings: how patient it is.
        transport: None: over `requests`; `zimage_client.testing` has one without a network.
        clock: None: real time and chance.

    Raises:
        Unauthorized: there is no key, or what is there cannot be one.
        ValueError: the base_url is none.
    """

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str | None = None,
        *,
        settings: Settings | None = None,
        transport: Transport | None = None,
        clock: Clock | None = None,
    ) -> None:
        key = os.environ.get("PIXAZO_API_KEY", "") if api_key is None else api_key
        url = base_url or os.environ.get("PIXAZO_GATEWAY_URL") or LIVE_ORIGIN
        self.settings = settings or Settings()
        self._link = Link(url, key, transport or _over_requests(), clock or SystemClock())

    def __repr__(self) -> str:
        return f"Client({self._link!r})"

    @property
    def base_url(self) -> str:
        """Where the gateway is."""
        return self._link.base_url

    def close(self) -> None:
        """Close all connections; jobs go on at the gateway."""
        self._link.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def submit(
        self,
        request: Request,
        *,
        webhook_url: str | None = None,
    ) -> Job:
        """Submit a request, which costs its price, and return a handle on the job.

        It is submitted again only after a 429 and when no connection was made, unless the settings say
        otherwise.

        Args:
            request: what to make.
            webhook_url: where the gateway calls back when the job has ended.

        Raises:
            ZImageError: with `uncertain` set, the job may have been accepted, and charged, all the same.
        """
        return accept(self._link, self.settings, request, webhook_url)

    def job(self, request_id: str) -> Job:
        """Take up a job again, from whatever process it was submitted; nothing is asked yet."""
        return taken_up(request_id, self._link, self.settings)

    def generate(  # noqa: PLR0913 -- what it is told by name
        self,
        request: Request,
        directory: str | Path,
        *,
        timeout: float | None = PATIENCE,
        on_update: Callable[[JobStatus], object] | None = None,
        on_progress: Callable[[DownloadProgress], object] | None = None,
        via: WebhookInbox | None = None,
    ) -> Result:
        """Submit, wait, and save the pictures in a directory.

        Args:
            request: what to make.
            directory: made, and tried out, before anything is paid for.
            timeout: seconds to wait for the job's end; None: for ever.
            on_update: is given every status that is read.
            on_progress: is told of every piece of a picture.
            via: wait for the gateway to call back there, and poll only now and then.

        Raises:
            ZImageError: with a `request_id`, the job is paid for: `client.job` takes it up again.
            OSError: the directory cannot be written.
        """
        check_directory(directory)
        job = self.submit(request, webhook_url=via.url if via else None)
        if on_update and job.accepted:
            on_update(job.accepted)
        status = job.wait(timeout, on_update, via)
        files = job.download(directory, status=status, on_progress=on_progress)
        return Result(job, status, files)

    def generate_many(  # noqa: PLR0913 -- as above
        self,
        requests: Iterable[Request],
        directory: str | Path,
        *,
        concurrency: int = 4,
        state: str | Path | None = None,
        timeout: float | None = PATIENCE,
        on_update: Callable[[int, JobStatus], object] | None = None,
        on_progress: Callable[[int, DownloadProgress], object] | None = None,
        via: WebhookInbox | None = None,
    ) -> Iterator[Outcome]:
        """Make many pictures, and yield each outcome as it comes, in the order in which they end.

        Nothing is submitted before the first outcome is asked for; from then on it goes on in threads.
        Leaving the loop ends it: open jobs are left to the gateway.

        Args:
            requests: taken from it as they are submitted.
            directory: for all pictures.
            concurrency: how many jobs are open at once.
            state: a file that remembers every job. With the same file and requests, a batch that was
                interrupted goes on, and what was paid for is not paid for again. None: nothing is kept.
            timeout: seconds to wait for the end of one job.
            on_update: is given the request's place, from 0, and every status that is read, in any thread.
            on_progress: likewise, for every piece of a picture.
            via: wait for the gateway to call back there.

        Raises:
            BatchInUse: another run has the state file, or it belongs to another gateway.
        """
        check_directory(directory)
        plan = Plan(Path(directory), concurrency, timeout, on_update, on_progress, via)
        return Batch(self._link, self.settings, plan, Path(state) if state else None).run(requests)


def check_directory(directory: str | Path) -> None:
    """Make the directory and try it out, before anything is paid for; raise OSError."""
    path = Path(directory)
    path.mkdir(parents=True, exist_ok=True)
    probe = path / f".zimage-{os.getpid()}-{os.urandom(4).hex()}"
    probe.touch()
    probe.unlink()


def _over_requests() -> Transport:
    from zimage_client.transport import RequestsTransport

    return RequestsTransport()
