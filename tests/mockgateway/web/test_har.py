"""A journal as an HTTP Archive and as JSON: valid, complete, and without a key."""

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import jsonschema_rs
from hypothesis import given
from hypothesis import strategies as st

from mockgateway.domain.entry import Entry, Excerpt
from mockgateway.domain.journal import Journals
from mockgateway.domain.redaction import Redactor
from mockgateway.web.har import har
from mockgateway.web.journal_json import entry_json
from zimage_schemas import KEY_HEADER

SCHEMA = jsonschema_rs.validator_for(json.loads(Path(__file__).with_name("har-1.2.schema.json").read_text()))
CANARY = "Canary+key/0001==of*the*tests"


def entry(**known: Any) -> Entry:
    """Make an entry of which only what matters is said."""
    usual: dict[str, Any] = {
        "account": "a",
        "kind": "other",
        "real": 1_775_000_000_123,
        "told": 1_775_000_000_456,
        "method": "GET",
        "path": "/a b/é",
        "headers": [("host", "127.0.0.1:8765")],
        "status": 200,
        "answer_headers": [("Content-Type", "text/plain")],
        "took": 1.5,
        "client": "127.0.0.1:4711",
    }
    return Entry(**usual | known)


def archived(*entries: Entry) -> Any:
    """Write these as an archive, as it is read again from a file, and return its entries."""
    archive = json.loads(json.dumps(har(entries, Redactor.of(entries), "1.0")))
    SCHEMA.validate(archive)
    return archive["log"]["entries"]


TEXT = st.text(max_size=30)
HEADERS = st.lists(st.tuples(st.sampled_from(["host", "cookie", "authorization", "x", "content-type"]), TEXT))


@given(
    st.builds(
        entry,
        path=TEXT.map(lambda text: f"/{text}"),
        query=TEXT,
        method=TEXT,
        headers=HEADERS,
        answer_headers=HEADERS,
        body=st.binary(max_size=50) | st.binary().map(lambda raw: Excerpt.of(raw, 5)),
        answer=st.binary(max_size=50) | st.binary().map(lambda raw: Excerpt.of(raw, 0)),
        status=st.integers(0, 999),
        kind=st.sampled_from(["submit", "status", "media", "callback", "other"]),
        took=st.floats(0, 1e6),
        broken=st.none() | TEXT,
        rule=st.none() | TEXT,
        request_id=st.none() | TEXT,
    )
)
def test_every_archive_is_valid(one: Entry) -> None:
    """Whatever was sent and answered."""
    archived(one)


def test_an_archive_tells_the_exchange() -> None:
    """The request line, headers, bodies, times and what the mock knows of it."""
    sent = entry(
        kind="submit",
        method="POST",
        query="a=1&b=%20",
        body=b'{"prompt": "A bicycle"}',
        headers=[("host", "mock:1"), ("content-type", "application/json"), ("cache-control", "no-cache")],
        status=202,
        answer=b"{}",
        rule="slow rule 1",
        number=7,
        request_id="j",
    )
    (found,) = archived(sent)
    request, response = found["request"], found["response"]
    assert found["startedDateTime"] == "2026-03-31T23:33:20.123Z"
    assert found["time"] == sum(found["timings"].values()) == 1.5
    assert request["url"] == "http://mock:1/a%20b/%C3%A9?a=1&b=%20"
    assert request["queryString"] == [{"name": "a", "value": "1"}, {"name": "b", "value": " "}]
    assert request["postData"] == {"mimeType": "application/json", "text": '{"prompt": "A bicycle"}'}
    assert {"name": "cache-control", "value": "no-cache"} in request["headers"]
    assert (response["status"], response["statusText"]) == (202, "Accepted")
    assert response["content"] == {"size": 2, "mimeType": "text/plain", "text": "{}"}
    assert (found["_number"], found["_kind"], found["_rule"]) == (7, "submit", "slow rule 1")
    assert (found["_requestId"], found["_accountTime"]) == ("j", "2026-03-31T23:33:20.456Z")
    assert found["connection"] == "127.0.0.1:4711"


def test_bytes_that_are_no_text_are_base64() -> None:
    """As the format wants it for answers; for requests it has no way, so that is ours."""
    (found,) = archived(entry(body=b"\xff\x00", answer=b"\xfe\x00"))
    assert base64.b64decode(found["request"]["postData"]["text"]) == b"\xff\x00"
    assert found["request"]["postData"]["_encoding"] == "base64"
    assert base64.b64decode(found["response"]["content"]["text"]) == b"\xfe\x00"
    assert found["response"]["content"]["encoding"] == "base64"


def test_what_was_not_kept_is_said() -> None:
    """A picture has its length and hash, a long body its beginning."""
    picture, cut = Excerpt.of(b"picture", 0), Excerpt.of("éé".encode(), 3)
    (found,) = archived(entry(answer=picture, body=cut))
    content = found["response"]["content"]
    assert (content["size"], content["_hash"], content["_length"]) == (7, picture.digest, 7)
    assert "text" not in content
    assert found["request"]["postData"]["text"] == "é"
    assert found["request"]["postData"]["comment"] == "kept: the first 3 of 4 bytes"


def test_a_lost_answer_is_said() -> None:
    """In the way of browsers: status 0 and an error."""
    (found,) = archived(entry(status=0, broken="reset before the answer", answer_headers=[]))
    assert (found["response"]["status"], found["response"]["_error"]) == (0, "reset before the answer")


def test_findings_are_in_archive_and_json() -> None:
    """With id, sentence, basis and section."""
    one = entry(kind="media", headers=[(KEY_HEADER, CANARY)])
    (found,) = archived(one)
    (finding,) = found["_findings"]
    assert finding["id"] == "media.key-sent"
    assert finding.keys() == {"id", "sentence", "basis", "section"}
    assert entry_json(one, Redactor([]))["findings"] == [finding]


def test_json_tells_the_exchange() -> None:
    """In the account's time, with lengths, texts and what broke."""
    told = entry_json(entry(body=b"\xff", answer=b"hello", status=0, broken="reset"), Redactor([]))
    assert (told["at"], told["real_at"]) == ("2026-03-31T23:33:20.456Z", "2026-03-31T23:33:20.123Z")
    assert told["request"]["path"] == "/a b/é"
    assert told["request"]["body"] == {"length": 1, "text": "/w==", "encoding": "base64"}
    assert told["answer"]["body"] == {"length": 5, "text": "hello"}
    assert (told["answer"]["status"], told["answer"]["broken"]) == (0, "reset")
    picture = entry_json(entry(answer=Excerpt.of(b"picture", 0)), Redactor([]))["answer"]["body"]
    assert picture == {"length": 7, "text": "", "hash": Excerpt.of(b"picture", 0).digest, "cut": True}


def test_a_key_sent_through_everything_appears_nowhere() -> None:
    """Neither in an archive nor in JSON, in whatever place and spelling it was sent."""
    callback = f"https://me:{CANARY}@example.com/hook?again={quote(CANARY, safe='')}"
    basic = base64.b64encode(f"user:{CANARY}".encode()).decode()
    sent = entry(
        kind="submit",
        model="z-image-base",
        method=f"POST{CANARY}",
        path=f"/v2/{CANARY}",
        query=f"key={quote(CANARY, safe='')}&other={CANARY}",
        headers=[
            (KEY_HEADER, CANARY),
            (f"x-{CANARY}", CANARY),
            ("x-webhook-url", callback),
            ("authorization", f"Basic {basic}"),
            ("host", f"{CANARY}.example"),
            ("content-type", CANARY),
        ],
        body=json.dumps({CANARY: CANARY.replace("/", "\\/")}).encode(),
        answer=json.dumps({"error": CANARY}).encode(),
        answer_headers=[("location", f"/{CANARY}")],
        request_id=CANARY,
    )
    journals = Journals()
    journals.record(sent)
    for other in (entry(path=f"/{CANARY}"), entry(body=basic.encode())):
        journals.record(other)
    entries = journals.of("a").entries()
    redactor = Redactor.of(entries)
    shown = json.dumps([entry_json(each, redactor) for each in entries]) + json.dumps(archived(*entries))
    for spelt in (CANARY, quote(CANARY, safe=""), quote(CANARY), CANARY.replace("/", "\\/"), basic):
        assert spelt not in shown
    assert "Cana" in shown


def test_urls_stay_urls() -> None:
    """A key that is taken out of one leaves a URL behind."""
    (found,) = archived(entry(path=f"/{CANARY}/x", headers=[("host", "a"), (KEY_HEADER, CANARY)]))
    assert urlsplit(found["request"]["url"]).path.endswith("/x")
