"""No whole key in anything that is shown."""

import base64
import json
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgateway.domain.entry import Entry, Excerpt
from mockgateway.domain.redaction import Redactor
from zimage_schemas import KEY_HEADER

# No letters of the texts around it, so that only the key can make a match.
SECRETS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6, max_size=40)
SPELLINGS = {
    "plain": lambda key: key,
    "percent": lambda key: quote(key, safe=""),
    "lower-case percent": lambda key: "".join(f"%{ord(each):02x}" for each in key),
    "percent twice": lambda key: quote(quote(key, safe=""), safe=""),
    "form": quote_plus,
    "json": lambda key: json.dumps(key)[1:-1],
    "json in json": lambda key: json.dumps(json.dumps(key)[1:-1])[1:-1],
    "json with slashes": lambda key: json.dumps(key)[1:-1].replace("/", "\\/"),
    "json by numbers": lambda key: "".join(f"\\u{ord(each):04X}" for each in key),
    "base64": lambda key: base64.b64encode(f"u:{key}".encode()).decode(),
    "url-safe base64": lambda key: base64.urlsafe_b64encode(f"user:{key}:".encode()).decode(),
}
KEY = 'Canary/key+"0001"'


def entry(**known: Any) -> Entry:
    """Make an entry of which only what matters is said."""
    usual: dict[str, Any] = {
        "account": "a",
        "kind": "other",
        "real": 0,
        "told": 0,
        "method": "GET",
        "path": "/",
        "headers": [],
        "status": 200,
        "answer_headers": [],
    }
    return Entry(**usual | known)


@pytest.mark.parametrize("spelling", SPELLINGS)
@given(key=SECRETS)
def test_a_key_is_found_however_it_is_spelt(spelling: str, key: str) -> None:
    """The spelling is gone, and what stands around it is not."""
    spelt = SPELLINGS[spelling](key)
    shown = Redactor([key]).text(f"é {spelt} é")
    assert spelt not in shown
    assert (shown[:2], shown[-2:]) == ("é ", " é")


@given(st.text(), SECRETS)
def test_a_text_without_the_key_stays(text: str, key: str) -> None:
    """Nothing is taken for a key that is none."""
    if Redactor([key]).text(text) != text:
        assert {"%", "\\"} & set(text) or key in text


def test_words_are_no_keys() -> None:
    """A key of fewer than 6 characters would take half of every text with it."""
    assert Redactor(["GET"]).text("GET /") == "GET /"


def test_backslashes_do_not_keep_it_busy() -> None:
    """A key of backslashes against a text of them is no harder than another."""
    assert Redactor(["\\" * 100 + "x"]).text("\\" * 10_000 + "y") == "\\" * 10_000 + "y"


def test_exchanges_teach_their_keys() -> None:
    """By the names of headers and parameters, with what an Authorization header holds."""
    headers = [
        (KEY_HEADER, "first-key"),
        ("x-api-key", "second-key, third-key"),
        ("authorization", f"Basic {base64.b64encode(b'user:fourth-key').decode()}"),
        ("Proxy-Authorization", "Bearer fifth-key"),
    ]
    redactor = Redactor.of([entry(headers=headers, query="a=b&subscription-key=sixth-key")])
    for number in ("first", "second", "third", "fourth", "fifth", "sixth"):
        assert f"{number}-key" not in redactor.text(f"x {number}-key x")
    assert redactor.knowing(entry(headers=headers)) is redactor


def test_an_exchange_is_shown_with_what_it_teaches() -> None:
    """Even where more keys than a redactor learns have gone by."""
    many = [entry(headers=[(KEY_HEADER, f"key-number-{number}")]) for number in range(200)]
    redactor = Redactor.of(many)
    assert redactor.text("key-number-0") == "key-number-0"
    assert redactor.knowing(many[0]).text("key-number-0") != "key-number-0"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        (KEY_HEADER, "0123456789abcdefghij", "0123…ij"),
        ("Authorization", "Bearer 0123456789abcdefghij", "Bearer 0123…ij"),
        ("authorization", "0123456789abcdefghij", "0123…ij"),
        ("cookie", "session=0123456789", "sess…89"),
        ("accept", "image/png", "image/png"),
    ],
)
def test_a_header_that_is_secret_by_its_name_is_shortened(name: str, value: str, shown: str) -> None:
    """Without anybody knowing its value; the others stay."""
    assert Redactor([]).header(name, value) == shown


def test_bodies_that_are_no_text_are_searched_too() -> None:
    """What stands around the key stays as it was."""
    shown = Redactor([KEY]).content(b"\xff" + KEY.encode() + b"\xfe")
    assert KEY.encode() not in shown
    assert (shown[:1], shown[-1:]) == (b"\xff", b"\xfe")


def test_a_body_may_have_been_cut_within_a_key() -> None:
    """Then its beginning goes as well."""
    cut = Excerpt.of(b"sent: " + KEY.encode(), len(KEY) + 3)
    assert Redactor([KEY]).content(cut) == "sent: Cana…".encode() + KEY[-1:].encode()
