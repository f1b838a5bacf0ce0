"""The mock's journal as a transcript."""

from collections.abc import Iterator

import pytest
import requests

from mockgateway import MockGateway
from mockgateway.runtime.handle import AccountHandle
from zimage_contract.exchange import Transcript
from zimage_contract.journal import Clock, read_journal, situation_of
from zimage_contract.probe import probe
from zimage_contract.probe.mock_keys import keys_of_mock
from zimage_contract.probe.settings import ProbeSettings
from zimage_contract.testing import GatewayTranscript
from zimage_schemas import KEY_HEADER, MODELS, WEBHOOK_HEADER

BODY = {"prompt": "A red bicycle", "image_size": "square_1_1"}


@pytest.fixture(scope="module")
def gateway() -> Iterator[MockGateway]:
    """A mock that makes two minutes of a second."""
    with MockGateway(speed=120) as made:
        yield made


def submit(gateway: MockGateway, key: str, **headers: str) -> requests.Response:
    """Ask for a picture."""
    url = gateway.url + MODELS["turbo"].submit_path
    return requests.post(url, json=BODY, headers={KEY_HEADER: key, **headers}, timeout=30)


def poll(job: requests.Response, key: str) -> requests.Response:
    """Ask how it is."""
    return requests.get(job.json()["polling_url"], headers={KEY_HEADER: key}, timeout=30)


def transcript(account: AccountHandle, clock: Clock = "account") -> Transcript:
    """What an account exchanged."""
    return read_journal(account.journal.entries(), {"valid": account.key}, clock=clock)


def finished(gateway: MockGateway, key: str) -> requests.Response:
    """The last poll of a job."""
    account = gateway.account(key)
    account.freeze()
    job = submit(gateway, key)
    account.advance(60)
    return poll(job, key)


def test_an_exchange_says_what_was_sent_and_answered(gateway: MockGateway) -> None:
    """Method, whole URL, headers, bodies, status; numbered from 1."""
    answer = submit(gateway, "key-one")
    (only,) = transcript(gateway.account("key-one")).exchanges
    assert (only.number, only.kind, only.method, only.status) == (1, "submit", "POST", 202)
    assert only.url == gateway.url + MODELS["turbo"].submit_path
    assert only.key == "key-one"
    assert only.sent == BODY
    assert only.got == answer.json()
    assert only.answer_header("content-type") == "application/json"
    assert not only.broken
    assert not only.cut


def test_a_job_is_found_with_its_polls_and_its_callback(gateway: MockGateway) -> None:
    """The callback is an exchange too, and belongs to the job."""
    account = gateway.account("key-callback")
    account.freeze()
    job = submit(gateway, "key-callback", **{WEBHOOK_HEADER: "http://127.0.0.1:9/none"})
    poll(job, "key-callback")
    account.advance(60, deliver=True)
    seen = transcript(account)
    found = seen.jobs[job.json()["request_id"]]
    assert [read.got["status"] for read in found.reads] == ["QUEUED"]
    (callback,) = found.callbacks
    assert callback.url == "http://127.0.0.1:9/none"
    assert callback.document is not None
    assert callback.document["status"] == "COMPLETED"
    assert callback.status is None
    assert callback.broken


def test_the_accounts_time_is_told_unless_real_time_is_asked_for(gateway: MockGateway) -> None:
    """The documents' times agree with the exchanges' by the account's clock only."""
    account = gateway.account("key-time")
    account.freeze()
    job = submit(gateway, "key-time")
    account.advance(3600)
    poll(job, "key-time")
    first, last = transcript(account).exchanges
    assert last.at - first.at == pytest.approx(3600)
    first, last = transcript(account, "real").exchanges
    assert last.at - first.at < 60


def test_a_picture_that_was_not_kept_is_no_evidence(gateway: MockGateway) -> None:
    """Its exchange says so, and that it went well."""
    (url,) = finished(gateway, "key-media").json()["output"]["media_url"]
    requests.get(url, timeout=20)
    (media,) = transcript(gateway.account("key-media")).of("media")
    assert media.url == url
    assert media.succeeded
    assert media.cut


def test_a_long_body_is_no_evidence(gateway: MockGateway) -> None:
    """What is left of it may break rules that the whole had kept."""
    url = gateway.url + MODELS["turbo"].submit_path
    body = {**BODY, "prompt": "x" * 100_000}
    requests.post(url, json=body, headers={KEY_HEADER: "key-long"}, timeout=30)
    (only,) = transcript(gateway.account("key-long")).exchanges
    assert only.cut


def test_a_body_that_was_never_read_is_no_evidence(gateway: MockGateway) -> None:
    """A refused one looks empty, and was not."""
    url = gateway.url + MODELS["turbo"].submit_path
    answer = requests.post(url, data=b"x" * 2_000_000, headers={KEY_HEADER: "key-huge"}, timeout=30)
    assert answer.status_code == 413
    (only,) = transcript(gateway.account("key-huge")).exchanges
    assert only.cut


def test_what_a_probe_exchanged_keeps_the_contract_by_the_journal_too() -> None:
    """In every situation, at every level, and at any speed."""
    keys = keys_of_mock("journal")
    good = keys["valid"]
    with MockGateway(queue_time=0.1, processing_time=0.2, speed=100) as gateway:
        others = {situation: key for situation, key in keys.items() if key != good}
        probe(
            ProbeSettings(
                origin=gateway.url, key=good, keys=others, examples=0, poll_interval=0.05, patience=0.5
            )
        )
        for key in keys.values():
            GatewayTranscript(gateway.account(key)).assert_conforms(level="assumed")


def test_an_answer_that_never_came_has_no_status(gateway: MockGateway) -> None:
    """And its exchange says how it ended."""
    with pytest.raises(requests.ConnectionError):
        submit(gateway, "mock-reset-submit-after-journal")
    (only,) = transcript(gateway.account("mock-reset-submit-after-journal")).exchanges
    assert only.status is None
    assert only.broken == "connection reset"


def test_an_answer_that_was_cut_off_has_no_status(gateway: MockGateway) -> None:
    """Since it never came whole."""
    (url,) = finished(gateway, "mock-media-truncated-journal").json()["output"]["media_url"]
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        _ = requests.get(url, timeout=20).content
    (media,) = transcript(gateway.account("mock-media-truncated-journal")).of("media")
    assert media.status is None
    assert "closed after" in media.broken


def test_a_url_is_written_as_it_was_asked(gateway: MockGateway) -> None:
    """What was encoded is encoded again; the query stays."""
    url = f"{gateway.url}/v2/requests/status/a%20b%C3%A9?x=%20y"
    requests.get(url, headers={KEY_HEADER: "key-url"}, timeout=30)
    (only,) = transcript(gateway.account("key-url")).exchanges
    assert only.url == url
    assert only.asked_id == "a bé"


@pytest.mark.parametrize(
    ("scenario", "situation"),
    [
        ("happy", "valid"),
        ("poll-503-once", "valid"),
        ("invalid-key", "invalid"),
        ("forbidden", "forbidden"),
        ("job-error", "job-error"),
        ("balance-runs-out", None),
    ],
)
def test_a_scenario_says_what_its_key_stands_for(scenario: str, situation: str | None) -> None:
    """As far as that holds for every exchange."""
    assert situation_of(scenario) == situation
