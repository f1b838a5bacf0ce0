"""What the shipped scenarios do to callbacks, seen by the receiver."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from threading import Condition, Thread
from typing import Any

import pytest
from mock_support import REQUEST, Client
from werkzeug import Request, Response

from mockgateway import MockGateway
from zimage_schemas import WEBHOOK_HEADER, document

PATIENCE = 20.0
_NUMBERS = count(1)


class Caller(Client):
    """A program that waits for callbacks, with a hand on its account's time."""

    def __init__(self, gateway: MockGateway, receiver: Any, key: str) -> None:
        super().__init__(gateway.url, f"{key}-{next(_NUMBERS)}")
        self.account = gateway.account(self.key)
        self.account.freeze()
        self.verdicts: list[int] = []
        self._received: list[tuple[str, bytes]] = []
        self._changed = Condition()
        self._hook = receiver.url_for(f"/{self.key}")
        receiver.expect_request(f"/{self.key}").respond_with_handler(self._take)

    def _take(self, request: Request) -> Response:
        content = request.get_data()
        with self._changed:
            self._received.append((request.headers["webhook-id"], content))
            self._changed.notify_all()
            return Response("", self.verdicts.pop(0) if self.verdicts else 200)

    def submitted(self) -> str:
        """Submit with the wish to be called back; return the request_id."""
        return str(self.submit(REQUEST, **{WEBHOOK_HEADER: self._hook}).json()["request_id"])

    def called(self, number: int = 1) -> list[tuple[str, bytes]]:
        """Wait for so many callbacks, and return the ids and bodies of all that came."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._received) >= number, PATIENCE), self._received
            return list(self._received)

    def statuses(self, number: int = 1) -> list[str]:
        """Wait for so many callbacks, and return the states that they tell of."""
        return [json.loads(body)["status"] for _, body in self.called(number)]


Call = Callable[[str], Caller]


@pytest.fixture(scope="module")
def gateway() -> Iterator[MockGateway]:
    """A mock for all of these tests: each has a key of its own."""
    with MockGateway() as running:
        yield running


@pytest.fixture
def call(gateway: MockGateway, httpserver: Any) -> Call:
    """Enter a scenario, with a key that nobody else has."""
    return lambda scenario: Caller(gateway, httpserver, f"mock-{scenario}")


def test_webhook_never(call: Call) -> None:
    """No callback is owed however much time passes, and polling works."""
    caller = call("webhook-never")
    request_id = caller.submitted()
    caller.account.advance(86_400)
    assert caller.status(request_id).json()["status"] == "COMPLETED"
    assert not caller.account.deliveries


def test_webhook_late(call: Call) -> None:
    """A minute after the job's end, and not before."""
    caller = call("webhook-late")
    caller.submitted()
    caller.account.advance(62)
    (tried,) = caller.account.deliveries
    assert tried.attempts == []
    caller.account.advance(1)
    assert caller.statuses() == ["COMPLETED"]


def test_webhook_duplicate(call: Call) -> None:
    """Three times the same, under one id."""
    caller = call("webhook-duplicate")
    caller.submitted()
    caller.account.advance(10)
    received = caller.called(3)
    assert len({name for name, _ in received}) == 1
    assert caller.statuses(3) == ["COMPLETED"] * 3


def test_webhook_before_answer(call: Call) -> None:
    """The callback is there while the submit still waits for its answer."""
    caller = call("webhook-before-answer")
    answered: list[str] = []
    submit = Thread(target=lambda: answered.append(caller.submitted()))
    submit.start()
    assert caller.statuses() == ["COMPLETED"]
    assert not answered
    submit.join(PATIENCE)
    assert json.loads(caller.called()[0][1])["request_id"] == answered[0]


def test_webhook_out_of_order(call: Call) -> None:
    """PROCESSING comes last; polls go on saying how it ended."""
    caller = call("webhook-out-of-order")
    request_id = caller.submitted()
    caller.account.advance(3)
    assert caller.statuses() == ["COMPLETED"]
    caller.account.advance(2)
    assert caller.statuses(2) == ["COMPLETED", "PROCESSING"]
    assert caller.status(request_id).json()["status"] == "COMPLETED"


def test_webhook_truncated(call: Call) -> None:
    """Half a document; who refuses it is sent the whole, under the same id."""
    caller = call("webhook-truncated")
    caller.verdicts = [400]
    caller.account.speed = 50
    caller.submitted()
    (first, half), (second, whole) = caller.called(2)
    assert first == second
    with pytest.raises(json.JSONDecodeError):
        json.loads(half)
    assert document("webhook-body").problems(json.loads(whole)) == ()


def test_webhook_only(call: Call) -> None:
    """What no poll tells, the callback does."""
    caller = call("webhook-only")
    request_id = caller.submitted()
    caller.account.advance(10)
    assert caller.status(request_id).status == 403
    assert caller.statuses() == ["COMPLETED"]


@pytest.mark.parametrize(
    ("scenario", "field", "expected"),
    [
        ("lower-case-status", "status", "completed"),
        ("output-null", "output", None),
        ("extra-fields", "progress", 0.5),
        ("job-failed", "status", "FAILED"),
    ],
)
def test_callbacks_are_as_polls_are(call: Call, scenario: str, field: str, expected: object) -> None:
    """Changes to the status document are made to callbacks too."""
    caller = call(scenario)
    caller.submitted()
    caller.account.advance(10)
    assert json.loads(caller.called()[0][1])[field] == expected
