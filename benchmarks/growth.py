"""Whether a store that grows makes us slower: the same loads with 0, 10,000 and a million stored jobs."""

import os
import shutil
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import load
from contenders import ours_with_store
from measure import Memory, completed_job, memory
from process import running
from work import BODY, KEY, MODEL, RUN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mockgateway.domain.job import Job

LEVELS = (0, 10_000, 1_000_000)
POLLED = 1_000
WARM_UP = 2.0


@dataclass(frozen=True)
class GrowthSample:
    """What one round at one level gave; `start` is with the store as it was found."""

    jobs: int
    start: float
    loaded: Memory
    submits: load.Load
    polls: load.Load


def fill_store(path: Path, jobs: int) -> list[str]:
    """Make a store file with that many completed jobs of our key; return ids spread evenly over them."""
    from mockgateway.domain.keys import fingerprint
    from mockgateway.store import SQLiteStore

    spread, every = [], max(1, jobs // POLLED)
    store = SQLiteStore(str(path))
    try:
        made = islice(_old_jobs(fingerprint(KEY, store.secret)), jobs)
        store.add_all(_noting(made, every, spread))
    finally:
        store.close()
    return spread


def _noting(jobs: "Iterator[Job]", every: int, ids: list[str]) -> "Iterator[Job]":
    for number, job in enumerate(jobs):
        if number % every == 0:
            ids.append(job.request_id)
        yield job


def _old_jobs(account: str) -> "Iterator[Job]":
    """Make jobs that ended long ago, one a millisecond."""
    import json
    from itertools import count
    from random import Random

    from mockgateway.domain.ids import RequestIds
    from mockgateway.domain.job import Job, Plan

    ids, body = RequestIds(Random(0)), json.loads(BODY)  # noqa: S311 - ids of a benchmark
    for created in count(1_700_000_000_000):
        yield Job(
            request_id=ids.next(MODEL, created),
            account=account,
            model=MODEL,
            created=created,
            plan=Plan(created + 1000, created + 3000),
            prompt=body["prompt"],
            image_size=body["image_size"],
            output_format=body["output_format"],
            num_images=body["num_images"],
        )


class Stores:
    """The filled stores, one per level: made once, copied for every round, so that rounds do not add up."""

    def __init__(self, levels: tuple[int, ...]) -> None:
        self._folder = RUN / "growth"
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        self._ids = {jobs: fill_store(self._pristine(jobs), jobs) for jobs in levels}

    def _pristine(self, jobs: int) -> Path:
        return self._folder / f"{jobs}.store"

    def fresh(self, jobs: int) -> tuple[Path, list[str]]:
        """Return a copy of a level's store, written out, and ids of jobs in it."""
        copy = self._folder / "copy.store"
        for leftover in self._folder.glob("copy.store*"):
            leftover.unlink()
        shutil.copyfile(self._pristine(jobs), copy)
        os.sync()
        return copy, self._ids[jobs]

    def remove(self) -> None:
        """Delete them all: they take hundreds of megabytes."""
        shutil.rmtree(self._folder, ignore_errors=True)


def growth_sample(stores: Stores, jobs: int, seconds: float) -> GrowthSample:
    """Measure one round at one level: polls first, because submits make the store grow."""
    store, stored = stores.fresh(jobs)
    with running(ours_with_store(store)) as server:
        ids = stored or [completed_job(server.port, server.first_answer)]
        load.polls(server.port, WARM_UP, ids)
        polls = load.polls(server.port, seconds, ids)
        load.submits(server.port, WARM_UP)
        submits = load.submits(server.port, seconds)
        return GrowthSample(jobs, server.started_in, memory(server.pid), submits, polls)
