"""Who may use the control API."""

import subprocess
import sys
from decimal import Decimal

import pytest
import requests

from mockgateway import MockGateway
from zimage_schemas import KEY_HEADER, MODELS, WEBHOOK_HEADER

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what is refused here
HEALTH = "/__mock__/health"


def status(url: str, method: str = "GET", **headers: str) -> int:
    """Call health with these headers, `_` standing for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.request(method, url + HEALTH, headers=named, timeout=10).status_code


@pytest.mark.parametrize(
    "host", ["evil.example", "169.254.169.254", "localhost.evil.example", "10.0.0.1", "a b"]
)
def test_a_foreign_host_is_refused(host: str) -> None:
    """A rebound name does not reach it."""
    with MockGateway() as gateway:
        assert status(gateway.url, Host=host) == 403


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:1", "127.0.0.1", "127.9.9.9:80", "[::1]:80", "a.localhost"]
)
def test_names_of_this_machine_are_let_in(host: str) -> None:
    """However they are spelt."""
    with MockGateway() as gateway:
        assert status(gateway.url, Host=host) == 200


def test_pages_of_other_origins_are_refused() -> None:
    """By their Origin, null included, and by what the browser says of the fetch."""
    with MockGateway() as gateway:
        assert status(gateway.url, Origin="http://evil.example") == 403
        assert status(gateway.url, Origin="null") == 403
        assert status(gateway.url, Sec_Fetch_Site="cross-site") == 403
        assert status(gateway.url, Sec_Fetch_Site="same-site") == 403
        assert status(gateway.url, Origin=gateway.url, Sec_Fetch_Site="same-origin") == 200
        assert status(gateway.url, Sec_Fetch_Site="none") == 200


def test_no_page_is_granted_anything_unless_it_is_named() -> None:
    """CORS headers and preflights are for the origins given."""
    with MockGateway(cors=frozenset({"http://localhost:3000"})) as gateway:
        for origin, allowed in (("http://localhost:3000", True), ("http://localhost:3001", False)):
            headers = {"Origin": origin, "Sec-Fetch-Site": "same-site"}
            for method in ("GET", "OPTIONS"):
                answer = requests.request(method, gateway.url + HEALTH, headers=headers, timeout=10)
                assert answer.ok is allowed
                assert answer.headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)


def test_a_token_is_asked_for_when_there_is_one() -> None:
    """As a bearer token only: neither in a query, nor in part, nor as another kind."""
    with MockGateway(admin_token="s3cret-token") as gateway:  # noqa: S106 - a test's
        assert status(gateway.url) == 401
        assert status(gateway.url, Authorization="Bearer s3cret") == 401
        assert status(gateway.url, Authorization="Basic s3cret-token") == 401
        assert status(gateway.url, Authorization="Bearer s3cret-token") == 200
        answer = requests.get(f"{gateway.url}{HEALTH}?token=s3cret-token", timeout=10)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert "s3cret-token" not in answer.text


def test_the_gateway_itself_asks_for_none_of_it() -> None:
    """Programs of any host and origin may submit."""
    with MockGateway() as gateway:
        headers = {
            "Host": "gateway.example",
            "Origin": "http://evil.example",
            "Ocp-Apim-Subscription-Key": "k",
        }
        answer = requests.get(f"{gateway.url}/v2/requests/status/none", headers=headers, timeout=10)
        assert answer.json()["error"] == "Not Found"


def test_it_does_not_start_within_reach_of_others_without_a_token() -> None:
    """One line says what to do, exit 2."""
    command = [
        sys.executable,
        "-c",
        "from mockgateway.cli import main; main()",
        "serve",
        "--host",
        EVERYWHERE,
    ]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert "--admin-token" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_callback_is_not_let_in() -> None:
    """A job whose callback goes to the mock's own control API changes nothing there."""
    body = {"prompt": "A red bicycle", "image_size": "square_1_1"}
    with MockGateway() as gateway:
        account = gateway.account("some-key")
        account.balance = "5.00"
        requests.post(
            gateway.url + MODELS["turbo"].submit_path,
            json=body,
            headers={KEY_HEADER: "some-key", WEBHOOK_HEADER: f"{gateway.url}/__mock__/reset"},
            timeout=10,
        )
        account.freeze()
        account.advance(30, deliver=True)
        assert account.balance == Decimal("4.992")
