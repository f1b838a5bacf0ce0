"""The journal in Python, beside the mock that keeps it; and the life of a job."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from pytest_httpserver import HTTPServer

from mockgateway import MockGateway
from zimage_schemas import KEY_HEADER

KEY = "key-of-the-tests-0001"


@pytest.fixture
def gateway() -> Iterator[MockGateway]:
    """A mock whose jobs complete at once."""
    with MockGateway(queue_time=0, processing_time=0) as running:
        yield running


def submit(gateway: MockGateway, **headers: str) -> Any:
    """Submit a job and return the answer."""
    body = {"prompt": "A red bicycle", "image_size": "square_1_1"}
    url = f"{gateway.url}/z-image-base/v1/z-image-base-request"
    return requests.post(url, json=body, headers={KEY_HEADER: KEY, **headers}, timeout=20).json()


def test_entries_are_found_by_what_is_asked(gateway: MockGateway) -> None:
    """And are gone when they are cleared."""
    submit(gateway)
    journal = gateway.account(KEY).journal
    assert [one.status for one in journal.entries(kind="submit")] == [202]
    assert journal.entries(status=range(400, 600)) == []
    assert journal.last == 1
    journal.clear()
    assert (journal.entries(), journal.last, journal.dropped) == ([], 0, 0)


def test_waiting_returns_the_exchange_or_raises(gateway: MockGateway) -> None:
    """The first that is asked for."""
    submit(gateway)
    journal = gateway.account(KEY).journal
    assert journal.wait(finding="submit.no-cache-control").number == 1
    with pytest.raises(TimeoutError, match="within 0 s"):
        journal.wait(0, since=journal.last)


def test_an_archive_holds_no_whole_key(gateway: MockGateway) -> None:
    """Though entries do."""
    submit(gateway)
    journal = gateway.account(KEY).journal
    assert journal.entries()[0].header(KEY_HEADER.lower()) == KEY
    assert KEY not in str(journal.har())


def test_a_callback_is_in_the_journal(gateway: MockGateway, httpserver: HTTPServer) -> None:
    """With what it sent and what the receiver answered."""
    httpserver.expect_request("/hook", method="POST").respond_with_data("thanks", status=201)
    job = submit(gateway, **{"X-Webhook-URL": f"{httpserver.url_for('/hook')}?job=1"})
    found = gateway.account(KEY).journal.wait(20, kind="callback")
    (received, _) = httpserver.log[0]
    assert (found.status, found.answer, found.broken) == (201, b"thanks", None)
    assert (found.path, found.query, found.request_id) == ("/hook", "job=1", job["request_id"])
    assert found.body == received.data
    assert found.header("host") == received.headers["Host"]
    assert found.header("webhook-id") == received.headers["webhook-id"]


def test_a_timeline_joins_what_client_and_gateway_did(gateway: MockGateway, httpserver: HTTPServer) -> None:
    """In Python and in the control API."""
    httpserver.expect_request("/hook", method="POST").respond_with_data("")
    job = submit(gateway, **{"X-Webhook-URL": httpserver.url_for("/hook")})
    account = gateway.account(KEY)
    account.journal.wait(20, kind="callback")
    document = requests.get(job["polling_url"], headers={KEY_HEADER: KEY}, timeout=20).json()
    requests.get(document["output"]["media_url"][0], timeout=20)
    told = account.timeline(job["request_id"])
    assert sorted(moment.what for moment in told) == [
        "callback",
        "charge",
        "media",
        "state",
        "status",
        "submit",
    ]
    shown = requests.get(f"{gateway.url}/__mock__/jobs/{job['request_id']}", timeout=20).json()["timeline"]
    assert [step["what"] for step in shown] == [moment.what for moment in told]
    (state,) = (step for step in shown if step["what"] == "state")
    assert state["status"] == "COMPLETED"
