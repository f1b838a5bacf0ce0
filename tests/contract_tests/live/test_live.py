"""`zimage-contract verify live`, end to end: a mock is reached by the live name, and keeps its own books."""

import os
import re
import socket
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from secrets import token_hex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from led import Led

from zimage_contract.checks import CHECKS
from zimage_contract.probe import ProbeSettings, probe
from zimage_contract.probe.mock_keys import keys_of_mock
from zimage_schemas import LIVE_ORIGIN

DOCS = Path(__file__).parents[3] / "docs" / "verify.md"
SPENT = r"Spent +(?P<jobs>\d+) jobs, \$(?P<sum>[\d.]+)"
PAID = r"charged \$(?P<sum>[\d.]+) for (?P<jobs>\d+) jobs"

OTHERS = ("https_proxy", "no_proxy", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that lead elsewhere where somebody has set them."""

QUICK = ("--examples", "1", "--poll-interval", "0.05")


def words_for(keys: dict[str, str]) -> list[str]:
    """Write keys as options."""
    return [
        word
        for name, key in keys.items()
        for word in (["--api-key", key] if name == "valid" else ["--key", f"{name}={key}"])
    ]


def test_a_paid_run_shows_everything_and_spends_what_it_says(led: Led) -> None:
    """With every key, a public address and money: all that it planned passes, and the books agree."""
    keys = dict(keys_of_mock("paid"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        public = f"http://127.0.0.1:{free.getsockname()[1]}/hook"

    ended = led.verify("live", *words_for(keys), *QUICK, "--budget", "0.50", "--webhook-url", public)

    assert ended.code == 0, ended.out
    assert ended.report["target"] == "live"
    assert not ended.verdicts("fail", "warn", "info", "inconclusive", "not-run")
    assert ended.report["spend"]["jobs"] == led.charges(keys.values()) > 10
    assert Decimal(str(ended.report["spend"]["estimated_usd"])) == led.charged(keys.values())
    assert led.mask.connections


def test_the_plan_and_its_price_come_first(led: Led) -> None:
    """Each job with its price, and what is the most; then what was spent, at the end."""
    ended = led.verify("live", "--api-key", "plan-and-price", *QUICK, "--budget", "0.02", "--model", "turbo")
    first, plan, job, last = ended.err.splitlines()

    assert ended.code == 0, ended.out
    assert first == f"probing live at {LIVE_ORIGIN}"
    assert plan == "1 job for $0.008 at the most:"
    assert job.startswith("  $0.008  Z-Image Turbo, ")
    assert last == "never more than $0.02 in all"
    spent = led.charged(["plan-and-price"])
    assert f"${spent} by the published prices" in ended.out
    assert 0 < spent <= Decimal("0.02")


def test_by_default_nothing_is_spent(led: Led) -> None:
    """What is free is judged; what may cost is not run, and the reason names the option."""
    ended = led.verify("live", *QUICK, PIXAZO_API_KEY="a-poor-key-0001")
    paid = {check.id for check in CHECKS if "paid" in check.needs}

    assert ended.code == 0, ended.out
    assert "no job will be paid for" in ended.err
    assert led.gateway.account("a-poor-key-0001").ledger == []
    assert ended.report["spend"] == {"jobs": 0, "estimated_usd": 0}
    assert len(ended.verdicts("pass")) > 70
    not_run = ended.verdicts("not-run")
    assert all("give --budget DOLLARS" in not_run[name] for name in paid)
    assert not ended.verdicts("fail", "inconclusive", "warn", "info")


@settings(max_examples=5, deadline=None)
@given(budget=st.decimals(0, "0.12", places=3))
def test_no_budget_is_exceeded(led: Led, budget: Decimal) -> None:
    """Whatever its size: what is reported is what the books say, and at most the budget."""
    key = token_hex()
    with pytest.MonkeyPatch.context() as patch:
        for name in OTHERS:
            patch.delenv(name, raising=False)
        for name, value in led.environment.items():
            patch.setenv(name, value)
        found = probe(
            ProbeSettings(
                origin=LIVE_ORIGIN, key=key, budget=budget, examples=0, poll_interval=0.02, deadline=20.0
            )
        )

    assert found.spend.estimated_usd == led.charged([key]) <= budget
    assert found.spend.jobs == led.charges([key])


def test_an_empty_wallet_is_no_evidence(led: Led) -> None:
    """What was to be paid for could not be seen, and that is neither a pass nor a matter of the budget."""
    ended = led.verify("live", "--api-key", "mock-insufficient-balance-live", *QUICK, "--budget", "0.10")

    assert ended.code == 1
    reasons = ended.verdicts("inconclusive")
    assert reasons["submit.status-202"] == "nothing showed an accepted submit: good submits were answered 402"
    assert all("budget" not in reason for reason in reasons.values())
    assert not ended.verdicts("fail", "warn", "info")
    assert ended.report["spend"] == {"jobs": 0, "estimated_usd": 0}


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"HTTPS_PROXY": "http://127.0.0.1:1"}, "the proxy 127.0.0.1:1 cannot be reached"),
        ({"HTTPS_PROXY": "socks5://127.0.0.1:1"}, "the proxy's URL is none"),
        ({"HTTPS_PROXY": "{mock}"}, "the proxy answered 404 Not Found"),
        ({"SSL_CERT_FILE": ""}, "the certificate of gateway.pixazo.ai is not trusted"),
        ({"SSL_CERT_FILE": "/nowhere"}, "SSL_CERT_FILE names no file with certificates"),
    ],
    ids=["no network", "no proxy", "a proxy that refuses", "not trusted", "no certificates"],
)
def test_a_gateway_that_cannot_be_reached_is_no_verdict(
    led: Led, variables: dict[str, str], said: str
) -> None:
    """Exit 2, and one sentence that says what stands in the way; nothing was sent."""
    there = {name: value.format(mock=led.gateway.url) for name, value in variables.items()}
    ended = led.verify("live", "--api-key", "a-key-for-nowhere", "--budget", "1", **there)

    assert ended.code == 2
    assert said in ended.report["error"]
    assert ": check the " in ended.report["error"]
    assert ended.report["exchanges"] == 0
    assert len(ended.err.splitlines()) == 1
    assert "Traceback" not in ended.out + ended.err


def test_a_paid_run_can_be_rehearsed(tmp_path: Path) -> None:
    """As the documentation says: the report and the mock's summary name the same sum."""
    (command,) = re.findall(r"^\$ (mockgateway run .*)", DOCS.read_text("utf-8"), re.MULTILINE)
    ended = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    spent, paid = re.search(SPENT, ended.stdout), re.search(PAID, ended.stderr)
    assert spent
    assert paid
    assert Decimal(spent["sum"]) == Decimal(paid["sum"]) > 0
    assert spent["jobs"] == paid["jobs"]
