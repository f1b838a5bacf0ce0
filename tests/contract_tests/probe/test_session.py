"""A session sends what it is told, with the right key, and asks the purse for what may cost."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from rude_server import RudeServer

from zimage_contract.probe.line import Line
from zimage_contract.probe.purse import Purse
from zimage_contract.probe.recorder import Recorder
from zimage_contract.probe.session import Session, written
from zimage_contract.probe.settings import ProbeSettings
from zimage_contract.verdict import Spend
from zimage_schemas import KEY_HEADER, LIVE_ORIGIN, MODELS

BASE = MODELS["base"]
KEY, FAILING = "the-good-key", "the-failing-key"
BODY = {"prompt": "A hen", "image_size": "square_1_1", "num_images": 2}
ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{}"
REFUSED = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture
def opened(rude: Callable[..., RudeServer], recorder: Recorder) -> Iterator[Callable[..., Session]]:
    """Open a session with a gateway that always gives one answer."""
    lines: list[Line] = []

    def open_to(answer: bytes, budget: str | None = None) -> Session:
        server = rude(lambda connection, _request: connection.sendall(answer))
        lines.append(Line(recorder, 0.1))
        settings = ProbeSettings(origin=f"{server.url}/behind", key=KEY, keys={"job-failed": FAILING})
        return Session(settings, recorder, lines[0], Purse(None if budget is None else Decimal(budget)))

    yield open_to
    for line in lines:
        line.close()


def test_a_submit_has_the_documented_headers(opened: Callable[..., Session]) -> None:
    """It goes below the target's own path, and is JSON in UTF-8."""
    sent = opened(ACCEPTED).submit(BASE, BODY | {"prompt": "une poule \ud83e é"}, intent="a hen")

    assert sent is not None
    assert sent.path == f"/behind{BASE.submit_path}"
    assert (sent.kind, sent.model, sent.key, sent.intent) == ("submit", BASE, KEY, "a hen")
    assert (sent.header("Content-Type"), sent.header("Cache-Control")) == ("application/json", "no-cache")
    assert "é".encode() in sent.body
    assert sent.sent["prompt"] == "une poule \ud83e é"


def test_headers_take_the_place_of_the_usual_ones(opened: Callable[..., Session]) -> None:
    """In whatever case they are written."""
    sent = opened(ACCEPTED).submit(BASE, b"<a/>", headers=(("content-TYPE", "text/xml"), ("X-More", "1")))

    assert sent is not None
    assert [value for name, value in sent.headers if name.lower() == "content-type"] == ["text/xml"]
    assert (sent.header("X-More"), sent.body) == ("1", b"<a/>")


@pytest.mark.parametrize(("key", "shown"), [(..., KEY), (None, None), ("", ""), ("other", "other")])
def test_polls_carry_the_key_that_is_asked_for(
    opened: Callable[..., Session], key: str | None, shown: str | None
) -> None:
    """By default the good one; None sends no header, and "" an empty one."""
    found = opened(REFUSED).poll("strange/id é", key=key)

    assert found.header(KEY_HEADER) == shown
    assert (found.kind, found.asked_id) == ("status", "strange/id é")


@pytest.mark.parametrize("key", [..., FAILING])
def test_what_costs_goes_through_the_purse(opened: Callable[..., Session], key: str) -> None:
    """With the good key, and with those of situations."""
    session = opened(ACCEPTED, "0.05")

    sent = [session.submit(BASE, BODY, key=key) for _ in range(3)]

    assert [each is not None for each in sent] == [True, True, False]
    assert session.purse.spend == Spend(2, Decimal("0.04"))


def test_refusals_cost_nothing(opened: Callable[..., Session]) -> None:
    """What was reserved is free again."""
    session = opened(REFUSED, "0.02")

    assert all(session.submit(BASE, BODY) is not None for _ in range(5))
    assert session.purse.spend == Spend()


@pytest.mark.parametrize("key", [None, "", "made-up"])
def test_keys_that_are_nobody_s_cost_nothing(opened: Callable[..., Session], key: str | None) -> None:
    """Even an acceptance is not charged to us."""
    session = opened(ACCEPTED, "0")

    assert session.submit(BASE, BODY, key=key) is not None
    assert session.purse.spend == Spend()


def test_a_good_key_in_another_header_may_cost(opened: Callable[..., Session]) -> None:
    """That such a header is no key is only known by observation."""
    session = opened(ACCEPTED, "0")

    assert session.submit(BASE, BODY, key=None, headers=(("Authorization", f"Bearer {KEY}"),)) is None


def test_money_for_an_answer_that_got_lost_stays_aside(opened: Callable[..., Session]) -> None:
    """It may have been an acceptance: the next submit must not rely on it."""
    session = opened(b"HTTP/1.1 202 Accep", "0.03")
    lost = session.submit(BASE, BODY)

    assert lost is not None
    assert lost.broken
    assert session.submit(BASE, BODY) is None
    assert session.purse.spend == Spend(unclear_usd=Decimal("0.02"))


@pytest.mark.parametrize(
    ("url", "goes"),
    [
        ("{origin}/elsewhere", True),
        ("http://127.0.0.1:1/behind", False),
        ("https://example.invalid/", False),
        ("not a URL", False),
        ("http://[::1", False),
        (None, False),
        (7, False),
    ],
)
def test_a_polling_url_gets_the_key_at_the_target_only(
    opened: Callable[..., Session], url: object, *, goes: bool
) -> None:
    """A gateway may name any host."""
    session = opened(REFUSED)
    origin = session.settings.origin

    found = session.follow(url.format(origin=origin) if isinstance(url, str) else url)

    assert (found is not None) is goes
    assert len(session.recorder) == goes


def test_the_live_gateway_may_be_named_by_what_stands_before_it(
    opened: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy passes its URLs on; the key is the live gateway's."""
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    found = opened(REFUSED).follow(f"{LIVE_ORIGIN}/v2/requests/status/x")

    assert found is not None
    assert found.broken.startswith("no connection")


def test_downloads_have_no_key(opened: Callable[..., Session]) -> None:
    """Media are public, and on another host."""
    session = opened(REFUSED)

    found = session.download(f"{session.settings.origin}/v1/a/output.png", "a picture")

    assert (found.kind, found.key) == ("media", None)


def test_json_is_written_with_what_utf_8_cannot_hold_escaped() -> None:
    """Half a surrogate pair has no bytes of its own."""
    assert written({"é": "\ud800\0"}) == '{"é": "\\ud800\\u0000"}'.encode()


def test_a_gateway_that_has_ended_is_left_alone(opened: Callable[..., Session]) -> None:
    """After many requests in a row without an answer, and some seconds; an answer makes up for all."""
    session = opened(b"")
    session.line.close()
    for _ in range(20):
        session.poll("a-job")
    assert not session.is_silent
    session.heard -= 10
    assert session.is_silent
    assert session.submit(BASE, BODY) is None


def test_a_servers_error_may_have_been_an_acceptance(opened: Callable[..., Session]) -> None:
    """Its money stays aside, also of one that should have been refused; nothing is paid for beyond that."""
    session = opened(b"HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\n{}", budget="0.02")

    sent = [session.submit(BASE, {"prompt": "A hen"}, free=True) for _ in range(5)]

    assert sum(each is not None for each in sent) == 2
    assert session.purse.spend == Spend(0, Decimal(0), Decimal("0.02"))
