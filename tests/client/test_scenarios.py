"""Every situation that the mock ships: the right outcome, and one charge at most."""

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from mockgateway import MockGateway
from mockgateway.scenarios.shipped import shipped_names
from zimage_client import (
    Client,
    DownloadFailed,
    Forbidden,
    InsufficientBalance,
    JobErrored,
    JobFailed,
    ProtocolError,
    ServerError,
    Settings,
    SystemClock,
    Timeouts,
    TransportError,
    TurboRequest,
    Unauthorized,
    WaitTimeout,
    WebhookInbox,
    ZImageError,
)

SPEED = 100.0
REQUEST = TurboRequest(prompt="A red bicycle", image_size="square_1_1")

Expected = tuple[type[ZImageError] | None, int, int]
WELL: Expected = (None, 1, 0)
REFUSED = (0, 0)
OUTCOMES: dict[str, Expected] = {
    "content-flagged": (JobFailed, 1, 0),
    "forbidden": (Forbidden, *REFUSED),
    "insufficient-balance": (InsufficientBalance, *REFUSED),
    "invalid-key": (Unauthorized, *REFUSED),
    "job-error": (JobErrored, 1, 1),
    "job-error-once": (JobErrored, 1, 1),
    "job-failed": (JobFailed, 1, 0),
    "media-missing": (DownloadFailed, 1, 0),
    "media-url-empty": (ProtocolError, 1, 0),
    "output-null": (ProtocolError, 1, 0),
    "plain-text-500": (ServerError, *REFUSED),
    "quota-exceeded": (Forbidden, *REFUSED),
    "reset-submit-after": (TransportError, 1, 0),
    "reset-submit-before": (TransportError, *REFUSED),
    "server-error-once": (ServerError, *REFUSED),
    "server-error-submit": (ServerError, *REFUSED),
    "stuck": (WaitTimeout, 1, 0),
    "webhook-only": (WaitTimeout, 1, 0),
} | dict.fromkeys(
    (
        "accepted-200",
        "balance-runs-out",
        "docs-ids",
        "edge-challenge-poll",
        "extra-fields",
        "fast",
        "hang-poll",
        "happy",
        "html-error",
        "lower-case-status",
        "malformed-json",
        "media-late",
        "media-slow",
        "media-small",
        "media-truncated",
        "media-url-string",
        "octet-stream",
        "poll-404-first",
        "poll-503-once",
        "rate-limited",
        "rate-limited-no-retry-after",
        "rate-limited-polls",
        "reset-poll",
        "server-error-poll",
        "slow-answers",
        "slow-queue",
        "strict",
        "truncated-json",
        "unknown-status",
        "webhook-before-answer",
        "webhook-duplicate",
        "webhook-late",
        "webhook-never",
        "webhook-out-of-order",
        "webhook-truncated",
    ),
    WELL,
)
CALLED_BACK = sorted(
    name for name in OUTCOMES if name.startswith("webhook") or name in ("happy", "job-failed")
)


class QuickClock(SystemClock):
    """Time that goes as fast as the mock's."""

    def now(self) -> float:
        """Return seconds of the mock's kind."""
        return time.monotonic() * SPEED

    def sleep(self, seconds: float, wake: Event | None = None) -> None:
        """Wait for seconds of the mock's kind."""
        super().sleep(seconds / SPEED, wake)


@pytest.fixture(scope="module")
def mock() -> Iterator[MockGateway]:
    """One mock for all; each key is a world of its own."""
    with MockGateway(speed=SPEED, seed=1) as gateway:
        yield gateway


def client_of(mock: MockGateway, key: str) -> Client:
    """Make a client in the mock's time, with the default rules but for the network's time-outs."""
    # Answers are late in real seconds; what never comes need not be waited for as long.
    timeouts = Timeouts(connect=10, read=0.5 if "hang" in key else 35, total=10_000)
    return Client(key, mock.url, settings=Settings(timeouts=timeouts), clock=QuickClock())


def outcome_of(
    mock: MockGateway, key: str, directory: Path, name: str, via: WebhookInbox | None = None
) -> Expected:
    """Generate a picture and say what came of it, and what it cost."""
    timeout = 200 if OUTCOMES[name][0] is WaitTimeout and via is None else 10_000
    assert mock.account(key).scenario == name  # and the account's clock runs from here
    error: ZImageError | None = None
    with client_of(mock, key) as client:
        try:
            result = client.generate(REQUEST, directory, timeout=timeout, via=via)
            assert result.files[0].is_file()
        except ZImageError as caught:
            error = caught
    booked = [booking.kind for booking in mock.account(key).ledger]
    if error:
        assert key not in str(error)
        assert error.request_id or error.uncertain or not booked, "nobody could find the job that is paid for"
    return error and type(error), booked.count("charge"), booked.count("refund")


def test_every_scenario_has_an_expectation() -> None:
    """A new one is not forgotten here."""
    assert set(OUTCOMES) == set(shipped_names())


@pytest.mark.parametrize("name", sorted(OUTCOMES))
def test_each_scenario_has_its_outcome_and_one_charge(mock: MockGateway, tmp_path: Path, name: str) -> None:
    """By polling, with the documented rules."""
    assert outcome_of(mock, f"mock-{name}-1", tmp_path, name) == OUTCOMES[name]


@pytest.mark.parametrize("name", CALLED_BACK)
def test_callbacks_have_the_same_outcome(mock: MockGateway, tmp_path: Path, name: str) -> None:
    """Also where polls are blocked, and callbacks come twice, late, cut, before the answer, or never."""
    expected = WELL if name == "webhook-only" else OUTCOMES[name]
    with WebhookInbox() as inbox:
        assert outcome_of(mock, f"mock-{name}-2", tmp_path, name, inbox) == expected


def test_a_batch_keeps_what_it_has_when_the_money_ends(mock: MockGateway, tmp_path: Path) -> None:
    """Two are paid for and there; the others say that the wallet is empty, and were not charged."""
    with client_of(mock, "mock-balance-runs-out-batch") as client:
        outcomes = list(client.generate_many([REQUEST] * 6, tmp_path, concurrency=1))
    assert sum(outcome.result is not None for outcome in outcomes) == 2
    assert all(isinstance(outcome.error, InsufficientBalance | None) for outcome in outcomes)
    assert len(mock.account("mock-balance-runs-out-batch").ledger) == 2


@pytest.mark.parametrize("name", ["html-error", "rate-limited", "media-truncated", "poll-503-once"])
def test_a_batch_rides_out_what_a_single_job_does(mock: MockGateway, tmp_path: Path, name: str) -> None:
    """Every request has its pictures and its one charge."""
    key = f"mock-{name}-3"
    with client_of(mock, key) as client:
        outcomes = list(client.generate_many([REQUEST] * 8, tmp_path, state=tmp_path / "state"))
        assert all(outcome.result for outcome in outcomes), [outcome.error for outcome in outcomes]
        again = list(client.generate_many([REQUEST] * 8, tmp_path, state=tmp_path / "state"))
    assert all(outcome.result for outcome in again)
    assert [booking.kind for booking in mock.account(key).ledger] == ["charge"] * 8


def test_a_batch_that_breaks_off_pays_once(mock: MockGateway, tmp_path: Path) -> None:
    """Left in the middle and run again, at a gateway that counts."""
    with client_of(mock, "mock-happy-broken-off") as client:
        for _ in range(3):
            outcomes = client.generate_many([REQUEST] * 8, tmp_path, state=tmp_path / "state")
            next(outcomes)
            outcomes.close()  # type: ignore[attr-defined]
        assert all(
            each.result for each in client.generate_many([REQUEST] * 8, tmp_path, state=tmp_path / "state")
        )
    assert len(mock.account("mock-happy-broken-off").ledger) == 8
