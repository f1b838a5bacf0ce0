"""Findings: each is made by its breach, and by nothing else."""

import json
from typing import Any

import pytest

from mockgateway.domain.entry import Entry, Kind
from mockgateway.domain.findings import FINDINGS, findings
from mockgateway.domain.journal import Journal, Journals
from zimage_schemas import KEY_HEADER, MODELS

ME = "account-1"
JOB = "z-image-base_019d0000-0000-7000-8000-0000000000001"
BASE = MODELS["base"]
BODY = json.dumps({"prompt": "A red bicycle", "image_size": "square_1_1"}).encode()
KEY = (KEY_HEADER.lower(), "key-of-the-tests-0001")
JSON = ("content-type", "application/json")
NO_CACHE = ("cache-control", "no-cache")


def entry(kind: Kind, told: int = 0, **known: Any) -> Entry:
    """Make a submit, poll or download without fault."""
    method, path, status, headers, answer = {
        "submit": ("POST", BASE.submit_path, 202, [KEY, JSON, NO_CACHE], b"{}"),
        "status": ("GET", f"/v2/requests/status/{JOB}", 200, [KEY], b'{"status": "QUEUED"}'),
        "media": ("GET", f"/v1/{JOB}/output.png", 200, [], b""),
        "callback": ("POST", "/hook", 200, [JSON], b""),
        "other": ("GET", "/", 404, [], b""),
    }[kind]
    usual: dict[str, Any] = {
        "real": told,
        "method": method,
        "path": path,
        "headers": headers,
        "status": status,
        "answer_headers": [],
        "answer": answer,
        "body": BODY if kind == "submit" else b"",
        "request_id": JOB,
        "model": BASE.slug,
    }
    return Entry(account=ME, kind=kind, told=told, **usual | known)


def found(*recorded: Entry) -> set[str]:
    """Return the ids of all that is found in these exchanges, recorded in this order."""
    journals = Journals()
    for each in recorded:
        journals.record(each)
    return {one.id for each in Journal(journals, ME).entries() for one in findings(each)}


DONE = b'{"status": "COMPLETED"}'
RETRY = [("Retry-After", "7")]
BREACHES: dict[str, list[Entry]] = {
    "submit.unknown-field": [entry("submit", body=BODY[:-1] + b', "sise": 1}')],
    "submit.no-cache-control": [entry("submit", headers=[KEY, JSON])],
    "submit.content-type": [entry("submit", headers=[KEY, NO_CACHE], status=400, request_id=None)],
    "submit.repeated": [entry("submit"), entry("submit", 60_000)],
    "submit.guessed-path": [entry("other", path="/z-image-turbo-834/v1/z-image-turbo-834-request")],
    "status.too-soon": [entry("status"), entry("status", 4_999)],
    "status.after-end": [entry("status", answer=DONE), entry("status", 5_000)],
    "media.key-sent": [entry("media", headers=[KEY])],
    "key.other-header": [entry("status", headers=[("authorization", "Bearer x")], status=401)],
    "retry.too-soon": [
        entry("submit", status=429, request_id=None, answer_headers=RETRY),
        entry("submit", 6_999),
    ],
    "callback.not-accepted": [entry("callback", status=500)],
}
BLAMELESS: dict[str, list[Entry]] = {
    "one job's whole life": [
        entry("submit"),
        entry("status", 5_000),
        entry("status", 10_000, answer=DONE),
        entry("media", 11_000),
        entry("callback", 11_000),
    ],
    "a retry after a refusal": [entry("submit", status=500, request_id=None), entry("submit", 1_000)],
    "the same picture much later": [entry("submit"), entry("submit", 120_001)],
    "two jobs polled in turn": [entry("status"), entry("status", 1, request_id="another")],
    "an end that never arrived": [entry("status", answer=DONE, broken="reset"), entry("status", 5_000)],
    "a retry when it was due": [
        entry("submit", status=429, request_id=None, answer_headers=RETRY),
        entry("submit", 7_000),
    ],
    "a wait that is over": [
        entry("submit", status=429, request_id=None, answer_headers=RETRY),
        entry("submit", 7_000),
        entry("submit", 7_001, body=BODY + b" "),
    ],
    "a wait asked for in words": [
        entry("submit", status=429, request_id=None, answer_headers=[("Retry-After", "soon")]),
        entry("submit", 1),
    ],
    "a body that is no JSON": [entry("submit", body=b"{", status=400, request_id=None)],
}


def test_every_finding_has_a_breach_here() -> None:
    """So none is left untested."""
    assert list(BREACHES) == list(FINDINGS)


@pytest.mark.parametrize("id_", BREACHES)
def test_a_breach_is_found_and_nothing_else(id_: str) -> None:
    """The finding of that name, and no other."""
    assert found(*BREACHES[id_]) == {id_}


@pytest.mark.parametrize("case", BLAMELESS)
def test_nothing_is_found_where_nothing_is_wrong(case: str) -> None:
    """No false alarm."""
    assert found(*BLAMELESS[case]) == set()


def test_a_callback_without_an_answer_is_said_so() -> None:
    """Status 0 is no status that anybody sent."""
    (one,) = findings(entry("callback", status=0, broken="timed out"))
    assert one.sentence == "The receiver did not answer."


def test_a_finding_says_what_and_why() -> None:
    """With the values of the exchange, its ground and the section."""
    (one,) = findings(BREACHES["submit.unknown-field"][0])
    assert one.sentence == 'Z-Image Base has no such field, so it is ignored: "sise".'
    assert (one.basis, one.section) == ("assumed", "Request Parameters")
