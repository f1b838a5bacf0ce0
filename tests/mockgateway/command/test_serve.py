"""Starting, answering and stopping."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mock_support import PATIENCE, TURBO

Serve = Callable[..., Any]
LINES = 50


def test_greeting(serve: Serve) -> None:
    """The first line says where it listens, and then it answers there; the rest is a line to try."""
    serving = serve()
    assert serving.client.submit().status == 202
    code, out, err = serving.end()
    assert code == 0
    assert f"curl -X POST {serving.url}{TURBO.submit_path}" in out
    assert "Stop it with Ctrl-C." in out
    assert err == ""


def test_the_line_to_try_works(serve: Serve) -> None:
    """What the greeting suggests to type is answered 202."""
    serving = serve("--quiet")
    lines = iter(serving.process.stdout.readline, "Stop it with Ctrl-C.\n")
    suggested = "".join(line for line in lines if not line.startswith("Try"))
    ran = subprocess.run(
        ["sh", "-c", f"{suggested.strip()} -s -w '%{{http_code}}'"], capture_output=True, check=True
    )
    assert ran.stdout.endswith(b"202")


def test_line_per_request(serve: Serve) -> None:
    """Every request makes a line on standard output, with the key shortened."""
    serving = serve()
    request_id = serving.client.submit().json()["request_id"]
    serving.client.status(request_id)
    serving.client.ask("GET", "/nowhere")
    _, out, _ = serving.end()
    first, second, third = out.strip().splitlines()[-3:]
    assert f"POST {TURBO.submit_path} 202 " in first
    assert first.endswith(" key=key-…01")
    assert f"GET /v2/requests/status/{request_id} 200 " in second
    assert "GET /nowhere 404 " in third
    assert third.endswith(" no key")
    assert serving.client.key not in out


def test_quiet(serve: Serve) -> None:
    """With --quiet, requests make no lines."""
    serving = serve("--quiet")
    assert serving.client.submit().status == 202
    assert TURBO.submit_path + " 202" not in serving.end()[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stops_cleanly(serve: Serve, number: int) -> None:
    """SIGINT and SIGTERM end it with 0 and without a word, whatever connections are open."""
    serving = serve()
    with (
        socket.create_connection(serving.client.address, timeout=PATIENCE) as kept,
        socket.create_connection(serving.client.address, timeout=PATIENCE) as half,
        socket.create_connection(serving.client.address, timeout=PATIENCE) as quarter,
        socket.create_connection(serving.client.address, timeout=PATIENCE) as deaf,
        socket.create_connection(serving.client.address, timeout=PATIENCE) as silent,
    ):
        kept.sendall(b"GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n")
        assert kept.recv(65536).startswith(b"HTTP/1.1 404 ")
        half.sendall(f"POST {TURBO.submit_path} HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n{{".encode())
        quarter.sendall(b"POST /z-ima")
        deaf.setblocking(False)  # noqa: FBT003 - the standard library's signature
        with contextlib.suppress(BlockingIOError):
            deaf.send(b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n" * 5000)
        code, _, err = serving.end(number)
        assert silent.fileno() >= 0
    assert (code, err) == (0, "")


def test_stops_while_asked(serve: Serve) -> None:
    """It ends cleanly in the middle of requests, too."""
    serving = serve("--quiet")
    stopping = threading.Event()

    def ask() -> None:
        while not stopping.is_set():
            try:
                serving.client.job({"prompt": "x", "image_size": "square_1_1"})
            except (OSError, http.client.HTTPException, AssertionError):
                return

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    code, _, err = serving.end()
    stopping.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert (code, err) == (0, "")


def test_reader_gone(serve: Serve) -> None:
    """When whoever reads its output has gone, it goes on answering."""
    serving = serve()
    serving.process.stdout.close()
    for _ in range(LINES):
        assert serving.client.submit().status == 202
    assert serving.end() == (0, "", "")


def test_no_standard_streams(folder: Path) -> None:
    """It starts and answers with its standard streams closed, as under some supervisors."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = f'exec "$0" serve --port {port} 0<&- 1>&- 2>&-'
    executable = str(Path(sys.executable).with_name("mockgateway"))
    with subprocess.Popen(["sh", "-c", script, executable], cwd=folder) as process:
        try:
            assert answers(port, process)
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def answers(port: int, process: "subprocess.Popen[bytes]") -> bool:
    """Ask until it answers, or has ended."""
    from mock_support import Client

    while process.poll() is None:
        try:
            return Client(f"http://127.0.0.1:{port}").submit().status == 202
        except ConnectionError:
            os.sched_yield()
    return False


def test_port_in_use(serve: Serve, command: Callable[..., tuple[int, str, str]]) -> None:
    """A port that is taken: one line that says so, and exit 1."""
    port = str(serve().client.address[1])
    code, out, err = command("serve", "--port", port)
    assert (code, out) == (1, "")
    assert err == (
        f"mockgateway: cannot listen on 127.0.0.1:{port}: Address already in use; "
        "name another --port, or 0 for any free one\n"
    )


def test_other_address(serve: Serve) -> None:
    """It listens on the address that --host names, IPv6 too, and says it as a URL."""
    assert serve("--host", "127.0.0.2").url.startswith("http://127.0.0.2:")
    assert serve("--host", "localhost").url.startswith("http://")
    if socket.has_ipv6 and Path("/proc/net/if_inet6").exists():
        assert serve("--host", "::1").url.startswith("http://[::1]:")


def test_restart_at_once(serve: Serve) -> None:
    """A port is free again as soon as the process has ended, connections or not."""
    first = serve()
    port = str(first.client.address[1])
    with socket.create_connection(first.client.address, timeout=PATIENCE) as kept:
        kept.sendall(b"GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n")
        assert kept.recv(65536)
        first.end()
        assert serve("--port", port).client.submit().status == 202
