"""One bounded run of wrk, with every answer checked in Lua."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from work import BODY, HERE, HOST, KEY, RUN, STATUS_PATH, SUBMIT_PATH, ContenderError

THREADS = 1
CONNECTIONS = 32
GRACE = 30.0


@dataclass(frozen=True)
class Load:
    """What one run of wrk saw.

    Attributes:
        rate: answers a second.
        p50: median latency in milliseconds; p99 likewise.
        wrong: answers of another status or content than expected; any disqualifies the rate.
        repeated: submits answered with a request_id that an earlier submit got.
        lost: connections refused or cut, and answers later than wrk's two seconds.
    """

    rate: float
    p50: float
    p99: float
    wrong: int
    repeated: int
    lost: int
    first_wrong: str


def submits(port: int, seconds: float) -> Load:
    """Submit the documentation's Turbo example as fast as 32 connections do."""
    body = RUN / "body.json"
    body.write_text(BODY)
    return _wrk("submit.lua", port, SUBMIT_PATH, body, seconds)


def polls(port: int, seconds: float, request_ids: list[str]) -> Load:
    """Poll completed jobs, in turn."""
    known = RUN / "request-ids"
    known.write_text("\n".join(request_ids) + "\n")
    return _wrk("poll.lua", port, STATUS_PATH, known, seconds)


def _wrk(script: str, port: int, path: str, file: Path, seconds: float) -> Load:
    settings = [f"-t{THREADS}", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--latency"]
    command = ["wrk", *settings, "-s", script, f"http://{HOST}:{port}", "--", path, KEY, str(file)]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=HERE / "lua", timeout=seconds + GRACE, check=False
    )
    for line in done.stdout.splitlines():
        if line.startswith("RESULT\t"):
            return _load(line.split("\t")[1:])
    raise ContenderError(f"wrk gave no result: {(done.stderr or done.stdout)[-300:]}")


def _load(fields: list[str]) -> Load:
    requests, micros, p50, p99, wrong, repeated, lost, first_wrong = fields
    rate = int(requests) / int(micros) * 1_000_000
    return Load(rate, float(p50), float(p99), int(wrong), int(repeated), int(lost), first_wrong)
