"""A process killed while it calls back: every callback comes in the end, and not more often than it may."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from threading import Condition
from time import monotonic
from typing import Any

import pytest
import requests
from werkzeug import Request, Response

SUBMIT = "/z-image-base/v1/z-image-base-request"
KEY = {"Ocp-Apim-Subscription-Key": "crash"}
DELIVERIES = "/__mock__/accounts/crash/deliveries"
PATIENCE = 20.0
# Two seconds are promised and a half is usual; a machine that runs other tests beside needs more.
READY = 5.0
IN_MID_SEND = "the receiver kills it"
POINTS = [
    "delivery is added",
    "step is committed",
    "delivery is claimed",
    IN_MID_SEND,
    "attempt has ended",
    "delivery is finished",
]


class Killer:
    """A receiver that kills who calls it for the n-th time, and otherwise counts and answers."""

    def __init__(self, server: Any, kill_at: int) -> None:
        self.url: str = server.url_for("/hook")
        self.victim = 0
        self.names: dict[str, set[str]] = {}
        self.calls: Counter[str] = Counter()
        self.kill_at = kill_at
        self._changed = Condition()
        server.expect_request("/hook").respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        request_id = json.loads(request.get_data())["request_id"]
        with self._changed:
            self.calls[request_id] += 1
            self.names.setdefault(request_id, set()).add(request.headers["webhook-id"])
            if self.kill_at == self.calls.total():
                os.kill(self.victim, signal.SIGKILL)
            self._changed.notify_all()
        return Response(status=204)

    def wait(self, accepted: list[str]) -> None:
        """Wait until all of these came."""
        with self._changed:
            assert self._changed.wait_for(lambda: set(accepted) <= self.calls.keys(), PATIENCE), accepted


@contextmanager
def serving(store: Path, killer: Killer, kill_at: str = "") -> Iterator[str]:
    """A mock on this store, which may be killed on its way; its gateway time runs fast."""
    command = [sys.executable, "-c", "from mockgateway.cli import main; main()", "serve", "--port", "0"]
    options = [
        "--quiet",
        "--store",
        str(store),
        "--queue-time",
        "0",
        "--processing-time",
        "0",
        "--speed",
        "50",
    ]
    environ = os.environ | {"MOCKGATEWAY_TEST_KILL_AT": kill_at}
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout is not None
        killer.victim = process.pid
        try:
            yield (process.stdout.readline().split() or [""])[-1]
        finally:
            process.send_signal(signal.SIGTERM)


def submit_until_it_is_gone(url: str, hook: str) -> list[str]:
    """Submit jobs with callbacks; return which were accepted."""
    accepted: list[str] = []
    with suppress(requests.RequestException):
        for _ in range(12):
            body = {"prompt": "p", "image_size": "square_1_1"}
            answer = requests.post(url + SUBMIT, json=body, headers=KEY | {"X-Webhook-URL": hook}, timeout=10)
            accepted.append(answer.json()["request_id"])
    return accepted


def settled(url: str) -> Any:
    """Return the account's deliveries when none of them is pending."""
    until = monotonic() + PATIENCE
    while monotonic() < until:
        found = requests.get(url + DELIVERIES, timeout=10).json()["deliveries"]
        if all(each["state"] != "pending" for each in found):
            return found
    raise AssertionError(found)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("point", POINTS)
def test_a_killed_mock_calls_back(httpserver: Any, point: str, seed: int, tmp_path: Path) -> None:
    """Every accepted job, with one id however often, and within five attempts; ready again at once."""
    last = Random(seed).randint(1, 8)
    killer = Killer(httpserver, last if point == IN_MID_SEND else 0)
    store, switch = tmp_path / "jobs.db", "" if point == IN_MID_SEND else f"{point}*{last}"
    with serving(store, killer, switch) as url:
        accepted = submit_until_it_is_gone(url, killer.url)
    killer.kill_at = 0  # on a slow machine, so few may have come that it would hit the next one
    began = monotonic()
    with serving(store, killer) as url:
        ready = monotonic() - began
        killer.wait(accepted)
        deliveries = settled(url)
    assert ready < READY
    assert {each["request_id"] for each in deliveries} >= set(accepted)
    assert all(len(names) == 1 for names in killer.names.values())
    for each in deliveries:
        assert each["state"] == "delivered"
        assert killer.calls[each["request_id"]] <= len(each["attempts"]) <= 5
