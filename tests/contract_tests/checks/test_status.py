"""Test the checks of polls: every rule of the document, and what no schema can say."""

import json
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
import schema_strategies
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import (
    Tape,
    answering,
    blamed,
    conforming,
    having,
    judged,
    spoilt,
    status_document,
    with_fault,
)

from zimage_contract.exchange import Transcript
from zimage_schemas import FINAL_STATUSES, STATUSES, Rule, rules

_NOT_FOUND = json.dumps({"error": "Not Found", "message": "There is no such request."}).encode()
_LINKS = ("http://media.example/1.png",)
_TIMES = st.sampled_from([{1}, {2}, {1, 2}])
_KEYS = {"FAILED": "job-failed", "ERROR": "job-error"}

_BROKEN = {
    "status.known-200": spoilt("plain/QUEUED", having(status=404, answer=_NOT_FOUND)),
    "status.json": spoilt("plain/QUEUED", having(answer=b"<p>QUEUED</p>")),
    "status.request-id": spoilt("plain/*ED", answering(request_id="z-image-turbo-834_another")),
    "status.model-id": spoilt("plain/*[DG]", answering(model_id="z-image-base")),
    "status.real-dates": spoilt("plain/COMPLETED", answering(completed_at="2026-09-31T10:00:00.000Z")),
}


@pytest.mark.parametrize("check", _BROKEN)
def test_a_breach_is_seen_by_its_check_only(check: str) -> None:
    """A transcript that breaks one demand is blamed by the check for it and by no other."""
    assert blamed(_BROKEN[check]) == {check}


def test_a_whole_run_lets_every_check_judge() -> None:
    """A conforming transcript is evidence for every check of the status document."""
    assert all(count for _, count in judged(conforming(), {"status"}))


@pytest.mark.parametrize(
    "rule", [rule for rule in rules() if rule.document == "status-document"], ids=lambda rule: rule.id
)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_document_that_breaks_one_rule_is_blamed_for_that(rule: Rule, data: st.DataObject) -> None:
    """A document with any one thing wrong, at any point of a life, is blamed by that rule's check only."""
    bad = data.draw(schema_strategies.breaking(rule).map(_with_one_link))
    found = bad.get("status") if isinstance(bad, dict) else None
    state = found if found in STATUSES else "COMPLETED"
    assert blamed(_life(state, lambda good: with_fault(rule, good, bad), data.draw(_TIMES))) == {rule.id}


def _with_one_link(document: Any) -> Any:
    """Leave one link, as many as the job has pictures: another count breaks a demand that no rule makes."""
    output = document.get("output") if isinstance(document, dict) else None
    if isinstance(output, dict) and isinstance(output.get("media_url"), list):
        return {**document, "output": {**output, "media_url": output["media_url"][:1]}}
    return document


def _life(state: str, spoil: Callable[[Any], Any], times: set[int]) -> Transcript:
    """Write a life in which documents of one state are spoilt, those of some times that it is shown."""
    tape = Tape()
    end = state if state in FINAL_STATUSES else "COMPLETED"
    key = _KEYS.get(end, "valid")
    request_id = tape.submit({"prompt": "a hen", "image_size": "square_1_1"}, key=key)
    for status, time in product(("QUEUED", "PROCESSING", end), (1, 2)):
        good = status_document(request_id, status, links=_LINKS)
        shown = spoil(good) if status == state and time in times else good
        tape.poll(good, key=key, answer=json.dumps(shown).encode())
    return tape.transcript()


@pytest.mark.parametrize("status", [401, 402, 403, 429, 500, 503, None])
def test_an_answer_about_something_else_is_no_evidence(status: int | None) -> None:
    """A poll that was refused for its key or rate, or that met an outage, says nothing about the job."""
    seen = spoilt("*/*[DGR]", having(status=status, answer=b""))
    assert not {check for check, count in judged(seen, {"status", "life", "output"}) if count}
