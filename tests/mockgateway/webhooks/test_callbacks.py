"""Callbacks from a submit to the receiver, over sockets."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Condition
from typing import Any

import pytest
import requests
from werkzeug import Request, Response

from mockgateway import MockGateway
from mockgateway.domain.outbox import Happened

KEY = "key-of-a-test-0001"
SUBMIT = "/z-image-base/v1/z-image-base-request"
BODY = {"prompt": "p", "image_size": "square_1_1"}
PATIENCE = 20.0


class Hook:
    """A receiver that keeps what it is sent."""

    def __init__(self, server: Any) -> None:
        self.url: str = server.url_for("/hook")
        self.status = 200
        self.headers: dict[str, str] = {}
        self.received: list[Request] = []
        self._changed = Condition()
        server.expect_request("/hook").respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        request.get_data()
        with self._changed:
            self.received.append(request)
            self._changed.notify_all()
        return Response("thanks", self.status, self.headers)

    def wait(self, number: int = 1) -> list[Request]:
        """Wait until so many callbacks came; return all of them."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.received) >= number, PATIENCE), self.received
        return self.received


@pytest.fixture
def hook(httpserver: Any) -> Hook:
    """A receiver."""
    return Hook(httpserver)


@pytest.fixture
def mock() -> Iterator[Callable[..., MockGateway]]:
    """Start mocks; they stop when the test ends."""
    started: list[MockGateway] = []

    def start(**settings: Any) -> MockGateway:
        started.append(MockGateway(**settings).start())
        return started[-1]

    yield start
    for each in started:
        each.stop()


def submit(url: str, hook: str, key: str = KEY) -> requests.Response:
    """Submit a job that wants to be called back."""
    headers = {"Ocp-Apim-Subscription-Key": key, "X-Webhook-URL": hook}
    return requests.post(url + SUBMIT, json=BODY, headers=headers, timeout=PATIENCE)


def poll(url: str, request_id: str, key: str = KEY) -> Any:
    """Ask for a job's status."""
    headers = {"Ocp-Apim-Subscription-Key": key}
    return requests.get(f"{url}/v2/requests/status/{request_id}", headers=headers, timeout=PATIENCE)


def test_a_callback_is_the_document_that_a_poll_gives(hook: Hook, mock: Callable[..., MockGateway]) -> None:
    """One POST when the job is terminal, to the letter; polling goes on working."""
    gateway = mock(queue_time=0, processing_time=0.05)
    request_id = submit(gateway.url, hook.url).json()["request_id"]
    (request,) = hook.wait()
    polled = poll(gateway.url, request_id)
    assert (request.method, request.content_type) == ("POST", "application/json")
    assert request.get_data() == polled.content
    assert polled.json()["status"] == "COMPLETED"
    assert request.headers["webhook-id"].startswith("wh_")
    assert request.headers["webhook-timestamp"].isdecimal()
    assert "Ocp-Apim-Subscription-Key" not in request.headers


def test_its_links_have_the_origin_of_the_submit(hook: Hook, mock: Callable[..., MockGateway]) -> None:
    """As the client reached the mock, so that it reaches the picture too."""
    gateway = mock(queue_time=0, processing_time=0)
    headers = {"Ocp-Apim-Subscription-Key": KEY, "X-Webhook-URL": hook.url, "Host": "gateway.test:99"}
    requests.post(gateway.url + SUBMIT, json=BODY, headers=headers, timeout=PATIENCE)
    (request,) = hook.wait()
    (media,) = json.loads(request.get_data())["output"]["media_url"]
    assert media.startswith("http://gateway.test:99/v1/")


def test_a_failed_callback_is_tried_again_on_the_accounts_clock(
    hook: Hook, mock: Callable[..., MockGateway]
) -> None:
    """Five times with the same id, 2 min 36 s of an account that runs a thousand times as fast."""
    hook.status = 500
    gateway = mock(queue_time=0, processing_time=0, speed=1000)
    submit(gateway.url, hook.url)
    received = hook.wait(5)
    assert len({request.headers["webhook-id"] for request in received}) == 1
    times = [int(request.headers["webhook-timestamp"]) for request in received]
    assert times == sorted(times)
    assert times[-1] - times[0] >= 155


def test_a_frozen_account_is_called_back_when_its_time_is_moved(
    hook: Hook, mock: Callable[..., MockGateway]
) -> None:
    """Not by itself, and not for somebody else's time."""
    gateway = mock(speed=0)
    request_id = submit(gateway.url, hook.url).json()["request_id"]
    gateway.account("another").advance(10)
    gateway.account(KEY).advance(2)
    assert hook.received == []
    gateway.account(KEY).advance(1)
    (request,) = hook.wait()
    assert json.loads(request.get_data())["request_id"] == request_id


def test_a_job_that_is_ended_by_hand_calls_back(hook: Hook, mock: Callable[..., MockGateway]) -> None:
    """At once, with the end that it was given."""
    gateway = mock(processing_time=3600)
    request_id = submit(gateway.url, hook.url).json()["request_id"]
    gateway.account(KEY).end(request_id, "FAILED", "out of paint")
    (request,) = hook.wait()
    document = json.loads(request.get_data())
    assert (document["status"], document["error"]) == ("FAILED", "out of paint")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("nonsense", "must be an absolute http or https URL"),
        ("http://169.254.169.254/latest", "a link-local address, where callbacks may not go"),
        ("http://0x7f000001/", "unusual spelling"),
    ],
)
def test_a_bad_target_is_refused_at_the_submit(mock: Callable[..., MockGateway], url: str, why: str) -> None:
    """400 that says which, and nothing is stored or charged."""
    gateway = mock(balance="1.00")
    answer = submit(gateway.url, url)
    assert answer.status_code == 400
    assert answer.json()["error"] == "Bad Request"
    assert "X-Webhook-URL" in answer.json()["message"]
    assert why in answer.json()["message"]
    assert gateway.account(KEY).jobs == []
    assert str(gateway.account(KEY).balance) == "1.00"


def test_a_job_without_money_owes_no_callback(hook: Hook, mock: Callable[..., MockGateway]) -> None:
    """What is refused leaves nothing behind."""
    gateway = mock(balance="0.00", queue_time=0, processing_time=0)
    assert submit(gateway.url, hook.url).status_code == 402
    assert gateway.mock.mail.deliveries(KEY) == []


SERVE = [
    *(sys.executable, "-c", "from mockgateway.cli import main; main()", "serve", "--port", "0"),
    *("--queue-time", "0", "--processing-time", "0", "--store"),
]


def serve(store: Path) -> tuple[subprocess.Popen[str], str]:
    """Serve from a store file; return the process and its URL."""
    process = subprocess.Popen([*SERVE, str(store)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().split()[-1]


def end(process: subprocess.Popen[str], number: int) -> None:
    """End a process."""
    os.kill(process.pid, number)
    process.wait(PATIENCE)
    assert process.stdout is not None
    process.stdout.close()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_callback_survives_a_restart(hook: Hook, tmp_path: Path, how: int) -> None:
    """Tried before and after with the same id, and the key in its URL stands nowhere in the store."""
    hook.status = 503
    process, url = serve(tmp_path / "jobs.db")
    assert submit(url, f"{hook.url}?key={KEY}").status_code == 202
    hook.wait(1)
    end(process, how)
    before = len(hook.received)
    for file in tmp_path.iterdir():
        assert KEY.encode() not in file.read_bytes()
    process, _ = serve(tmp_path / "jobs.db")
    received = hook.wait(before + 1)
    end(process, signal.SIGTERM)
    assert len({request.headers["webhook-id"] for request in received}) == 1
    assert received[-1].args["key"] == KEY


def test_a_mock_whose_receiver_hangs_stops_at_once(receive: Any, mock: Callable[..., MockGateway]) -> None:
    """What is under way is broken off."""
    receiver = receive(lambda _connection, stopped: stopped.wait(PATIENCE))
    gateway = mock(queue_time=0, processing_time=0)
    submit(gateway.url, receiver.url)
    assert receiver.accepted.wait(PATIENCE)
    gateway.stop()


def advance(gateway: MockGateway, **body: object) -> Any:
    """Move the account's time over HTTP."""
    url = f"{gateway.url}/__mock__/accounts/{KEY}/clock/advance"
    answer = requests.post(url, json=body, timeout=PATIENCE)
    assert answer.status_code == 200, answer.text
    return answer.json()["happened"]


def test_moving_time_can_wait_for_callbacks(hook: Hook, mock: Callable[..., MockGateway]) -> None:
    """It returns when all that was due was attempted once, in order, and says what came of it."""
    gateway = mock(speed=0)
    ids = [submit(gateway.url, hook.url).json()["request_id"] for _ in range(20)]
    happened = gateway.account(KEY).advance(3, deliver=True)
    assert [json.loads(request.get_data())["request_id"] for request in hook.received] == ids
    assert [each.delivery.request_id for each in happened if isinstance(each, Happened)] == ids
    assert len(happened) == 60
    assert gateway.account(KEY).advance(1000, deliver=True) == []


def test_moving_time_can_wait_over_http_too(hook: Hook, mock: Callable[..., MockGateway]) -> None:
    """A failed attempt is told with its status; the next thing due is the next attempt."""
    hook.status = 503
    gateway = mock(speed=0)
    request_id = submit(gateway.url, hook.url).json()["request_id"]
    *states, attempt = advance(gateway, seconds=3, deliver=True)
    assert [state["status"] for state in states] == ["PROCESSING", "COMPLETED"]
    assert (attempt["request_id"], attempt["status"], attempt["state"]) == (request_id, 503, "pending")
    hook.status = 204
    (attempt,) = advance(gateway, to="next", deliver=True)
    assert (attempt["attempt"], attempt["status"], attempt["state"]) == (2, 204, "delivered")
    assert advance(gateway, to="next", deliver=True) == []
    assert len(hook.received) == 2


def test_a_receiver_may_ask_the_mock_back(httpserver: Any, mock: Callable[..., MockGateway]) -> None:
    """While time is moved with waiting, polls are answered: the receiver's first act is often one."""
    gateway = mock(speed=0)
    polled: list[Any] = []

    def ask(request: Request) -> Response:
        polled.append(poll(gateway.url, json.loads(request.get_data())["request_id"]).json())
        return Response(status=204)

    httpserver.expect_request("/hook").respond_with_handler(ask)
    submit(gateway.url, httpserver.url_for("/hook"))
    advance(gateway, seconds=3, deliver=True)
    assert polled[0]["status"] == "COMPLETED"


def test_callbacks_are_listed_and_sent_again(hook: Hook, mock: Callable[..., MockGateway]) -> None:
    """With every attempt, and without whole keys; an exhausted one is kept, and delivered on demand."""
    hook.status = 500
    gateway = mock(queue_time=0, processing_time=0, speed=10_000)
    account = gateway.account(KEY)
    submit(gateway.url, f"{hook.url}?key={KEY}")
    hook.wait(5)
    while account.deliveries[0].delivery.state != "exhausted":
        pass
    url = f"{gateway.url}/__mock__/accounts/{KEY}/deliveries"
    (shown,) = requests.get(url, timeout=PATIENCE).json()["deliveries"]
    assert (shown["state"], len(shown["attempts"]), shown["attempts"][0]["answer"]) == (
        "exhausted",
        5,
        "thanks",
    )
    assert KEY not in json.dumps(shown)
    hook.status = 200
    again = f"{gateway.url}/__mock__/deliveries/{shown['id']}/redeliver"
    assert requests.post(again, timeout=PATIENCE).status_code == 202
    received = hook.wait(6)
    assert {request.headers["webhook-id"] for request in received} == {shown["id"]}
    assert (
        requests.post(f"{gateway.url}/__mock__/deliveries/wh_0/redeliver", timeout=PATIENCE).status_code
        == 404
    )
