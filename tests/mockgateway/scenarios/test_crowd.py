"""A thousand clients in slow scenarios at once, and one in a hurry."""

import http.client
import json
import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
from mock_support import BODY, PATIENCE, TURBO

from mockgateway import MockGateway
from zimage_schemas import KEY_HEADER

CROWD = 1000
FILES = 4 * CROWD


@pytest.fixture
def _many_files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < FILES:
        pytest.skip(f"this machine does not let a process open {FILES:,} files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, FILES), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def ask(connection: http.client.HTTPConnection, key: str, path: str, body: bytes | None = None) -> bytes:
    """Ask on a connection that is kept, and return the body of the answer, which is a success."""
    headers = {KEY_HEADER: key, "Content-Type": "application/json"}
    connection.request("POST" if body else "GET", path, body, headers)
    with connection.getresponse() as response:
        assert response.status in {200, 202}
        return response.read()


def poll(path: str, key: str) -> bytes:
    """Write a poll."""
    return f"GET {path} HTTP/1.1\r\nHost: mock.test\r\n{KEY_HEADER}: {key}\r\n\r\n".encode()


@pytest.mark.usefixtures("_many_files")
@pytest.mark.parametrize("scenario", ["hang-poll", "slow-answers"])
def test_a_thousand_slow_clients_delay_nobody(scenario: str) -> None:
    """While all of them wait, no thread is added, and another account's 200 polls are all answered."""
    key, hurried = f"mock-{scenario}-crowd", "in-a-hurry"
    with MockGateway(seed=1) as gateway, ExitStack() as stack:
        host, port = gateway.url.removeprefix("http://").split(":")
        connection = stack.enter_context(
            closing(http.client.HTTPConnection(host, int(port), timeout=PATIENCE))
        )
        gateway.account(key).scenario = "happy"  # while the jobs are made
        jobs = [json.loads(ask(connection, key, TURBO.submit_path, BODY))["request_id"] for _ in range(CROWD)]
        gateway.account(key).scenario = None
        mine = json.loads(ask(connection, hurried, TURBO.submit_path, BODY))["request_id"]
        threads = threading.active_count()
        for job in jobs:
            waiting = stack.enter_context(socket.create_connection((host, int(port)), PATIENCE))
            waiting.sendall(poll(f"/v2/requests/status/{job}", key))
        for _ in range(200):
            assert json.loads(ask(connection, hurried, f"/v2/requests/status/{mine}"))["request_id"] == mine
        assert threading.active_count() == threads
