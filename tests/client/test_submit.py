"""Submitting: once, and again only where it cannot cost twice."""

import json
import socket
import threading

import pytest
from client_support import (
    BROKEN,
    JOB,
    KEY,
    LIMITED,
    REQUEST,
    Gateway,
    Handler,
    RawServer,
    accepted,
    management,
    page,
    queue,
    said,
    text,
)
from werkzeug import Request, Response

from zimage_client import (
    BaseRequest,
    Client,
    Forbidden,
    InsufficientBalance,
    InvalidRequest,
    ModelNotFound,
    ProtocolError,
    RateLimited,
    ServerError,
    Settings,
    Submitting,
    Timeouts,
    TransportError,
    TurboRequest,
    Unauthorized,
    ZImageError,
)
from zimage_client.testing import ManualClock, StubTransport, json_answer
from zimage_schemas import KEY_HEADER, LIVE_ORIGIN, MODELS

OPTED_IN = Settings(submitting=Submitting(resubmit=True))


def test_a_submit_says_what_the_documentation_asks_for(gateway: Gateway) -> None:
    """Path, key, content type, cache control and every field arrive."""
    job = gateway.client.submit(REQUEST)
    (sent,) = gateway.seen["submit"]
    assert sent.path == MODELS["turbo"].submit_path
    assert sent.headers[KEY_HEADER] == KEY
    assert sent.headers["Content-Type"] == "application/json"
    assert sent.headers["Cache-Control"] == "no-cache"
    assert sent.headers["User-Agent"].startswith("zimage-client/")
    assert json.loads(sent.data) == REQUEST.body()
    assert (job.request_id, job.model) == (JOB, MODELS["turbo"])
    assert job.polling_url == f"{gateway.url}/v2/requests/status/{JOB}"


def test_each_model_has_its_own_path(gateway: Gateway) -> None:
    """Turbo's operation lacks the number of its slug, so no path is guessed from another."""
    gateway.client.submit(BaseRequest(prompt="x", image_size="square_1_1"))
    assert gateway.seen["submit"][0].path == "/z-image-base/v1/z-image-base-request"


@pytest.mark.parametrize("status", [200, 201, 202])
def test_any_success_accepts_the_job(gateway: Gateway, status: int) -> None:
    """202 is documented, 200 was seen."""
    gateway.script(submit=[said(status, {"request_id": JOB, "status": "QUEUED"})])
    assert gateway.client.submit(REQUEST).request_id == JOB
    assert gateway.counts() == (1, 0, 0)


REFUSALS: list[tuple[str, Handler, type[ZImageError], str]] = [
    ("400 queue", queue(400, "Bad Request", "prompt is required"), InvalidRequest, "prompt is required"),
    ("400 management", management(400, "No."), InvalidRequest, "No."),
    ("400 model", queue(400, "Model not found", "Model 'x' is disabled"), ModelNotFound, "is disabled"),
    ("401", management(401, "Access denied due to invalid key."), Unauthorized, "Access denied"),
    ("401 page", page(401, "<h1>Who are you?</h1>"), Unauthorized, "Who are you?"),
    ("402", queue(402, "Insufficient Balance", "Not enough. Required: $0.01"), InsufficientBalance, "$0.01"),
    ("402 text", text(402, "pay first"), InsufficientBalance, "pay first"),
    ("403", management(403, "Out of call volume quota."), Forbidden, "quota"),
    ("403 page", page(403), Forbidden, "Just a moment..."),
    ("403 empty", text(403, ""), Forbidden, "Forbidden"),
    ("404", management(404, "Resource not found"), ModelNotFound, "Resource not found"),
    ("413", queue(413, "Too Large", "1 MiB at most"), InvalidRequest, "1 MiB"),
    ("418", text(418, "short\nand\x1b[31mstout"), ProtocolError, "short and�[31mstout"),
]


@pytest.mark.parametrize(
    ("answer", "kind", "words"), [row[1:] for row in REFUSALS], ids=[r[0] for r in REFUSALS]
)
def test_a_refusal_is_one_error_in_every_dialect(
    gateway: Gateway, answer: Handler, kind: type[ZImageError], words: str
) -> None:
    """It has the status and the layer's own sentence, costs nothing, and is not repeated."""
    gateway.script(submit=[answer])
    with pytest.raises(kind) as caught:
        gateway.client.submit(REQUEST)
    error = caught.value
    assert type(error) is kind
    assert words in error.message
    assert error.answer is not None
    assert error.status == error.answer.status
    assert not error.uncertain
    assert gateway.counts() == (1, 0, 0)


@pytest.mark.parametrize(
    "answer",
    [BROKEN, page(502), page(503), text(500, "Error processing request"), text(504, ""), text(408, "slow")],
)
def test_a_server_error_is_uncertain_and_not_repeated(gateway: Gateway, answer: Handler) -> None:
    """The job may have been accepted, so another submit might cost twice."""
    gateway.script(submit=[answer, accepted])
    with pytest.raises(ServerError, match="may have been accepted") as caught:
        gateway.client.submit(REQUEST)
    assert caught.value.uncertain
    assert gateway.counts() == (1, 0, 0)


@pytest.mark.parametrize("answer", [BROKEN, page(503)])
def test_who_opts_in_has_it_repeated(gateway: Gateway, answer: Handler) -> None:
    """After back-off, so many times as the settings say."""
    client = gateway.client_with(OPTED_IN)
    gateway.script(submit=[answer, answer, accepted])
    assert client.submit(REQUEST).request_id == JOB
    assert gateway.clock.sleeps == [1, 2]
    gateway.script(submit=[answer])
    with pytest.raises(ServerError):
        client.submit(REQUEST)
    assert gateway.counts() == (6, 0, 0)


@pytest.mark.parametrize(
    "body", ["{}", '{"request_id": 7, "status": "QUEUED"}', "[]", "QUEUED", '{"request_id":', ""]
)
def test_an_unreadable_acceptance_is_uncertain(gateway: Gateway, body: str) -> None:
    """A job may be paid for whose id is not known; it is said, and nothing repeated."""
    gateway.script(submit=[text(202, body)])
    with pytest.raises(ProtocolError) as caught:
        gateway.client_with(OPTED_IN).submit(REQUEST)
    assert caught.value.uncertain
    assert gateway.counts() == (1, 0, 0)


def test_a_redirect_is_not_followed_with_the_key(gateway: Gateway) -> None:
    """The key goes nowhere but to the gateway, so a redirect of it is an error."""
    gateway.script(submit=[lambda _: _redirect(f"{gateway.url}/v1/elsewhere")])
    with pytest.raises(ProtocolError):
        gateway.client.submit(REQUEST)
    assert gateway.counts() == (1, 0, 0)


def _redirect(url: str) -> Response:
    return Response("", 307, {"Location": url})


def test_429_is_repeated_after_retry_after(gateway: Gateway) -> None:
    """It waits as long as it is told, no shorter, and submits once more."""
    gateway.script(submit=[LIMITED, LIMITED, accepted])
    assert gateway.client.submit(REQUEST).request_id == JOB
    assert gateway.clock.sleeps == [7, 7]
    assert gateway.counts() == (3, 0, 0)


def test_429_without_retry_after_backs_off(gateway: Gateway) -> None:
    """The pauses double."""
    gateway.script(submit=[management(429, "Slow down."), management(429, "Slow down."), accepted])
    gateway.client.submit(REQUEST)
    assert gateway.clock.sleeps == [1, 2]


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "Mon, 23 Nov 2020 10:00:09 GMT"}, 1.0),
        ({"Retry-After": "0"}, 1.0),
        ({"Retry-After": "soon"}, 1.0),
        ({"Retry-After": "-5"}, 1.0),
    ],
)
def test_retry_after_is_read_tolerantly(gateway: Gateway, headers: dict[str, str], wait: float) -> None:
    """Seconds and dates are understood; anything else is as if it were not there."""
    gateway.script(submit=[management(429, "Slow down.", headers), accepted])
    gateway.client.submit(REQUEST)
    assert gateway.clock.sleeps == [wait]


def test_a_date_to_wait_for_is_by_the_servers_clock() -> None:
    """A wrong clock on this machine makes no wait longer or shorter."""
    dates = {"retry-after": "Mon, 23 Nov 2020 10:00:09 GMT", "date": "Mon, 23 Nov 2020 10:00:00 GMT"}
    answers = iter([json_answer(429, {}, dates), json_answer(202, {"request_id": JOB, "status": "QUEUED"})])
    clock = ManualClock()
    Client(KEY, transport=StubTransport(lambda _: next(answers)), clock=clock).submit(REQUEST)
    assert clock.sleeps == [9]


def test_a_limit_beyond_all_patience_is_the_callers_business(gateway: Gateway) -> None:
    """Nobody waits a day without being asked; the error says how long it would be."""
    gateway.script(submit=[management(429, "Tomorrow.", {"Retry-After": "86400"})])
    with pytest.raises(RateLimited) as caught:
        gateway.client.submit(REQUEST)
    assert caught.value.retry_after == 86400
    assert gateway.clock.sleeps == []
    assert gateway.counts() == (1, 0, 0)


def test_no_connection_is_tried_again() -> None:
    """What never left cannot cost twice; after three attempts the host is named."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    clock = ManualClock()
    with (
        Client(KEY, f"http://127.0.0.1:{port}", clock=clock) as client,
        pytest.raises(TransportError) as caught,
    ):
        client.submit(REQUEST)
    assert clock.sleeps == [1, 2]
    assert not caught.value.sent
    assert not caught.value.uncertain
    assert f"127.0.0.1:{port} cannot be reached" in str(caught.value)


def test_a_reset_after_sending_is_uncertain_and_not_repeated() -> None:
    """From outside nobody can tell whether the job was made."""
    with RawServer(None, None) as server, Client(KEY, server.url, clock=ManualClock()) as client:
        with pytest.raises(TransportError, match="broke off") as caught:
            client.submit(REQUEST)
        assert caught.value.uncertain
        assert server.connections == 1


def test_silence_after_sending_is_uncertain_and_not_repeated(gateway: Gateway) -> None:
    """A time-out on reading is no reason to pay again."""
    release = threading.Event()

    def silent(request: Request) -> Response:
        release.wait(20)
        return accepted(request)

    gateway.script(submit=[silent, accepted])
    client = gateway.client_with(Settings(timeouts=Timeouts(connect=2, read=0.1)))
    with pytest.raises(TransportError, match="did not answer in time") as caught:
        client.submit(REQUEST)
    release.set()
    assert caught.value.uncertain
    assert gateway.counts() == (1, 0, 0)


@pytest.mark.parametrize(
    "answer",
    [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 202 OK\r\nContent-Length: 99\r\n\r\n{", b"HTTP/1.1 x\r\n\r\n"],
)
def test_an_answer_that_is_none_is_uncertain(answer: bytes) -> None:
    """Nothing of `requests` or urllib3 escapes, whatever comes over the wire."""
    with RawServer(answer) as server, Client(KEY, server.url, clock=ManualClock()) as client:
        with pytest.raises((TransportError, ProtocolError)) as caught:
            client.submit(REQUEST)
        assert caught.value.uncertain


def test_every_problem_is_found_before_sending(gateway: Gateway) -> None:
    """One error lists them all, and nothing is sent."""
    request = TurboRequest(prompt="", image_size="huge", num_images=9)  # type: ignore[arg-type]
    with pytest.raises(InvalidRequest) as caught:
        gateway.client.submit(request)
    assert {each.pointer for each in caught.value.problems} == {"/prompt", "/image_size", "/num_images"}
    assert all(each.message in str(caught.value) for each in caught.value.problems)
    assert gateway.counts() == (0, 0, 0)


def test_the_check_can_be_switched_off(gateway: Gateway) -> None:
    """Then the gateway judges."""
    client = gateway.client_with(Settings(validate=False))
    client.submit(TurboRequest(prompt="", image_size="square_1_1"))
    assert gateway.counts() == (1, 0, 0)


@pytest.mark.parametrize("key", ["", "  ", "two\nlines", "schlüssel"])
def test_a_key_that_cannot_be_one_is_refused_at_once(key: str) -> None:
    """The error says what is wrong without showing it."""
    with pytest.raises(Unauthorized) as caught:
        Client(key)
    assert not key.strip() or key not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["gateway", "ftp://x", "http://", "http://a:b@c", "http://x:99999", "http://x/?y"]
)
def test_a_base_url_that_cannot_be_one_is_refused_at_once(url: str) -> None:
    """A typo there must not send the key somewhere."""
    with pytest.raises(ValueError, match="base_url"):
        Client(KEY, url)


def test_key_and_gateway_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Arguments win; without any of it, it is the live gateway."""
    monkeypatch.setenv("PIXAZO_API_KEY", f" {KEY}\n")
    assert Client().base_url == LIVE_ORIGIN
    monkeypatch.setenv("PIXAZO_GATEWAY_URL", "http://127.0.0.1:1/")
    assert Client().base_url == "http://127.0.0.1:1"
    assert Client(base_url="http://127.0.0.1:2").base_url == "http://127.0.0.1:2"
