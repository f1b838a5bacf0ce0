"""What becomes of an answer on its way is in its entry: delays, cuts, resets, silence."""

from collections.abc import Callable

import pytest
from mock_support import BODY, JSON, KEY, TURBO, World

from mockgateway.domain.entry import Entry
from mockgateway.domain.manner import Drip, Manner
from mockgateway.web.recorder import MANNER, RULE
from zimage_schemas import KEY_HEADER

Sent = Callable[[Manner], tuple[Entry, bytes]]


@pytest.fixture
def sent(start: Callable[..., World]) -> Sent:
    """Submit a job whose answer travels in some manner; return its entry, and the answer as it set out."""

    def send(manner: Manner) -> tuple[Entry, bytes]:
        mock = start()._mock
        answer = mock.app.test_client().post(
            TURBO.submit_path,
            data=BODY,
            headers={KEY_HEADER: KEY, **JSON},
            environ_overrides={MANNER: manner, RULE: "some rule 1"},
        )
        (entry,) = mock.control.journal(KEY).entries()
        return entry, answer.data

    return send


def test_a_rule_is_named(sent: Sent) -> None:
    """The one that made the answer."""
    assert sent(Manner())[0].rule == "some rule 1"


@pytest.mark.parametrize("manner", [Manner(reset=True), Manner(hang=True)])
def test_an_answer_that_never_arrives_has_no_status(sent: Sent, manner: Manner) -> None:
    """But the job that it would have told of is known: it was accepted, and is paid for."""
    entry, _ = sent(manner)
    assert (entry.status, entry.answer, entry.answer_headers) == (0, b"", [])
    assert entry.broken
    assert entry.request_id


def test_a_truncated_answer_is_kept_as_it_was_sent(sent: Sent) -> None:
    """With how much of it there should have been."""
    entry, whole = sent(Manner(truncate=0.5))
    assert entry.answer == whole[: len(whole) // 2]
    assert entry.broken == f"connection closed after {len(whole) // 2} of {len(whole)} bytes"
    assert entry.status == 202


def test_delays_count(sent: Sent) -> None:
    """Those before the answer, and those between its pieces."""
    entry, _ = sent(Manner(delay=20, drip=Drip(pieces=3, gap=10)))
    assert 50_000 <= entry.took < 60_000
    assert entry.broken is None
