"""Bodies that are no JSON object, or a treacherous one: 400, the same every time, nothing stored."""

import gzip
import json

import pytest
from mock_support import BODY, REQUEST, TURBO, Client

DEEPEST = 32


def field(value: str, name: str = "extra") -> bytes:
    """Write a valid request with one more field, whose value is any text."""
    return BODY[:-1] + f', "{name}": {value}}}'.encode()


def nested(depth: int, brackets: str = "[]") -> bytes:
    """Write a valid request that is `depth` levels deep, the outermost object being the first."""
    opening, closing = ("[", "]") if brackets == "[]" else ('{"a":', "}")
    inner = opening * (depth - 1) + ("" if brackets == "[]" else "1") + closing * (depth - 1)
    return field(inner)


MALFORMED = {
    "nothing": b"",
    "spaces": b" \n",
    "half": BODY[:-1],
    "two": BODY + BODY,
    "a tail": BODY + b"x",
    "a comma too many": BODY[:-1] + b",}",
    "single quotes": BODY.replace(b'"', b"'"),
    "a comment": b"/* */" + BODY,
    "form data": b"prompt=x&image_size=square_1_1",
    "a raw newline": b'{"prompt": "a\nb", "image_size": "square_1_1"}',
    "a raw NUL": b'{"prompt": "a\0b", "image_size": "square_1_1"}',
    "NUL around": b"\0" + BODY,
    "a bad escape": field('"\\x41"'),
    "half an escape": field('"\\u12"'),
    "no-break space": b"\xc2\xa0" + BODY,
    "vertical tab": b"\x0b" + BODY,
    "plus": field("+1"),
    "leading zero": field("01"),
    "hexadecimal": field("0x1"),
    "a bare point": field("1."),
    "underscores": field("1_000"),
    "other digits": field("\N{ARABIC-INDIC DIGIT ONE}"),
    "True": field("True"),
    "undefined": field("undefined"),
    "NaN": field("NaN"),
    "Infinity": field("Infinity"),
    "-Infinity": field("-Infinity"),
    "gzip": gzip.compress(BODY, mtime=0),
    "UTF-16": BODY.decode().encode("utf-16"),
    "UTF-16 without a mark": BODY.decode().encode("utf-16-le"),
    "UTF-32": BODY.decode().encode("utf-32-be"),
    "Latin-1": json.dumps({**REQUEST, "prompt": "é"}, ensure_ascii=False).encode("latin-1"),
    "a byte order mark": b"\xef\xbb\xbf" + BODY,
    "an overlong slash": field('"\xc0\xaf"').decode().encode("latin-1"),
    "a surrogate in UTF-8": BODY[:-1] + b', "extra": "\xed\xa0\x80"}',
    "beyond Unicode": BODY[:-1] + b', "extra": "\xf4\x90\x80\x80"}',
}
TREACHEROUS = {
    "a duplicate key": (field('"y"', "prompt"), "prompt"),
    "a duplicate key, escaped": (field('"y"', "\\u0070rompt"), "prompt"),
    "a duplicate key below": (field('{"a": 1, "a": 1}'), '"a"'),
    "a lone surrogate": (field('"\\ud800"'), "surrogate"),
    "a lone low surrogate": (field('"\\udc00\\ud83d"'), "surrogate"),
    "a lone surrogate as a name": (field("1", "\\ud800"), "surrogate"),
    "a lone surrogate below": (field('[{"a": ["\\udfff"]}]'), "surrogate"),
    "an escaped NUL": (field('"\\u0000"'), "NUL"),
    "an escaped NUL in a name": (field("1", "a\\u0000"), "NUL"),
    "an escaped NUL in the prompt": (BODY.replace(b"A red", b"A\\u0000red"), "NUL"),
    "2^63": (field(str(2**63)), "number"),
    "2^70": (field(str(2**70)), "number"),
    "-2^63 - 1": (field(str(-(2**63) - 1)), "number"),
    "2^70 in a known field": (field(str(2**70), "num_images"), "number"),
    "1e400": (field("1e400"), "number"),
    "-1e400": (field("-1e400"), "number"),
    "1e400 in a known field": (field("1e400", "num_images"), "number"),
    "1e19": (field("1e19"), "number"),
    "5,000 digits": (field("9" * 5000), "number"),
    "500,000 digits": (field("9" * 500_000), "number"),
    "5,000 digits and a point": (field("9" * 5000 + ".5"), "number"),
    "a large exponent": (field("1e999999999999999999999"), "number"),
    "33 arrays": (nested(DEEPEST + 1), "nested"),
    "33 objects": (nested(DEEPEST + 1, "{}"), "nested"),
    "200,000 arrays": (b"[" * 200_000, "nested"),
    "200,000 objects": (b'{"a":' * 200_000, "nested"),
    "200,000 closed arrays": (b"[" * 200_000 + b"]" * 200_000, "nested"),
    "200,000 arrays in a request": (nested(200_000), "nested"),
    "brackets after an odd quote": (b'{"' + b"[" * 200_000, "nested"),
    "backslashes": (b'{"' + b"\\" * 500_001 + b'"' + b"[" * 100, "nested"),
}
NO_OBJECTS = {
    "[]": "an array",
    '[{"prompt": "x"}]': "an array",
    "null": "null",
    "true": "a boolean",
    "false": "a boolean",
    "0": "a number",
    "-1.5e3": "a number",
    '""': "a string",
    '"\\ud800"': "a string",
}


def refused(client: Client, body: bytes) -> str:
    """Send the body twice, see that it is refused in the same words, and return them."""
    first, second = client.post(body), client.post(body)
    assert first.status == second.status == 400
    assert first.dialect() == "queue"
    assert first.body == second.body
    said = first.json()
    assert said["error"] == "Bad Request"
    assert len(said["message"]) < 300
    return str(said["message"])


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_malformed(nothing_stored: Client, body: bytes) -> None:
    """What is no JSON in UTF-8 is refused with what is wrong and where."""
    assert refused(nothing_stored, body).startswith(("The body is not valid ", "The body begins with "))


@pytest.mark.parametrize(("body", "word"), TREACHEROUS.values(), ids=TREACHEROUS)
def test_treacherous(nothing_stored: Client, body: bytes, word: str) -> None:
    """JSON that programs read in different ways, or break on, is refused by name."""
    assert word in refused(nothing_stored, body)


@pytest.mark.parametrize(("body", "kind"), NO_OBJECTS.items())
def test_no_object(nothing_stored: Client, body: str, kind: str) -> None:
    """JSON that is no object is refused for that."""
    assert refused(nothing_stored, body.encode()) == f"The body must be a JSON object, not {kind}."


@pytest.mark.parametrize("brackets", ["[]", "{}"])
def test_as_deep_as_can_be(client: Client, brackets: str) -> None:
    """32 levels are accepted, and brackets in texts are no levels."""
    assert client.post(nested(DEEPEST, brackets)).status == 202
    assert client.post(field('"' + "[{" * 1000 + '\\""')).status == 202
    assert client.post(field("[" + "[]," * 1000 + "[]]")).status == 202


@pytest.mark.parametrize("number", [str(2**63 - 1), str(-(2**63)), "1e18", "0." + "3" * 5000, "1e-400", "-0"])
def test_numbers_that_fit(client: Client, number: str) -> None:
    """Numbers within 64 bits are accepted, however many digits they have behind the point."""
    assert client.post(field(number)).status == 202


@pytest.mark.parametrize(
    "kind",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
        "application/json, application/json",
        "application/jsonp",
        "application/ld+json",
        "json",
        "*/*",
        ";",
        "application/json; charset=utf-8; charset=latin-1",
        "x" * 20_000,
    ],
    ids=lambda kind: str(kind)[:30],
)
def test_other_content_types(nothing_stored: Client, kind: str | None) -> None:
    """Nothing but JSON in UTF-8 is read, and a missing type is not guessed."""
    answer = nothing_stored.post(BODY, {} if kind is None else {"Content-Type": kind})
    assert answer.status == 400
    assert answer.json() == {"error": "Bad Request", "message": "Content-Type must be application/json."}


def test_many_names(client: Client) -> None:
    """A hundred thousand names are looked through without delay, and the one that comes twice is found."""
    names = ",".join(f'"n{number}":1' for number in range(90_000))
    assert client.post(BODY[:-1] + f",{names}}}".encode()).status == 202
    message = refused(client, BODY[:-1] + f',{names},"n7":1}}'.encode())
    assert '"n7"' in message


def test_long_values_are_not_repeated(nothing_stored: Client) -> None:
    """An error names the field and the beginning of a long value."""
    long = {**REQUEST, "image_size": "x" * 900_000}
    assert "image_size must be one of" in refused(nothing_stored, json.dumps(long).encode())


def test_markup_is_repeated_as_text(nothing_stored: Client) -> None:
    """What a value says comes back as JSON, whatever a browser would make of it."""
    answer = nothing_stored.submit({**REQUEST, "image_size": "<script>\u2028\u202e\x1b[31m\r\n"})
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.body.isascii()
    assert answer.json()["message"].isprintable()


def test_database_words_are_text(client: Client) -> None:
    """A prompt is never read as anything but a prompt."""
    for prompt in ("'; DROP TABLE jobs; --", "%s %(x)s {0} {x}", "${jndi:ldap://x}", "{{7*7}}", "../../etc"):
        assert client.job({**REQUEST, "prompt": prompt})["status"] == "COMPLETED"
    assert client.ask("POST", TURBO.submit_path).status == 401
