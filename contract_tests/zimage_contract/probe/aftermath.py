"""What can be seen of jobs that have ended: that they stay so, and what they brought."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from typing import Any

from zimage_contract.probe.session import Session
from zimage_contract.probe.watch import Followed

_AT_ONCE = 4
_READS = 2


def look_back(session: Session, jobs: Iterable[Followed]) -> None:
    """Read every job that has ended twice more, and download what it brought; one link a second time."""
    ended = [job for job in jobs if job.document is not None]
    with ThreadPoolExecutor(_AT_ONCE, "zimage-contract-aftermath") as threads:
        for done in [threads.submit(_look_back, session, job) for job in ended]:
            done.result()
    for link in [link for job in ended for link in links(job.document or {})][:1]:
        _download(session, link, "the same link again")


def await_callbacks(last_end: float, patience: float) -> None:
    """Wait until `patience` seconds after the last end, by `time.monotonic`: callbacks may come twice."""
    sleep(max(0.0, last_end + patience - monotonic()))


def links(document: dict[str, Any]) -> tuple[str, ...]:
    """Return the links to what a job brought, each once, so far as they are links."""
    output = document.get("output")
    found = output.get("media_url") if isinstance(output, dict) else None
    texts = [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
    return tuple(dict.fromkeys(each for each in texts if each.startswith(("http://", "https://"))))


def _look_back(session: Session, job: Followed) -> None:
    for _ in range(_READS):
        session.poll(job.request_id, key=job.submit.key, intent="that the end stays the end")
    for link in links(job.document or {}):
        _download(session, link, "what the job brought")


def _download(session: Session, link: str, intent: str) -> None:
    """Get a link, without a key: it needs none, and leads to another host."""
    session.line.send("GET", link, kind="media", intent=intent)
