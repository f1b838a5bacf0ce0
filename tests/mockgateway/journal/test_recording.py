"""What comes in over a socket is in the journal of its account, whatever was answered."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote

import pytest
from mock_support import BODY, JSON, KEY, OTHER_KEY, TURBO, Client, World

from mockgateway.domain.control import Control
from mockgateway.domain.entry import Entry, Excerpt
from mockgateway.domain.matching import Filter
from zimage_schemas import KEY_HEADER


@pytest.fixture
def world(start: Callable[..., World]) -> Iterator[World]:
    """A mock of its own, so that its journals hold nothing else."""
    return start(queue_time=0, processing_time=0)


@pytest.fixture
def client(world: World) -> Client:
    """A client of that mock."""
    return world.client


def control(world: World) -> Control:
    """Take the hand of the test on that mock."""
    return world._mock.control


def entries(world: World, key: str | None = KEY) -> list[Entry]:
    """Return the journal of a key's account, or that of nobody's."""
    journal = control(world).anonymous if key is None else control(world).journal(key)
    return journal.entries()


def test_a_submit_is_recorded_as_it_was_sent_and_answered(world: World, client: Client) -> None:
    """Request line, headers in their order, body, status, answer, job and model."""
    answer = client.post(BODY, JSON | {"X-Twice": "1"}, f"{TURBO.submit_path}?a=%20b")
    (one,) = entries(world)
    assert (one.kind, one.method, one.path, one.query) == ("submit", "POST", TURBO.submit_path, "a=%20b")
    assert one.body == BODY
    assert (one.status, one.answer) == (202, answer.body)
    assert dict(one.answer_headers)["Content-Type"] == "application/json"
    assert one.request_id == answer.json()["request_id"]
    assert one.model == TURBO.slug
    assert one.header("x-twice") == "1"
    assert one.header("host") == client.url.removeprefix("http://")
    assert one.client.startswith("127.0.0.1:")


def test_headers_sent_twice_are_kept_twice(world: World, client: Client) -> None:
    """As they were, not joined."""
    client.raw(b"GET / HTTP/1.1\r\nHost: a\r\nX-Twice: 1\r\nX-Twice: 2\r\nX_Under: 3\r\n\r\n", method="GET")
    (one,) = entries(world, None)
    assert [value for name, value in one.headers if name == "x-twice"] == ["1", "2"]
    assert one.header("x_under") == "3"


def test_times_are_those_of_the_account(world: World, client: Client) -> None:
    """And real ones beside them."""
    client.submit()
    control(world).advance(KEY, 60_000)
    client.submit()
    first, second = entries(world)
    assert second.told - first.told == 60_000
    assert abs(second.real - first.real) < 60_000


def test_a_poll_a_download_and_a_foreign_poll_go_where_they_belong(world: World, client: Client) -> None:
    """A picture is asked for without a key: it is in the journal of the job's account."""
    document = client.job()
    client.get(document["output"]["media_url"][0])
    client.status(document["request_id"], OTHER_KEY)
    assert [(one.kind, one.status) for one in entries(world)] == [
        ("submit", 202),
        ("status", 200),
        ("media", 200),
    ]
    assert {one.request_id for one in entries(world)} == {document["request_id"]}
    assert [(one.kind, one.status) for one in entries(world, OTHER_KEY)] == [("status", 404)]


def test_of_a_picture_its_length_and_hash_are_kept(world: World, client: Client) -> None:
    """Those of what was sent."""
    picture = client.get(client.job()["output"]["media_url"][0]).body
    download = entries(world)[-1]
    digest = hashlib.blake2b(picture, digest_size=16).hexdigest()
    assert download.answer == Excerpt(b"", len(picture), digest)


def test_refused_exchanges_are_recorded_too(world: World, client: Client) -> None:
    """With the body that nobody read."""
    client.post(b"{", JSON)
    client.ask("GET", "/nope", headers={KEY_HEADER: KEY})
    client.ask("PUT", TURBO.submit_path, headers={KEY_HEADER: KEY})
    client.ask("POST", "/no-model/v1/no-model-request", BODY, JSON | {KEY_HEADER: KEY})
    assert [(one.kind, one.status) for one in entries(world)] == [
        ("submit", 400),
        ("other", 404),
        ("other", 405),
        ("other", 400),
    ]
    assert [one.body for one in entries(world)] == [b"{", b"", b"", BODY]


def test_who_has_no_account_is_in_nobodys_journal(start: Callable[..., World]) -> None:
    """No key, one that can be none, or one that does not exist; their bodies are kept too."""
    world = start(keys=frozenset({KEY}))
    for headers in ({}, {KEY_HEADER: "a b"}, {KEY_HEADER: OTHER_KEY}):
        world.client.ask("POST", TURBO.submit_path, BODY, JSON | headers)
    assert [(one.status, one.body) for one in entries(world, None)] == [(401, BODY)] * 3
    assert not entries(world, OTHER_KEY)


def test_the_control_api_is_not_recorded(world: World, client: Client) -> None:
    """Looking must not change what is seen."""
    client.ask("GET", "/__mock__/health", headers={KEY_HEADER: KEY})
    assert not entries(world)
    assert not entries(world, None)


def test_accounts_do_not_meet(world: World, client: Client) -> None:
    """Each has its own exchanges, and forgets them by itself."""
    client.submit()
    client.ask("POST", TURBO.submit_path, BODY, JSON | {KEY_HEADER: OTHER_KEY})
    control(world).forget(KEY)
    assert (len(entries(world)), len(entries(world, OTHER_KEY))) == (0, 1)
    control(world).reset()
    assert not entries(world, OTHER_KEY)


def shown(client: Client, path: str) -> Any:
    """Ask the control API."""
    answer = client.ask("GET", f"/__mock__/{path}")
    assert answer.status == 200, answer.body
    return answer.json()


def test_the_control_api_shows_the_journal(client: Client) -> None:
    """With how many there are, how many made room, and the last one's number."""
    client.job()
    told = shown(client, f"accounts/{KEY}/journal")
    assert [one["kind"] for one in told["entries"]] == ["submit", "status"]
    assert (told["matched"], told["dropped"], told["last"]) == (2, 0, told["entries"][-1]["number"])
    client.ask("GET", "/nope")
    assert [one["answer"]["status"] for one in shown(client, "journal")["entries"]] == [404]


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("method=POST", ["submit"]),
        ("path=/v2/*", ["status", "status"]),
        ("status=202", ["submit"]),
        ("status=2xx", ["submit", "status", "status"]),
        ("status=5xx", []),
        ("kind=status", ["status", "status"]),
        ("finding=status.too-soon", ["status"]),
        ("finding=*", ["submit", "status"]),
        ("limit=2", ["status", "status"]),
        ("since=1", ["status", "status"]),
        ("since=2026-03-31T10:00:00Z", ["submit", "status", "status"]),
        ("since=2126-03-31T10:00:00%2B02:00", []),
        ("request_id=none", []),
    ],
)
def test_filters_choose(client: Client, query: str, kinds: list[str]) -> None:
    """Of a submit and two polls at once, those that are asked for."""
    client.status(client.job()["request_id"])
    told = shown(client, f"accounts/{KEY}/journal?{query}")
    assert [one["kind"] for one in told["entries"]] == kinds
    archived = shown(client, f"accounts/{KEY}/journal.har?{query}")["log"]["entries"]
    assert [one["_kind"] for one in archived] == kinds


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "status=9x",
        "status=9xx",
        "status=-1",
        "kind=poll",
        "limit=0",
        "since=yesterday",
        "since=2026-03-31T10:00:00",
        "wait=601",
        "wait=nan",
        "wait=-1",
        "method=GET&method=POST",
    ],
)
def test_a_filter_that_means_nothing_is_refused(client: Client, query: str) -> None:
    """With a sentence that says what to write."""
    answer = client.ask("GET", f"/__mock__/accounts/{KEY}/journal?{query}")
    assert answer.status == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert query.partition("=")[0] in json.loads(answer.body)["detail"] or "once" in str(answer.body)


def test_a_journal_can_be_cleared(world: World, client: Client) -> None:
    """And goes on with the next exchange."""
    client.submit()
    assert client.ask("DELETE", f"/__mock__/accounts/{KEY}/journal").status == 204
    assert not entries(world)
    client.submit()
    assert len(entries(world)) == 1


def test_the_archive_of_a_job_holds_its_whole_life(client: Client) -> None:
    """Submit, poll and download."""
    client.get(client.job()["output"]["media_url"][0])
    archived = shown(client, f"accounts/{KEY}/journal.har")["log"]["entries"]
    assert [one["response"]["status"] for one in archived] == [202, 200, 200]
    assert archived[2]["response"]["content"]["mimeType"] == "image/png"


def test_a_key_sent_through_everything_is_in_no_journal(client: Client) -> None:
    """In path, query, headers, body and callback URL, also encoded; of the account and of nobody."""
    canary = "canary+key/0001==of*the*tests"
    client.key = canary
    basic = base64.b64encode(f"user:{canary}".encode()).decode()
    everywhere = {
        "X-Webhook-URL": f"http://{quote(canary, safe='')}@127.0.0.1:9/{quote(canary)}?key={quote(canary)}",
        "Authorization": f"Basic {basic}",
        "X-Other": canary,
    }
    body = json.dumps({"prompt": canary, "image_size": "square_1_1", canary: canary}).encode()
    client.post(body, JSON | everywhere, f"{TURBO.submit_path}?key={quote(canary, safe='')}&also={canary}")
    client.post(body.replace(b"/", b"\\/"), JSON)
    client.status(quote(canary, safe=""))
    client.ask("POST", f"/{quote(canary)}/v1/x?{canary}", body, JSON | {KEY_HEADER: canary})
    client.ask("POST", f"/{quote(canary)}/v1/x?key={quote(canary)}", basic.encode(), everywhere)
    for path in (f"accounts/{quote(canary, safe='')}/journal", "journal"):
        for ending in ("", ".har"):
            answer = client.ask("GET", f"/__mock__/{path}{ending}").body.decode()
            assert "cana" in answer
            for spelt in (canary, quote(canary), quote(canary, safe=""), canary.replace("/", "\\/"), basic):
                assert spelt not in answer
                assert json.dumps(spelt)[1:-1] not in answer


class Waiting:
    """A call of the journal that was made, and whose answer is still to come."""

    def __init__(self, client: Client, query: str = "") -> None:
        self.connection = HTTPConnection(*client.address, timeout=20)
        self.connection.request("GET", f"/__mock__/accounts/{KEY}/journal?wait=20{query}")

    def numbers(self) -> list[int]:
        """Return the numbers of the exchanges that it tells of."""
        with self.connection.getresponse() as response:
            told = json.loads(response.read())
        self.connection.close()
        return [one["number"] for one in told["entries"]]


def until_there_wait(world: World, number: int) -> None:
    """Ask the mock something until so many wait."""
    while control(world).journals.waiting != number:
        world.client.ask("GET", "/__mock__/health")


def test_a_wait_ends_with_the_exchange(world: World, client: Client) -> None:
    """One that is there ends it at once; one that comes ends it when it comes; none, when time is up."""
    client.submit()
    (there,) = shown(client, f"accounts/{KEY}/journal?kind=submit&wait=20")["entries"]
    assert not shown(client, f"accounts/{KEY}/journal?since={there['number']}&wait=0.01")["entries"]
    waiting = Waiting(client, f"&since={there['number']}")
    until_there_wait(world, 1)
    client.submit()
    assert waiting.numbers() == [entries(world)[-1].number]


def test_many_may_wait(world: World, client: Client) -> None:
    """They hold no thread, so a hundred leave room for others, and one exchange ends them all."""
    waiting = [Waiting(client) for _ in range(100)]
    until_there_wait(world, 100)
    client.submit()
    assert [each.numbers() for each in waiting] == [[entries(world)[0].number]] * 100
    assert control(world).journals.waiting == 0


def test_who_leaves_waits_no_more(world: World, client: Client) -> None:
    """Nothing is left of it."""
    waiting = Waiting(client)
    until_there_wait(world, 1)
    waiting.connection.close()
    until_there_wait(world, 0)


def test_a_server_that_cannot_wait_lets_the_application_wait(world: World) -> None:
    """As any WSGI server is."""
    client = world._mock.app.test_client()
    answer = client.get(f"/__mock__/accounts/{KEY}/journal?wait=0.01", base_url="http://localhost")
    assert answer.json["entries"] == []
    client.post(TURBO.submit_path, data=BODY, headers={KEY_HEADER: KEY, **JSON})
    answer = client.get(f"/__mock__/accounts/{KEY}/journal?wait=20", base_url="http://localhost")
    (one,) = answer.json["entries"]
    sent = {each["name"]: each["value"] for each in one["request"]["headers"]}
    assert sent["content-type"] == "application/json"
    assert one["request"]["body"]["text"] == BODY.decode()


def test_python_waits_for_what_http_brings(world: World, client: Client) -> None:
    """From the thread of a test, while the mock answers in its own."""
    journal = control(world).journal(KEY)
    client.submit()
    found = journal.wait(Filter(kind="submit"), 20)
    assert found is not None
    assert found.status == 202
