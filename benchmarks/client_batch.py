"""A batch of 1,000 jobs with the reference client: how close to the arithmetic limit, in how much memory.

With the mock at speed 100 and C jobs open at once, 1,000 jobs of D gateway seconds cannot take less than
1000 / C * D / 100 real seconds. The client's clock runs as fast as the mock's, so its polls keep the
documented rules in gateway seconds.

    python benchmarks/client_batch.py [--jobs 1000] [--concurrency 32] [--seconds 200]
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from threading import Event

from zimage_client import Client, SystemClock, TurboRequest

SPEED = 100.0
PAGE = os.sysconf("SC_PAGE_SIZE") / 2**20


class QuickClock(SystemClock):
    """Time that goes as fast as the mock's."""

    def now(self) -> float:
        """Return gateway seconds."""
        return time.monotonic() * SPEED

    def sleep(self, seconds: float, wake: Event | None = None) -> None:
        """Wait for gateway seconds."""
        super().sleep(seconds / SPEED, wake)


def memory() -> float:
    """Return this process's resident memory in MiB."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * PAGE


def serve(seconds: float) -> tuple[subprocess.Popen[str], str]:
    """Start a mock whose jobs take so many gateway seconds; return it and its origin."""
    times = ["--queue-time", "1", "--processing-time", str(seconds - 1)]
    command = [
        str(Path(sys.executable).with_name("mockgateway")),
        "serve",
        "--port",
        "0",
        "--speed",
        str(SPEED),
        "--quiet",
        *times,
    ]
    mock = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    said = mock.stdout.readline() if mock.stdout else ""
    return mock, said.split()[-1]


def main() -> None:
    """Run it once and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=200.0)
    given = parser.parse_args()
    mock, origin = serve(given.seconds)
    requests = (TurboRequest(prompt=f"Bicycle {n}", image_size="square_1_1") for n in range(given.jobs))
    marks, done = {}, 0
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            Client("mock-media-small", origin, clock=QuickClock()) as client,
        ):
            began = time.perf_counter()
            for outcome in client.generate_many(
                requests, folder, concurrency=given.concurrency, state=Path(folder, "state"), timeout=None
            ):
                if outcome.error:
                    raise outcome.error
                done += 1
                if done in (given.jobs // 10, given.jobs // 2, given.jobs):
                    marks[done] = memory()
            took = time.perf_counter() - began
    finally:
        mock.terminate()
        mock.wait()
    limit = given.jobs / given.concurrency * given.seconds / SPEED
    print(
        f"{given.jobs} jobs, {given.concurrency} at once, {given.seconds:g} gateway seconds each at speed 100"
    )
    print(f"took {took:.1f} s; the limit is {limit:.1f} s; {100 * (took / limit - 1):.1f} % above it")
    print("memory: " + ", ".join(f"{size:.1f} MiB after {count}" for count, size in marks.items()))


if __name__ == "__main__":
    main()
