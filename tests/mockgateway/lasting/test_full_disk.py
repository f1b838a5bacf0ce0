"""A disk that is full."""

import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

SUBMIT = "/z-image-base/v1/z-image-base-request"
KEY = {"Ocp-Apim-Subscription-Key": "full"}
BODY = {"prompt": "p" * 2000, "image_size": "square_1_1"}

pytestmark = pytest.mark.skipif(
    not hasattr(resource, "prlimit"), reason="only Linux can limit the files of a running process"
)


@pytest.fixture
def mock(tmp_path: Path) -> Iterator[tuple[str, int]]:
    """A mock with a store file: its URL and process id."""
    command = [sys.executable, "-c", "from mockgateway.cli import main; main()", "serve", "--port", "0"]
    options = ["--quiet", "--store", str(tmp_path / "jobs.db"), "--balance", "5.00"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1], process.pid
        process.send_signal(signal.SIGTERM)


def submit(url: str) -> requests.Response:
    """Submit a job."""
    return requests.post(url + SUBMIT, json=BODY, headers=KEY, timeout=10)


def limit_files(process: int, size: int) -> None:
    """Let no file of a process grow beyond this size, which is how a full disk looks to it."""
    _, most = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (size, most))


def test_a_full_disk_refuses_submits_and_nothing_else(mock: tuple[str, int], tmp_path: Path) -> None:
    """503 in the gateway's shape, polls go on, nothing is charged, and it heals by itself."""
    url, process = mock
    first = submit(url).json()
    limit_files(process, (tmp_path / "jobs.db-wal").stat().st_size)
    refused = [submit(url) for _ in range(3)]
    assert [answer.status_code for answer in refused] == [503] * 3
    assert refused[0].json()["statusCode"] == 503
    assert refused[0].headers["Content-Type"] == "application/json"
    assert requests.get(first["polling_url"], headers=KEY, timeout=10).status_code == 200
    limit_files(process, resource.RLIM_INFINITY)
    assert submit(url).status_code == 202
    account = requests.get(f"{url}/__mock__/accounts/full", timeout=10).json()
    assert (account["jobs"], account["wallet"]["balance"]) == (2, "4.98")
