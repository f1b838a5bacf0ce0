"""One round with one contender: start, memory, submits, polls, memory again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

import load
from process import running, session
from work import REFUSED_BODY, STATUS_PATH, ContenderError, ask, request_id_in, submit

if TYPE_CHECKING:
    from contenders import Contender

OK = 200
MEBI = 1024
COMPLETED_WITHIN = 60.0
REFUSALS = range(400, 500)


@dataclass(frozen=True)
class Memory:
    """MiB of all processes of a contender: PSS counts shared pages once, RSS once per process."""

    pss: float
    rss: float


@dataclass(frozen=True)
class Sample:
    """What one round gave."""

    start: float
    idle: Memory
    loaded: Memory
    submits: load.Load
    polls: load.Load


def memory(pid: int) -> Memory:
    """Add up the resident memory of a session."""
    totals = {"Pss": 0, "Rss": 0}
    for member in session(pid):
        for line in Path(f"/proc/{member}/smaps_rollup").read_text().splitlines():
            name, _, rest = line.partition(":")
            if name in totals:
                totals[name] += int(rest.split()[0])
    return Memory(totals["Pss"] / MEBI, totals["Rss"] / MEBI)


def completed_job(port: int, answer: bytes) -> str:
    """Wait until the job of a submit's answer is completed and return its id."""
    request_id, deadline = request_id_in(answer), monotonic() + COMPLETED_WITHIN
    while monotonic() < deadline:
        status, document = ask(port, "GET", STATUS_PATH + request_id)
        if status == OK and json.loads(document)["status"] == "COMPLETED":
            return request_id
        sleep(0.1)
    raise ContenderError(
        f"{request_id} was not completed in {COMPLETED_WITHIN:.0f} s; last: {document[:200]!r}"
    )


def check_refusals(port: int, request_id: str) -> None:
    """Make sure that the key and the body are looked at: else it does less work than the others."""
    answers = {
        "a submit without a key": submit(port, key=None)[0],
        "a submit with a bad body": submit(port, REFUSED_BODY)[0],
        "a poll without a key": ask(port, "GET", STATUS_PATH + request_id, key=None)[0],
    }
    for what, status in answers.items():
        if status not in REFUSALS:
            raise ContenderError(f"{what} was answered {status}")


def sample(contender: Contender, seconds: float, warm_up: float) -> Sample:
    """Measure one round."""
    with running(contender) as server:
        idle = memory(server.pid)
        request_id = completed_job(server.port, server.first_answer)
        if contender.strict:
            check_refusals(server.port, request_id)
        load.submits(server.port, warm_up)
        submits = load.submits(server.port, seconds)
        load.polls(server.port, warm_up, [request_id])
        polls = load.polls(server.port, seconds, [request_id])
        return Sample(server.started_in, idle, memory(server.pid), submits, polls)
