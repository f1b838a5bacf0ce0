"""A process killed at each point of its writing: nothing accepted is lost, no wallet is off by a cent."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import pytest
import requests

SUBMIT = "/z-image-base/v1/z-image-base-request"
KEY = {"Ocp-Apim-Subscription-Key": "crash"}
ACCOUNT = "/__mock__/accounts/crash"
PRICE = 10_000
BALANCE = 1_000_000

POINTS = [
    "table is made",
    "version is kept",
    "secret is kept",
    "step begins",
    "account is kept",
    "job is added",
    "step is to be committed",
    "step is committed",
    "refund is settled",
    "plan is changed",
]


@contextmanager
def serving(store: Path, kill_at: str = "") -> Iterator[str]:
    """A mock on this store that may be killed on its way; an empty URL if that was before it served."""
    command = [sys.executable, "-c", "from mockgateway.cli import main; main()", "serve", "--port", "0"]
    options = ["--quiet", "--store", str(store), "--balance", "1.00", "--queue-time", "0"]
    environ = os.environ | {"MOCKGATEWAY_TEST_KILL_AT": kill_at}
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout is not None
        try:
            yield (process.stdout.readline().split() or [""])[-1]
        finally:
            process.send_signal(signal.SIGTERM)


def live(url: str, chance: Random, accepted: list[str]) -> None:
    """Submit, end jobs as errors, set the clock, look at the wallet: until the mock is gone."""
    for turn in range(30):
        deed = chance.choice(["submit", "submit", "end", "clock", "look"]) if turn else "submit"
        if deed == "submit":
            body = {"prompt": "p", "image_size": "square_1_1"}
            answer = requests.post(url + SUBMIT, json=body, headers=KEY, timeout=10)
            if answer.status_code == 202:
                accepted.append(answer.json()["request_id"])
        elif deed == "end" and accepted:
            end = {"outcome": "ERROR"}
            requests.patch(f"{url}/__mock__/jobs/{chance.choice(accepted)}", json=end, timeout=10)
        elif deed == "clock":
            requests.put(url + ACCOUNT, json={"clock": {"speed": chance.randint(1, 9)}}, timeout=10)
        else:
            requests.get(url + ACCOUNT, timeout=10)


def millionths(dollars: str) -> int:
    """Read an amount."""
    return round(float(dollars) * 1_000_000)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("point", POINTS)
def test_a_killed_mock_loses_nothing(point: str, seed: int, tmp_path: Path) -> None:
    """Every accepted job is there, and the wallet is what its ledger says."""
    chance = Random(seed)
    accepted: list[str] = []
    store = tmp_path / "jobs.db"
    with suppress(requests.RequestException), serving(store, f"{point}*{chance.randint(1, 3)}") as url:
        if url:
            live(url, chance, accepted)
    with serving(store) as url:
        for request_id in accepted:
            answer = requests.get(f"{url}/v2/requests/status/{request_id}", headers=KEY, timeout=10)
            assert answer.status_code == 200
        account = requests.get(url + ACCOUNT, timeout=10).json()
        lines = requests.get(f"{url}{ACCOUNT}/ledger", timeout=10).json()["ledger"]
    charges = [line for line in lines if line["kind"] == "charge"]
    refunds = [line for line in lines if line["kind"] == "refund"]
    assert len(charges) == account["jobs"]
    # One more than was answered: the one whose answer was lost with the process.
    assert len(accepted) <= account["jobs"] <= len(accepted) + 1
    assert {line["request_id"] for line in charges} >= set(accepted)
    spent = PRICE * (len(charges) - len(refunds))
    assert millionths(account["wallet"]["charged"]) == spent
    assert millionths(account["wallet"]["balance"]) == BALANCE - spent
