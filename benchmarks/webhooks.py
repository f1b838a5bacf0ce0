"""How late callbacks are when another account's receivers are hostile: `python benchmarks/webhooks.py`.

2,000 callbacks of twenty accounts fall due within ten seconds, at random, while every attempt of one
more account hangs on a receiver that never answers. Lateness is from `completed_at` to the arrival.
"""

import argparse
import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path

SUBMIT = "/z-image-turbo-834/v1/z-image-turbo-request"
BODY = json.dumps({"prompt": "p", "image_size": "square_1_1"})
ACCOUNTS = 20
HEAD_START = 6.0
SPREAD = 10.0
GRACE = 5.0
RECEIVER = "--receive"


class Receiver(asyncio.Protocol):
    """Answers every callback, and notes its request and when it came."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport, self.read = transport, b""

    def data_received(self, content: bytes) -> None:
        """Answer when all of it is there."""
        self.read += content
        if self.read.endswith(b"}"):
            document = json.loads(self.read.partition(b"\r\n\r\n")[2])
            late = time.time() - datetime.fromisoformat(document["completed_at"]).timestamp()
            sys.stdout.write(f"{late * 1000:.1f}\n")
            self.transport.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
            self.transport.close()


class Silent(asyncio.Protocol):
    """Accepts, and never says a word."""


async def receive() -> None:
    """Serve both receivers until the end of standard input; write their ports, then a line per callback."""
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(kind, "127.0.0.1", 0, backlog=4096) for kind in (Receiver, Silent)]
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command for as long as the block."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()


def submit(connection: HTTPConnection, key: str, port: int) -> None:
    """Submit a job with a callback."""
    headers = {
        "Content-Type": "application/json",
        "Ocp-Apim-Subscription-Key": key,
        "X-Webhook-URL": f"http://127.0.0.1:{port}/hook",
    }
    connection.request("POST", SUBMIT, BODY, headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status != 202:  # noqa: PLR2004 - accepted
        raise SystemExit(f"a submit was answered {answer.status}")


def memory(pid: int) -> int:
    """Tell how many KiB a process holds."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text("ascii"))
    return int(found[1]) if found else 0


def measure(number: int, hostile: int) -> list[float]:
    """Return how late each callback came, in milliseconds, in order."""
    serve = [
        sys.executable,
        "-c",
        "from mockgateway.cli import main; main()",
        "serve",
        "--port",
        "0",
        "--quiet",
        "--queue-time",
    ]
    serve = [*serve, str(HEAD_START), "--processing-time", f"0..{SPREAD}", "--seed", "1"]
    with running(sys.executable, __file__, RECEIVER) as receiver, running(*serve) as mock:
        assert receiver.stdout  # noqa: S101 - a pipe
        assert mock.stdout  # noqa: S101 - a pipe
        good, silent = map(int, receiver.stdout.readline().split())
        port = int(mock.stdout.readline().rsplit(":", 1)[1])
        connection = HTTPConnection("127.0.0.1", port)
        began, before = time.monotonic(), memory(mock.pid)
        for each in range(max(number, hostile)):
            if each < hostile:
                submit(connection, "hostile", silent)
            if each < number:
                submit(connection, f"account {each % ACCOUNTS}".replace(" ", "-"), good)
        print(f"submitted within {time.monotonic() - began:.1f} s; the first is due after {HEAD_START} s")
        time.sleep(max(0.0, began + HEAD_START + SPREAD / 2 - time.monotonic()))
        held = len(list(Path(f"/proc/{mock.pid}/task").iterdir()))
        print(f"half-way: {held} threads, memory {(memory(mock.pid) - before) / 1024:+.1f} MiB")
        time.sleep(max(0.0, began + HEAD_START * 2 + SPREAD + GRACE - time.monotonic()))
        mock.terminate()
        return sorted(float(line) for line in receiver.communicate()[0].splitlines())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=2000)
    parser.add_argument("--hostile", type=int, default=500)
    parser.add_argument(RECEIVER, action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.receive:
        asyncio.run(receive())
        return
    late = measure(options.number, options.hostile)
    shares = {share: late[min(len(late) - 1, int(len(late) * share / 100))] for share in (50, 90, 99)}
    print(f"{len(late)} of {options.number} came; late in ms:", end=" ")
    print(*(f"{share} %: {value:.1f}" for share, value in shares.items()), f"last: {late[-1]:.1f}", sep=", ")


if __name__ == "__main__":
    main()
