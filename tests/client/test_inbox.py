"""Callbacks: read tolerantly, believed only for jobs that are waited for."""

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from client_support import JOB, KEY, REQUEST

from zimage_client import Client, JobFailed, ProtocolError, WaitTimeout, WebhookInbox, parse_webhook
from zimage_client.testing import Answer, Call, ManualClock, StubGateway, StubTransport, json_answer
from zimage_schemas import WEBHOOK_HEADER, examples


def document(state: str = "COMPLETED", request_id: str = JOB, error: str | None = None) -> bytes:
    """Write a callback."""
    output = {"media_url": ["http://media.test/v1/x/output.png"], "media_type": "image/png"}
    said = {"request_id": request_id, "status": state, "error": error, "output": output}
    return json.dumps(said).encode()


def post(url: str, body: bytes, method: str = "POST", **headers: str) -> int:
    """Send a callback and return the status of the answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request(method, parts.path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.fixture
def inbox() -> Iterator[WebhookInbox]:
    """An inbox on this machine."""
    with WebhookInbox() as made:
        yield made


@pytest.mark.parametrize(
    "example", [each for each in examples() if each.document == "webhook-body"], ids=lambda e: e.name
)
def test_every_valid_example_is_read(example: object) -> None:
    """A callback is the same type as a poll's answer; invalid ones are read as far as they make sense."""
    instance = example.instance  # type: ignore[attr-defined]
    if example.breaks is None:  # type: ignore[attr-defined]
        status = parse_webhook(json.dumps(instance))
        assert (status.request_id, status.state) == (instance["request_id"], instance["status"])
        assert status.is_final


def test_times_are_read() -> None:
    """In UTC; what is none is None."""
    said = {
        "request_id": JOB,
        "status": "ERROR",
        "created_at": "2026-03-31T10:00:15.123Z",
        "completed_at": "soon",
    }
    status = parse_webhook(json.dumps(said | {"updated_at": "2026-03-31T10:00:15"}))
    assert status.created_at is not None
    assert status.created_at.isoformat() == "2026-03-31T10:00:15.123000+00:00"
    assert status.completed_at is None
    assert status.updated_at is not None
    assert status.updated_at.tzinfo is not None


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"\xff", b"{}", b'{"request_id": 1, "status": "x"}', b"[" * 99_999]
)
def test_what_is_no_callback_is_an_error(body: bytes, inbox: WebhookInbox) -> None:
    """Answered 400, so that it is sent again."""
    with pytest.raises(ProtocolError):
        parse_webhook(body)
    assert post(inbox.url, body) == 400


def test_one_job_is_waited_for(inbox: WebhookInbox) -> None:
    """Callbacks of others, unfinished ones and duplicates are answered and do not count."""
    mailbox = inbox.expect(JOB)
    for body in (
        document(request_id="other"),
        document("PROCESSING"),
        document("FAILED"),
        document(),
        document(),
    ):
        assert post(inbox.url, body) == 200
    assert mailbox.status is not None
    assert mailbox.status.state == "FAILED"


def test_a_callback_before_the_submits_answer_is_kept(inbox: WebhookInbox) -> None:
    """Its id is not known yet when it comes."""
    assert post(inbox.url, document()) == 200
    assert inbox.wait(JOB, timeout=5).state == "COMPLETED"


def test_early_callbacks_are_bounded(inbox: WebhookInbox) -> None:
    """Nobody fills the memory with jobs that nobody waits for."""
    for number in range(1100):
        inbox._desk.receive(document(request_id=str(number)))
    assert len(inbox._desk._early) == 1000


def test_silence_ends_the_wait(inbox: WebhookInbox) -> None:
    """With the request_id."""
    with pytest.raises(WaitTimeout, match=JOB):
        inbox.wait(JOB, timeout=0)


def test_the_url_is_a_secret(inbox: WebhookInbox) -> None:
    """Whoever does not know it is not heard; each inbox has another."""
    base = inbox.url.rpartition("/")[0]
    assert post(f"{base}/guess", document()) == 404
    assert post(f"{base}/", document()) == 404
    with pytest.raises(WaitTimeout):
        inbox.wait(JOB, timeout=0)
    with WebhookInbox() as other:
        assert other.url.rpartition("/")[2] != inbox.url.rpartition("/")[2]


def test_a_public_url_leads_to_the_port() -> None:
    """A tunnel may put a path before it."""
    with WebhookInbox("https://tunnel.example/hook/") as inbox:
        secret = inbox.url.removeprefix("https://tunnel.example/hook/")
        port = inbox._close.peek()[1].__self__.server_port  # type: ignore[index, union-attr]
        assert post(f"http://127.0.0.1:{port}/hook/{secret}", document()) == 200
        assert inbox.wait(JOB, timeout=5).state == "COMPLETED"


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {}, 501),
        ("POST", {"Content-Length": "9999999999999999999999999"}, 413),
        ("POST", {"Content-Length": "-1"}, 411),
        ("POST", {"Content-Length": "x"}, 411),
    ],
)
def test_misuse_is_answered(inbox: WebhookInbox, method: str, headers: dict[str, str], status: int) -> None:
    """And costs nothing."""
    assert post(inbox.url, b"", method, **headers) == status


def test_who_hangs_up_is_not_noticed(inbox: WebhookInbox, capfd: pytest.CaptureFixture[str]) -> None:
    """No traceback, and the next one is served."""
    parts = urlsplit(inbox.url)
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.sendall(f"POST {parts.path} HTTP/1.1\r\nContent-Length: 50\r\n\r\n{{".encode())
    assert post(inbox.url, document()) == 200
    assert capfd.readouterr() == ("", "")


def test_generate_takes_an_inbox(tmp_path: Path, inbox: WebhookInbox) -> None:
    """The callback ends the wait without a poll."""
    stub = StubGateway()

    def handler(call: Call) -> Answer:
        answer = stub(call)
        if call.method == "POST":
            post(call.headers[WEBHOOK_HEADER], document(request_id=answer.json()["request_id"]))
        return answer

    transport = StubTransport(handler)
    result = Client(KEY, transport=transport, clock=ManualClock()).generate(REQUEST, tmp_path, via=inbox)
    assert result.files[0].is_file()
    assert [call.url.split("/")[3] for call in transport.calls] == ["z-image-turbo-834", "v1"]


def test_a_callback_of_failure_is_an_error(tmp_path: Path, inbox: WebhookInbox) -> None:
    """As a poll's would be."""
    stub = StubGateway()

    def handler(call: Call) -> Answer:
        answer = stub(call)
        post(call.headers[WEBHOOK_HEADER], document("FAILED", answer.json()["request_id"], "Flagged."))
        return answer

    with pytest.raises(JobFailed, match="Flagged"):
        Client(KEY, transport=StubTransport(handler), clock=ManualClock()).generate(
            REQUEST, tmp_path, via=inbox
        )


def test_without_a_callback_it_is_polled_now_and_then(tmp_path: Path, inbox: WebhookInbox) -> None:
    """A callback that never comes loses no job."""
    clock = ManualClock()
    client = Client(KEY, transport=StubTransport(StubGateway(("QUEUED", "COMPLETED"))), clock=clock)
    client.generate(REQUEST, tmp_path, via=inbox)
    assert clock.sleeps == [30, 30]


def test_polls_that_are_blocked_do_not_end_the_wait_for_a_callback(inbox: WebhookInbox) -> None:
    """Until the time is over; the last poll is told then."""
    stub = StubGateway()

    def handler(call: Call) -> Answer:
        return stub(call) if call.method == "POST" else json_answer(503, {})

    clock = ManualClock()
    job = Client(KEY, transport=StubTransport(handler), clock=clock).submit(REQUEST, webhook_url=inbox.url)
    with pytest.raises(WaitTimeout, match="Service Unavailable"):
        job.wait(timeout=200, via=inbox)
    assert clock.now() == 200


def test_batches_take_an_inbox(tmp_path: Path, inbox: WebhookInbox) -> None:
    """Each callback ends its own job."""
    stub = StubGateway()

    def handler(call: Call) -> Answer:
        answer = stub(call)
        if call.method == "POST":
            post(call.headers[WEBHOOK_HEADER], document(request_id=answer.json()["request_id"]))
        return answer

    client = Client(KEY, transport=StubTransport(handler), clock=ManualClock())
    outcomes = list(client.generate_many([REQUEST] * 5, tmp_path, via=inbox))
    assert all(outcome.result for outcome in outcomes)


def test_closing_twice_is_harmless() -> None:
    """And an inbox that nobody closes is closed with its last name."""
    inbox = WebhookInbox()
    inbox.close()
    inbox.close()
    WebhookInbox()
