"""Find what was asked of both gateways: requests that are the same but for the host and the key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from urllib.parse import urlsplit

from zimage_contract.exchange import Exchange, Job, Transcript
from zimage_schemas import FINAL_STATUSES, KEY_HEADER

_OURS = frozenset({"host", "content-length", KEY_HEADER.lower()})

Pair = tuple[Exchange, Exchange]


def pairs(a: Transcript, b: Transcript, origins: tuple[str, str]) -> Iterator[Pair]:
    """Pair what both were asked, in the order of `a`; of a job's polls only the last, and what it brought.

    A request that was repeated is paired with its like by their order. What only one was asked is left out.
    """
    jobs = (_jobs(a, origins[0]), _jobs(b, origins[1]))
    there = dict(_named(b, origins[1], jobs[1]))
    for name, exchange in _named(a, origins[0], jobs[0]):
        if name in there:
            yield exchange, there[name]


def _named(
    seen: Transcript, origin: str, jobs: Mapping[str, Hashable]
) -> Iterator[tuple[Hashable, Exchange]]:
    """Give each exchange that can be compared a name that its like in the other transcript has too."""
    number: Counter[Hashable] = Counter()
    for exchange in seen.exchanges:
        if exchange.kind == "media" or exchange.asked_id in jobs:
            continue
        name = _request(seen, exchange, origin)
        number[name] += 1
        yield (name, number[name]), exchange
    for request_id, name in jobs.items():
        yield from _of_job(seen, seen.jobs[request_id], name)


def _of_job(seen: Transcript, job: Job, name: Hashable) -> Iterator[tuple[Hashable, Exchange]]:
    """Name a job's last poll, and its downloads."""
    if not job.seen:
        return
    read, document = next(
        (each for each in job.seen if each[1].get("status") in FINAL_STATUSES), job.seen[-1]
    )
    yield (name, "end"), read
    output = document.get("output")
    links = output.get("media_url") if isinstance(output, dict) else None
    downloads = {each.url: each for each in seen.of("media")}
    for place, link in enumerate(links if isinstance(links, list) else ()):
        if isinstance(link, str) and link in downloads:
            yield (name, "picture", place), downloads[link]


def _jobs(seen: Transcript, origin: str) -> dict[str, Hashable]:
    """Name the accepted jobs by what was asked for, and how often before."""
    number: Counter[Hashable] = Counter()
    found: dict[str, Hashable] = {}
    for request_id, job in seen.jobs.items():
        if job.submit:
            name = _request(seen, job.submit, origin)
            number[name] += 1
            found[request_id] = (name, number[name])
    return found


def _request(seen: Transcript, exchange: Exchange, origin: str) -> Hashable:
    """Name a request by all of it but its key, of which only the situation counts."""
    keys = [key for key in {**seen.keys}.values() if key]
    said = [f"{name.lower()}: {value}" for name, value in exchange.headers if name.lower() not in _OURS]
    for key in keys:
        said = [each.replace(key, "…") for each in said]
    url = (
        exchange.url.removeprefix(origin) if exchange.url.startswith(origin) else urlsplit(exchange.url).path
    )
    return exchange.method, url, exchange.body, tuple(said), seen.situation(exchange), exchange.key == ""
