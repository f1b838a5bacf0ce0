"""Accounts over the control API and in Python."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
import requests

from mockgateway import MockGateway

SUBMIT = "/z-image-base/v1/z-image-base-request"
BODY = {"prompt": "p", "image_size": "square_1_1"}


@pytest.fixture(scope="module")
def gateway() -> Iterator[MockGateway]:
    """One mock for all; each test has a key of its own."""
    with MockGateway() as running:
        yield running


def control(gateway: MockGateway, method: str, path: str, **options: Any) -> requests.Response:
    """Call the control API."""
    return requests.request(method, f"{gateway.url}/__mock__/{path}", timeout=10, **options)


def submit(gateway: MockGateway, key: str, **fields: Any) -> requests.Response:
    """Submit a job."""
    headers = {"Ocp-Apim-Subscription-Key": key}
    return requests.post(gateway.url + SUBMIT, json=BODY | fields, headers=headers, timeout=10)


def poll(gateway: MockGateway, key: str, request_id: str) -> dict[str, Any]:
    """Ask for a job's status."""
    headers = {"Ocp-Apim-Subscription-Key": key}
    document: dict[str, Any] = requests.get(
        f"{gateway.url}/v2/requests/status/{request_id}", headers=headers, timeout=10
    ).json()
    return document


def test_health_says_that_all_is_well(gateway: MockGateway) -> None:
    """With the version."""
    answer = control(gateway, "GET", "health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert set(answer.json()) == {"status", "version"}


def test_an_account_is_shown_whole(gateway: MockGateway) -> None:
    """Also before it was ever used."""
    shown = control(gateway, "GET", "accounts/fresh").json()
    assert shown.pop("clock").items() >= {"mode": "real", "speed": 1}.items()
    wallet = {"balance": None, "charged": "0.00"}
    assert shown == {"scenario": "happy", "wallet": wallet, "rate_limit": None, "jobs": 0}


def test_a_wallet_can_be_filled_and_runs_out(gateway: MockGateway) -> None:
    """402 in the documented words, nothing stored, and what is left is exact."""
    put = control(gateway, "PUT", "accounts/poor", json={"wallet": {"balance": "0.025"}}).json()
    assert put["wallet"] == {"balance": "0.025", "charged": "0.00"}
    assert submit(gateway, "poor", num_images=2).status_code == 202
    refused = submit(gateway, "poor")
    assert refused.status_code == 402
    words = {"error": "Insufficient Balance", "message": "Your wallet does not have enough balance."}
    assert refused.json() == words
    shown = control(gateway, "GET", "accounts/poor").json()
    assert shown["wallet"] == {"balance": "0.005", "charged": "0.02"}
    assert shown["jobs"] == 1


def test_a_rate_limit_can_be_set_and_lifted(gateway: MockGateway) -> None:
    """429 with Retry-After in the platform's words."""
    control(gateway, "PUT", "accounts/hasty", json={"rate_limit": "1/minute", "clock": {"mode": "manual"}})
    assert submit(gateway, "hasty").status_code == 202
    refused = submit(gateway, "hasty")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    words = "Rate limit is exceeded. Try again in 60 seconds."
    assert refused.json() == {"statusCode": 429, "message": words}
    control(gateway, "POST", "accounts/hasty/clock/advance", json={"seconds": 59.5})
    assert submit(gateway, "hasty").headers["Retry-After"] == "1"
    control(gateway, "PUT", "accounts/hasty", json={"rate_limit": None})
    assert submit(gateway, "hasty").status_code == 202


def test_time_stands_still_and_is_advanced(gateway: MockGateway) -> None:
    """What falls due on the way is told in order."""
    control(gateway, "PUT", "accounts/frozen", json={"clock": {"mode": "manual"}})
    request_id = submit(gateway, "frozen").json()["request_id"]
    assert poll(gateway, "frozen", request_id)["status"] == "QUEUED"
    step = control(gateway, "POST", "accounts/frozen/clock/advance", json={"to": "next"}).json()
    assert [change["status"] for change in step["happened"]] == ["PROCESSING"]
    assert poll(gateway, "frozen", request_id)["status"] == "PROCESSING"
    step = control(gateway, "POST", "accounts/frozen/clock/advance", json={"seconds": 30}).json()
    assert [(change["status"], change["request_id"]) for change in step["happened"]] == [
        ("COMPLETED", request_id)
    ]
    assert poll(gateway, "frozen", request_id)["status"] == "COMPLETED"
    step = control(gateway, "POST", "accounts/frozen/clock/advance", json={"to": "next"}).json()
    assert step["happened"] == []


def test_a_job_can_be_ended_by_hand(gateway: MockGateway) -> None:
    """Once; an ERROR is paid back, and both stand in the ledger."""
    control(gateway, "PUT", "accounts/unlucky", json={"wallet": {"balance": "1.00"}})
    request_id = submit(gateway, "unlucky").json()["request_id"]
    ended = control(gateway, "PATCH", f"jobs/{request_id}", json={"outcome": "ERROR", "error": "broken"})
    assert ended.json()["plan"]["outcome"] == "ERROR"
    document = poll(gateway, "unlucky", request_id)
    assert (document["status"], document["error"], document["output"]) == ("ERROR", "broken", None)
    again = control(gateway, "PATCH", f"jobs/{request_id}", json={"outcome": "FAILED"})
    assert again.status_code == 409
    lines = control(gateway, "GET", "accounts/unlucky/ledger").json()["ledger"]
    assert [(line["kind"], line["amount"]) for line in lines] == [("charge", "0.01"), ("refund", "0.01")]
    assert control(gateway, "GET", "accounts/unlucky").json()["wallet"]["balance"] == "1.00"


def test_jobs_are_listed_with_plan_charge_and_timeline(gateway: MockGateway) -> None:
    """The newest first."""
    control(gateway, "PUT", "accounts/busy", json={"clock": {"mode": "manual"}})
    ids = [submit(gateway, "busy").json()["request_id"] for _ in range(3)]
    control(gateway, "POST", "accounts/busy/clock/advance", json={"seconds": 1})
    listed = control(gateway, "GET", "accounts/busy/jobs").json()["jobs"]
    assert [job["request_id"] for job in listed] == ids[::-1]
    shown = control(gateway, "GET", f"jobs/{ids[2]}").json()
    states = [step["status"] for step in shown.pop("timeline") if step["what"] == "state"]
    assert states == [step["status"] for step in listed[0]["timeline"]]
    assert shown.items() <= listed[0].items()
    assert listed[0]["charge"] == "0.01"
    assert [step["status"] for step in listed[0]["timeline"]] == ["QUEUED", "PROCESSING"]


def test_what_is_shown_can_be_put_back(gateway: MockGateway) -> None:
    """A round trip changes nothing."""
    change = {"wallet": {"balance": "3.00"}, "rate_limit": "9/hour", "clock": {"mode": "manual"}}
    put = control(gateway, "PUT", "accounts/round", json=change).json()
    assert control(gateway, "PUT", "accounts/round", json=put).json() == put


def test_a_key_of_any_characters_is_reached(gateway: MockGateway) -> None:
    """Percent-encoded in the path."""
    key = "mock-happy/with?strange#signs%2F&more=1"
    control(gateway, "PUT", f"accounts/{quote(key, safe='')}", json={"wallet": {"balance": "0.00"}})
    assert submit(gateway, key).status_code == 402


def test_forgetting_and_resetting_begin_anew() -> None:
    """Jobs are gone, the wallet is new."""
    with MockGateway(balance="1.00") as other:
        for key in ("one", "two"):
            submit(other, key)
        assert control(other, "DELETE", "accounts/one").status_code == 204
        shown = [control(other, "GET", f"accounts/{key}").json() for key in ("one", "two")]
        assert [account["jobs"] for account in shown] == [0, 1]
        assert [account["wallet"]["balance"] for account in shown] == ["1.00", "0.99"]
        assert control(other, "POST", "reset").status_code == 204
        assert control(other, "GET", "accounts/two").json()["jobs"] == 0


BAD = [
    ("PUT", "accounts/k", "not json", 400),
    ("PUT", "accounts/k", "[]", 400),
    ("PUT", "accounts/k", '{"walet": {}}', 400),
    ("PUT", "accounts/k", '{"wallet": 5}', 400),
    ("PUT", "accounts/k", '{"wallet": {"balance": 5}}', 400),
    ("PUT", "accounts/k", '{"wallet": {"balance": "-5"}}', 400),
    ("PUT", "accounts/k", '{"rate_limit": "often"}', 400),
    ("PUT", "accounts/k", '{"clock": {"mode": "slow"}}', 400),
    ("PUT", "accounts/k", '{"clock": {"mode": "scaled"}}', 400),
    ("PUT", "accounts/k", '{"clock": {"speed": -1}}', 400),
    ("PUT", "accounts/k", '{"clock": {"speed": true}}', 400),
    ("PUT", "accounts/k", '{"clock": {"speed": NaN}}', 400),
    ("PUT", "accounts/k", '{"clock": {"now": "tomorrow"}}', 400),
    ("PUT", "accounts/k", '{"clock": {"now": "2030-01-01T00:00:00"}}', 400),
    ("PUT", "accounts/k", '{"clock": {"now": "1999-01-01T00:00:00Z"}}', 409),
    ("POST", "accounts/k/clock/advance", "{}", 400),
    ("POST", "accounts/k/clock/advance", '{"seconds": -1}', 400),
    ("POST", "accounts/k/clock/advance", '{"seconds": 1, "to": "next"}', 400),
    ("POST", "accounts/k/clock/advance", '{"to": "end"}', 400),
    ("POST", "accounts/k/clock/advance", '{"seconds": 1, "deliver": 1}', 400),
    ("PATCH", "jobs/none", '{"outcome": "FAILED"}', 404),
    ("PATCH", "jobs/none", '{"outcome": "DONE"}', 400),
    ("PATCH", "jobs/none", '{"outcome": "COMPLETED", "error": "x"}', 400),
    ("GET", "jobs/none", "", 404),
    ("DELETE", "health", "", 405),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), BAD)
def test_what_cannot_be_done_is_said_as_problem_details(
    gateway: MockGateway, method: str, path: str, body: str, status: int
) -> None:
    """Status, title and a sentence, in the standard's media type."""
    answer = control(gateway, method, path, data=body)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert answer.json()["title"]
    assert len(answer.json()["detail"]) > 10


def test_accounts_of_fifty_parallel_programs_behave_as_if_alone(gateway: MockGateway) -> None:
    """Each with its own wallet, limit, clock and jobs."""

    def live(number: int) -> tuple[list[int], str, int, str]:
        key = f"parallel-{number}"
        change = {"wallet": {"balance": "0.03"}, "rate_limit": "4/minute", "clock": {"mode": "manual"}}
        control(gateway, "PUT", f"accounts/{key}", json=change)
        answers = [submit(gateway, key) for _ in range(5)]
        control(gateway, "POST", f"accounts/{key}/clock/advance", json={"seconds": number % 2})
        shown = control(gateway, "GET", f"accounts/{key}").json()
        status = poll(gateway, key, answers[0].json()["request_id"])["status"]
        statuses = [answer.status_code for answer in answers]
        return statuses, shown["wallet"]["balance"], shown["jobs"], status

    with ThreadPoolExecutor(10) as pool:
        lives = list(pool.map(live, range(50)))
    for number, found in enumerate(lives):
        status = "PROCESSING" if number % 2 else "QUEUED"
        assert found == ([202, 202, 202, 402, 429], "0.00", 3, status)


def test_python_does_what_the_control_api_does(gateway: MockGateway) -> None:
    """Without HTTP."""
    account = gateway.account("pythonic")
    account.freeze()
    account.balance = "0.05"
    account.rate_limit = "9/minute"
    request_id = submit(gateway, "pythonic").json()["request_id"]
    assert account.wallet.charged == Decimal("0.01")
    assert [change.status for change in account.advance()] == ["PROCESSING"]
    assert [change.status for change in account.advance(30)] == ["COMPLETED"]
    assert poll(gateway, "pythonic", request_id)["completed_at"] < account.now
    other = submit(gateway, "pythonic").json()["request_id"]
    account.end(other, "ERROR", "broken")
    assert account.balance == Decimal("0.04")
    assert [line.kind for line in account.ledger] == ["charge", "charge", "refund"]
    assert (account.rate_limit, account.speed, account.scenario) == ("9/minute", 0, "happy")
    assert [job.request_id for job in account.jobs] == [other, request_id]
    with pytest.raises(ValueError, match="does not go back"):
        account.advance(-1)
    account.rate_limit = None
    account.balance = None
    assert (account.rate_limit, account.balance) == (None, None)
    account.scenario = None
    account.forget()
    assert account.jobs == []
