"""The suite as its users run it: against a mock, and against what nobody answers at."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mockgateway import MockGateway
from zimage_contract.checks import CHECKS

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[3]
STRICT = ("-p", "no:asyncio", "-p", "no:anyio", "-W", "error", "--strict-markers")


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIXAZO_API_KEY", raising=False)


def suite(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    """Run it from anywhere."""
    return pytester.runpytest("--pyargs", "zimage_contract.suite", *STRICT, *options)


def test_a_mock_passes_every_check_at_every_level(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is started for it, and has keys of its own, whatever the environment holds."""
    monkeypatch.setenv("PIXAZO_API_KEY", "a-key-for-elsewhere")
    ended = suite(pytester, "--gateway-level=assumed", "--gateway-examples=2", "--gateway-seed=7")
    ended.assert_outcomes(passed=len(CHECKS))
    ended.stdout.fnmatch_lines(["mock: * exchanges in * --gateway-seed 7 repeats it; spent: *"])


def test_a_gateway_by_its_url_is_judged(pytester: pytest.Pytester) -> None:
    """What is broken fails, and is excused when it is known."""
    known = pytester.path / "known.toml"
    known.write_text(
        '[[known-failing]]\ncheck = "submit.status-202"\nreason = "not yet"\nexpires = 2999-01-01\n'
    )
    with MockGateway(scenario="accepted-200", queue_time=0.1, processing_time=0.2) as gateway:
        url, key = f"--gateway-url={gateway.url}", "--gateway-key=no-scenario"
        quick = ("--gateway-examples=0", "--gateway-poll-interval=0.1", "--gateway-model=base")
        ended = suite(pytester, url, key, *quick, "-k", "status-202")
        excused = suite(
            pytester, url, key, *quick, "-k", "status-202", f"--gateway-known-failing={known}", "-rx"
        )
    assert ended.parseoutcomes()["failed"] == 1
    ended.stdout.fnmatch_lines(["*expected 202", "*got      200", "*repeat curl *"])
    assert excused.parseoutcomes()["xfailed"] == 1
    excused.stdout.fnmatch_lines(["*not yet*"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--gateway-url=http://127.0.0.1:9", "--gateway-key=abc"], "http://127.0.0.1:9 does not answer *"),
        (["--gateway-url=https://gateway.example"], "*needs a key*PIXAZO_API_KEY*--gateway-key*"),
        (["--gateway-url=nonsense"], "'nonsense' is no target*"),
        (["--gateway-budget=much"], "*'--gateway-budget'*'much' is no amount of dollars*"),
        (["--gateway-key-for=late=abc"], "*'--gateway-key-for'*write SITUATION=KEY*"),
        (["--gateway-allow-inconclusive=webhok"], "*'--gateway-allow-inconclusive'*did you mean webhook*"),
        (["--gateway-known-failing=nowhere"], "*'--gateway-known-failing'*nowhere*does not exist*"),
    ],
)
def test_what_cannot_be_probed_fails_in_a_sentence(
    pytester: pytest.Pytester, options: list[str], said: str
) -> None:
    """It names the options as pytest has them, and shows no traceback."""
    ended = suite(pytester, "-k", "test_submit", *options)
    assert ended.parseoutcomes()["failed"] == 1
    assert "passed" not in ended.parseoutcomes()
    ended.stdout.fnmatch_lines([said])
    assert "Traceback" not in ended.stdout.str()


@pytest.mark.skipif("MOCKGATEWAY_WHEEL" in os.environ, reason="the checkout's files are not the wheel's")
def test_in_a_checkout_the_folder_is_enough() -> None:
    """`pytest contract_tests` finds them all."""
    command = [sys.executable, "-m", "pytest", "contract_tests", "--collect-only", "-q"]
    found = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=True)
    assert f"{len(CHECKS)} tests collected" in found.stdout
