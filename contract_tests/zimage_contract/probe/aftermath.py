"""What can be seen of jobs that have ended: that they stay so, and what they brought."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from typing import Any

from zimage_contract.probe.receiver import Receiver
from zimage_contract.probe.session import Session
from zimage_contract.probe.watch import Followed
from zimage_schemas import WEBHOOK_HEADER

_AT_ONCE = 4
_READS = 2
_SEEN_IN_PICTURES = ("image_size", "output_format", "num_images")


def look_back(session: Session, jobs: Iterable[Followed]) -> None:
    """Read every job that has ended twice more, and download what they brought; one link a second time.

    Without a budget there are many jobs: of those that asked for the same kind of pictures only the first
    one's are then downloaded.
    """
    ended = [job for job in jobs if job.document is not None]
    bringing = ended if session.settings.budget is not None else _one_of_each_kind(ended)
    found = [link for job in bringing for link in links(job.document or {})]
    with ThreadPoolExecutor(_AT_ONCE, "zimage-contract-aftermath") as threads:
        reads = [threads.submit(_read_again, session, job) for job in ended]
        downloads = [threads.submit(_download, session, link, "what a job brought") for link in found]
        for done in (*reads, *downloads):
            done.result()
    for link in found[:1]:
        _download(session, link, "the same link again")


def await_callbacks(receiver: Receiver, jobs: Iterable[Followed], patience: float) -> None:
    """Wait for the callbacks of jobs that have ended.

    For each job's first until the job would have been given up, but `patience` seconds after its end at
    least; as long after the last of them, for callbacks may come twice.
    """
    ended = [job for job in jobs if job.document is not None]
    for job in ended:
        if address := job.submit.header(WEBHOOK_HEADER):
            receiver.wait_for(address, max(job.end, job.ended + patience))
    last = max([receiver.last_call, *(job.ended for job in ended)])
    sleep(max(0.0, last + patience - monotonic()))


def links(document: dict[str, Any]) -> tuple[str, ...]:
    """Return the links to what a job brought, each once, so far as they are links."""
    output = document.get("output")
    found = output.get("media_url") if isinstance(output, dict) else None
    texts = [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
    return tuple(dict.fromkeys(each for each in texts if each.startswith(("http://", "https://"))))


def _one_of_each_kind(jobs: Iterable[Followed]) -> list[Followed]:
    """Choose jobs such that every model shows every value of the fields that its pictures depend on."""
    seen: set[str] = set()
    chosen = []
    for job in jobs:
        body = job.submit.sent if isinstance(job.submit.sent, dict) else {}
        kinds = {f"{job.submit.path} {name} {body.get(name)!r}" for name in _SEEN_IN_PICTURES}
        if job.document and links(job.document) and not kinds <= seen:
            seen |= kinds
            chosen.append(job)
    return chosen


def _read_again(session: Session, job: Followed) -> None:
    for _ in range(_READS if not session.is_silent else 0):
        session.poll(job.request_id, key=job.submit.key, intent="that the end stays the end")


def _download(session: Session, link: str, intent: str) -> None:
    if not session.is_silent:
        session.download(link, intent)
