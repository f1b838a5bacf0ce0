"""HTTP Archives in and out."""

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from reports import SECRET, mixed, passing, submit
from support import conforming

from mockgateway import MockGateway
from zimage_contract.checks import CHECKS
from zimage_contract.exchange import Exchange, Transcript
from zimage_contract.har import BadArchive, dump, load
from zimage_contract.veil import Veil
from zimage_contract.verdict import Terms, judge
from zimage_schemas import KEY_HEADER

HERE = Path(__file__)
SCHEMA = jsonschema_rs.validator_for(
    json.loads((HERE.parents[2] / "mockgateway" / "web" / "har-1.2.schema.json").read_text("utf-8"))
)
GATEWAY = "https://gateway.example"
SUBMIT = f"{GATEWAY}/z-image-base/v1/z-image-base-request"
STATUS = f"{GATEWAY}/v2/requests/status/z-image-base_1"
MEDIA = "https://media.example/z-image-base_1/output.png"
DONE = {"request_id": "z-image-base_1", "status": "COMPLETED", "output": {"media_url": [MEDIA]}}


# Written


def again(seen: Transcript) -> Transcript:
    """Write a transcript, and read it from the text."""
    archive = json.loads(json.dumps(dump(seen, "1.0")))
    SCHEMA.validate(archive)
    return load(json.dumps(archive))


WORDS = st.text(st.characters(codec="utf-8"), max_size=12)
KEYS = st.sampled_from(["", "short", "key-one-123456", "key-one-654356", SECRET])
URLS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=20).map("http://h/{}".format)
HEADERS = st.lists(
    st.tuples(st.sampled_from(["Content-Type", "x-a", "Location", "Cookie", "authorization"]), WORDS)
    | st.just(("Content-Length", "7"))
    | st.tuples(st.sampled_from([KEY_HEADER, KEY_HEADER.lower()]), KEYS),
    max_size=4,
).map(tuple)
MICROSECONDS = st.integers(0, 4 * 10**15).map(lambda number: number / 10**6)
ANSWERS = st.tuples(st.integers(100, 599), st.just("")) | st.tuples(st.none(), WORDS.filter(bool))


@st.composite
def exchanges(draw: st.DrawFn) -> Exchange:
    """Draw any exchange."""
    status, broken = draw(ANSWERS)
    return Exchange(
        0,
        draw(st.sampled_from(["submit", "status", "media", "callback", "other"])),
        draw(st.sampled_from(["GET", "POST", "OPTIONS"])),
        draw(URLS),
        draw(HEADERS),
        draw(st.binary(max_size=20) | WORDS.map(str.encode)),
        status,
        draw(HEADERS),
        draw(st.binary(max_size=20) | WORDS.map(str.encode)),
        draw(MICROSECONDS),
        draw(st.integers(0, 10**7)) / 10**6,
        broken,
        draw(WORDS),
        draw(st.booleans()),
    )


TRANSCRIPTS = st.builds(
    lambda found, **known: Transcript(
        tuple(replace(each, number=number) for number, each in enumerate(found, 1)), **known
    ),
    st.lists(exchanges(), min_size=1, max_size=4),
    keys=st.dictionaries(st.sampled_from(["valid", "invalid"]), KEYS.filter(bool)),
    receiver=WORDS,
    patience=st.floats(0, 100),
    slowest=st.none() | st.floats(0, 100),
    deadline=st.none() | st.floats(0, 100),
    lacking=st.dictionaries(st.sampled_from(["paid", "webhook"]), WORDS),
)


@given(TRANSCRIPTS)
def test_what_is_written_is_read_again(seen: Transcript) -> None:
    """All of it, but for the keys, which are short; and every archive is valid."""
    assert again(seen) == Veil.of(seen).transcript(seen)


@given(TRANSCRIPTS)
def test_no_whole_key_is_written(seen: Transcript) -> None:
    """Where keys belong, and wherever else they stand."""
    hook = submit(1, url=f"http://h/?key={SECRET}", answer=SECRET.encode(), headers=(("x", f"<{SECRET}>"),))
    seen = replace(seen, exchanges=(*seen.exchanges, hook), keys={"valid": SECRET})
    assert SECRET not in json.dumps(dump(seen), ensure_ascii=False)


def test_keys_that_look_alike_stay_two() -> None:
    """Else the checks would take one situation for the other."""
    found = again(
        Transcript((submit(),), keys={"valid": "mock-happy-abcd12", "invalid": "mock-wrong-abcd12"})
    )
    assert len(set(found.keys.values())) == 2


def test_an_archive_is_judged_as_the_transcript_was() -> None:
    """Check by check."""
    seen = passing().transcript
    told = [(each.check.id, each.verdict, each.examples) for each in judge(CHECKS, seen, Terms())]
    assert [
        (each.check.id, each.verdict, each.examples) for each in judge(CHECKS, again(seen), Terms())
    ] == told


def test_a_hostile_gateway_is_archived_too() -> None:
    """Its odd bytes are no reason to fail."""
    assert len(again(mixed().transcript).exchanges) == 24


# Read


def entry(method: str, url: str, *, sent: Any = None, status: int = 200, got: Any = None, **more: Any) -> Any:
    """Write an entry as browsers do."""
    request: dict[str, Any] = {
        "method": method,
        "url": url,
        "headers": more.pop("headers", []),
        "bodySize": -1,
    }
    if sent is not None:
        request["postData"] = {"mimeType": "application/json", "text": json.dumps(sent)}
    content = {"mimeType": "application/json"} | ({} if got is None else {"text": json.dumps(got)})
    return {
        "startedDateTime": "2026-04-01T10:00:00.000Z",
        "time": 12.5,
        "request": request,
        "response": {"status": status, "headers": [], "content": content},
        **more,
    }


def read(*entries: Any) -> Transcript:
    """Read an archive of these entries."""
    return load(json.dumps({"log": {"version": "1.2", "entries": entries}}))


ACCEPTED = {"request_id": "z-image-base_1", "status": "QUEUED", "polling_url": STATUS}
HOOK = [{"name": "x-webhook-url", "value": "https://me.example/hook"}]


def test_a_browsers_archive() -> None:
    """Pages and preflights are left out, kinds found, HTTP/2's request line is no header."""
    seen = read(
        entry("GET", "https://page.example/index.html"),
        entry("OPTIONS", SUBMIT, status=204),
        entry("POST", SUBMIT, sent={"prompt": "x"}, status=202, got=ACCEPTED, headers=[
            {"name": ":authority", "value": "gateway.example"}, {"name": "content-type", "value": "a/b"}]),
        entry("GET", STATUS, got=DONE),
        entry("GET", MEDIA),
        entry("GET", f"{GATEWAY}/nowhere", status=404),
    )  # fmt: skip
    assert [each.kind for each in seen.exchanges] == ["submit", "status", "media", "other"]
    assert [each.number for each in seen.exchanges] == [1, 2, 3, 4]
    first = seen.exchanges[0]
    assert first.headers == (("content-type", "a/b"),)
    assert (first.at, first.took) == (1_775_037_600.0, 0.0125)
    assert seen.jobs["z-image-base_1"].submit == first


def test_a_proxys_archive() -> None:
    """Other time zones, Base64, a connection that broke, and entries out of order."""
    late = entry("GET", STATUS, got=DONE) | {"startedDateTime": "2026-04-01T12:00:01.5+02:00"}
    lost = entry("GET", STATUS, status=0, _error="reset by peer")
    coded = entry("POST", SUBMIT, status=202)
    text = base64.b64encode(json.dumps(ACCEPTED).encode()).decode()
    coded["response"]["content"] = {"text": text, "encoding": "base64", "size": 3}
    coded["response"]["content"]["size"] = 99
    seen = read(late, lost, coded)
    assert [each.status for each in seen.exchanges] == [None, 202, 200]
    assert seen.exchanges[0].broken == "reset by peer"
    assert seen.exchanges[1].got == ACCEPTED
    assert seen.exchanges[2].at == seen.exchanges[0].at + 1.5


def test_a_recorded_abort_proves_nothing() -> None:
    """The page may have been left; what a probe's own archive holds still counts."""
    aborted = entry("GET", STATUS, status=0, _error="net::ERR_ABORTED")
    unsaid = entry("GET", STATUS, status=0)
    seen = read(entry("POST", SUBMIT, sent={}, status=202, got=ACCEPTED), aborted, unsaid)
    own = again(Transcript(seen.exchanges, slowest=10.0))
    assert [_broken(seen), _broken(own)] == [0, 2]


def _broken(seen: Transcript) -> int:
    """Count the exchanges that are blamed for being without an answer."""
    return sum(
        len(each.findings) for each in judge(CHECKS, seen, Terms()) if each.check.id == "liveness.answered"
    )


def test_a_callback_is_known_by_its_url_and_body() -> None:
    """A status document posted to where a submit had asked for it."""
    seen = read(
        entry("POST", SUBMIT, sent={}, status=202, got=ACCEPTED, headers=HOOK),
        entry("POST", "https://me.example/hook", sent=DONE, status=204),
        entry("POST", "https://me.example/other", sent=DONE, status=204),
    )
    assert [each.kind for each in seen.exchanges] == ["submit", "callback"]
    assert seen.receiver == "https://me.example"
    assert seen.jobs["z-image-base_1"].callbacks == seen.of("callback")


def test_what_a_recording_lacks_is_said() -> None:
    """So that it is not held against the gateway."""
    seen = read(entry("GET", STATUS, got=DONE), entry("GET", MEDIA) | {"_cut": True})
    assert seen.lacking["paid"] == "the recording shows no accepted submit"
    assert seen.lacking["webhook"] == "the recording shows no callback"
    assert seen.lacking["media"] == "the recording keeps no download whole"
    assert "which key" in seen.lacking["invalid"]
    assert seen.slowest is None


def test_missing_bodies_prove_nothing() -> None:
    """One that has a size and no text was left out."""
    left_out = entry("GET", STATUS)
    left_out["response"]["content"]["size"] = 300
    posted = entry("POST", SUBMIT)
    posted["request"]["bodySize"] = 70
    silent = entry("GET", STATUS)
    silent["response"]["headers"] = [{"name": "Content-Length", "value": "300"}]
    whole = entry("GET", STATUS, got=DONE)
    found = read(left_out, posted, silent, whole).exchanges
    assert [each.cut for each in found] == [True, True, True, False]


def test_the_mocks_archive() -> None:
    """Its pictures are cut, its callbacks kept; a conforming session breaks no check."""
    with MockGateway(queue_time=0, processing_time=0) as gateway:
        headers = {KEY_HEADER: "mock-happy-archive"}
        body = {"prompt": "x", "image_size": "square_1_1"}
        url = f"{gateway.url}/z-image-base/v1/z-image-base-request"
        job = requests.post(url, json=body, headers=headers, timeout=9).json()
        found = requests.get(job["polling_url"], headers=headers, timeout=9).json()
        requests.get(found["output"]["media_url"][0], timeout=9)
        refused = requests.post(url, json={}, headers=headers, timeout=9)
        archive = gateway.account(headers[KEY_HEADER]).journal.har()
    assert refused.status_code == 400
    seen = load(json.dumps(archive))
    assert [each.kind for each in seen.exchanges] == ["submit", "status", "media", "submit"]
    assert [each.cut for each in seen.exchanges] == [False, False, True, False]
    results = judge(CHECKS, seen, Terms(level="assumed"))
    assert [each.check.id for each in results if each.findings] == []
    assert sum(each.verdict == "pass" for each in results) > 40


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("nonsense", "is no JSON"),
        ("[1]", "is no HTTP Archive"),
        ('{"log": {}}', "is no HTTP Archive"),
        ('{"log": {"entries": []}}', "holds no exchange"),
        ('{"log": {"entries": [7]}}', "entry 1 makes no sense"),
        ('{"log": {"entries": [{"request": {"method": 1}}]}}', "entry 1 makes no sense"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_a_bad_file_is_refused_in_a_line(tmp_path: Path, text: str, said: str) -> None:
    """With its name and what is the matter."""
    file = tmp_path / "some.har"
    file.write_text(text)
    with pytest.raises(BadArchive, match=said) as refused:
        load(file)
    assert str(file) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """Nothing there, a folder, no text, or an archive of something else."""
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\xfa")
    for path in (tmp_path / "none", tmp_path, tmp_path / "bytes"):
        with pytest.raises(BadArchive, match="cannot be read"):
            load(path)
    with pytest.raises(BadArchive, match="no request to a gateway"):
        read(entry("GET", "https://page.example/"))


def test_a_file_is_read_as_its_text(tmp_path: Path) -> None:
    """By its name too, with the mark that some programs put first."""
    file = tmp_path / "a.har"
    file.write_text("\ufeff" + json.dumps(dump(conforming())), "utf-8")
    assert load(file) == load(str(file)) == load(file.read_text("utf-8"))
