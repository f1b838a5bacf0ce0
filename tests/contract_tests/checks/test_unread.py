"""Test that a body which is no JSON for an outward reason has that reason told."""

import codecs
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from traffic import BAD, LEAST, Answer, poll, submit, transcript

from zimage_contract.checks import CHECKS
from zimage_contract.checks.unread import unread
from zimage_contract.exchange import Exchange, Headers

_TEXT = json.dumps({"request_id": "é", "error": "é", "message": "é"}, ensure_ascii=False)
_LATIN: Headers = (("content-type", 'application/json; charset="ISO-8859-1"'),)
_GZIP: Headers = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
_CAUSES = [
    (gzip.compress(_TEXT.encode(), mtime=0), _GZIP, "a compressed body, Content-Encoding gzip"),
    (gzip.compress(_TEXT.encode(), mtime=0), (), "a compressed body, Content-Encoding missing"),
    (b"\x0b\x02\x80\xff\x03", (("content-encoding", "br"),), "a compressed body, Content-Encoding br"),
    (codecs.BOM_UTF8 + _TEXT.encode(), (), "JSON behind a byte order mark (BOM)"),
    (_TEXT.encode("latin-1"), _LATIN, "JSON in ISO-8859-1, not in UTF-8"),
    (_TEXT.encode("utf-16"), (("Content-Type", "a/b;charset=utf-16"),), "JSON in utf-16, not in UTF-8"),
    (b"[1]", (("Content-Type", "application/json; charset=utf-8"),), "b'[1]'"),
    (b"<html>", _GZIP, "b'<html>'"),
    (b"<html>", _LATIN, "b'<html>'"),
    (b"\xe9", (("Content-Type", "a/b; charset=utf-99"),), "b'\\xe9'"),
    (b"", (), "b''"),
]


@pytest.mark.parametrize(("body", "headers", "said"), _CAUSES)
def test_the_cause_is_told(body: bytes, headers: Headers, said: str) -> None:
    """Compression, a mark, a charset; of all others the beginning is shown."""
    assert unread(body, headers) == said


def actual(check: str, exchange: Exchange) -> str:
    """Return what a check has found in an exchange."""
    (judge,) = (each.judge for each in CHECKS if each.id == check)
    (found,) = judge(transcript(exchange))
    return found.actual


@pytest.mark.parametrize(("body", "headers", "said"), [each for each in _CAUSES if each[0] != b"[1]"])
def test_the_findings_tell_it(body: bytes, headers: Headers, said: str) -> None:
    """Those of accepted submits, of polls and of refusals; a refusal in JSON that is no object is shown."""
    assert actual("submit.json", submit(LEAST, Answer(202, body, headers))) == said
    assert actual("status.json", poll("z-image-base_1", Answer(200, body, headers))) == said
    assert actual("queue-error.type", submit({}, Answer(400, body, headers))) == said
    assert actual("management-error.type", submit({}, Answer(401, body, headers), key=None)) == said
    assert actual("queue-error.type", submit({}, Answer(400, None))) == "null"
    assert actual("queue-error.type", submit({}, BAD)) == ""


@given(st.binary(max_size=50), st.text(st.characters(codec="latin-1"), max_size=30))
def test_no_header_upsets_it(body: bytes, value: str) -> None:
    """Whatever charset or coding it names."""
    assert unread(body, (("Content-Type", f"a/b; charset={value}"), ("Content-Encoding", value)))
