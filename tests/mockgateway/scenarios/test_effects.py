"""What each shipped scenario does, seen over a socket by a program that sent its key and nothing else."""

import http.client
import io
import json
import re
import socket
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from mock_support import PATIENCE, REQUEST, Answer, Client
from PIL import Image

from mockgateway import MockGateway
from mockgateway.runtime.handle import AccountHandle
from mockgateway.scenarios import shipped_names
from zimage_schemas import KEY_HEADER, document

_NUMBERS = count(1)


class Player(Client):
    """A program in a scenario, with a hand on its account's time."""

    def __init__(self, gateway: MockGateway, scenario: str) -> None:
        super().__init__(gateway.url, f"mock-{scenario}-{next(_NUMBERS)}")
        self.account: AccountHandle = gateway.account(self.key)
        self.account.freeze()

    def accepted(self, **request: object) -> str:
        """Submit, which is answered 202, and return the request_id."""
        answer = self.submit(REQUEST | request)
        assert answer.status == 202, answer.body
        return str(answer.json()["request_id"])

    def ended(self, **request: object) -> Any:
        """Submit, let time pass until the job has ended, and return its status document."""
        request_id = self.accepted(**request)
        self.account.advance(10)
        answer = self.status(request_id)
        assert answer.status == 200, answer.body
        return answer.json()

    def polls(self, number: int) -> list[Answer]:
        """Submit, let the job end, and poll that often."""
        request_id = self.accepted()
        self.account.advance(10)
        return [self.status(request_id) for _ in range(number)]


@pytest.fixture(scope="module")
def gateway() -> Iterator[MockGateway]:
    """A mock for all of these tests: each has a key of its own."""
    with MockGateway(seed=1) as running:
        yield running


@pytest.fixture
def play(gateway: MockGateway) -> Callable[[str], Player]:
    """Enter a scenario, with a key that nobody else has."""
    return lambda scenario: Player(gateway, scenario)


Play = Callable[[str], Player]


def is_completed(answer: Answer) -> bool:
    """Say whether this is the status document of a job that went well."""
    return answer.status == 200 and document("status-document").problems(answer.json()) == ()


def test_happy(play: Play) -> None:
    """Queued a second, processed two, then a picture."""
    player = play("happy")
    request_id = player.accepted()
    seen = [player.status(request_id).json()["status"]]
    for seconds in (1, 2):
        player.account.advance(seconds)
        seen.append(player.status(request_id).json()["status"])
    assert seen == ["QUEUED", "PROCESSING", "COMPLETED"]
    (url,) = player.status(request_id).json()["output"]["media_url"]
    assert player.get(url).status == 200


def test_fast(play: Play) -> None:
    """The first poll finds it done."""
    player = play("fast")
    assert player.status(player.accepted()).json()["status"] == "COMPLETED"


@pytest.mark.parametrize(
    ("scenario", "seconds", "status"), [("slow-queue", 44, "QUEUED"), ("stuck", 86_400, "PROCESSING")]
)
def test_slow(play: Play, scenario: str, seconds: float, status: str) -> None:
    """Long after it was submitted the job is not done."""
    player = play(scenario)
    request_id = player.accepted()
    player.account.advance(seconds)
    assert player.status(request_id).json()["status"] == status


@pytest.mark.parametrize(
    ("scenario", "status", "charged"),
    [
        ("job-failed", "FAILED", "0.008"),
        ("job-error", "ERROR", "0.00"),
        ("content-flagged", "FAILED", "0.008"),
    ],
)
def test_jobs_that_end_badly(play: Play, scenario: str, status: str, charged: str) -> None:
    """They say so in words; a FAILED job is paid for, an ERROR is not."""
    player = play(scenario)
    found = player.ended()
    assert (found["status"], found["output"]) == (status, None)
    assert found["error"].endswith(".")
    assert document("status-document").problems(found) == ()
    assert str(player.account.wallet.charged) == charged


def test_job_error_once(play: Play) -> None:
    """Submitting again after the ERROR succeeds, and one job is paid for."""
    player = play("job-error-once")
    assert [player.ended()["status"] for _ in range(2)] == ["ERROR", "COMPLETED"]
    assert str(player.account.wallet.charged) == "0.008"


@pytest.mark.parametrize(("scenario", "accepted"), [("insufficient-balance", 0), ("balance-runs-out", 2)])
def test_no_money(play: Play, scenario: str, accepted: int) -> None:
    """When it does not suffice: 402, as documented."""
    player = play(scenario)
    answers = [player.submit() for _ in range(3)]
    assert [answer.status for answer in answers] == [202] * accepted + [402] * (3 - accepted)
    assert answers[-1].json()["error"] == "Insufficient Balance"


@pytest.mark.parametrize(
    ("scenario", "status", "says"),
    [
        ("invalid-key", 401, "invalid subscription key"),
        ("forbidden", 403, "Forbidden"),
        ("quota-exceeded", 403, "Out of call volume quota"),
        ("server-error-submit", 500, "Internal server error"),
    ],
)
def test_submits_refused_for_good(play: Play, scenario: str, status: int, says: str) -> None:
    """Every submit, valid or not, is refused in the management layer's dialect, and no job is made."""
    player = play(scenario)
    for answer in (player.submit(), player.submit({"prompt": 3}), player.submit()):
        assert answer.status == status
        assert says in answer.json()["message"]
        assert document("management-error").problems(answer.json()) == ()
        assert ("WWW-Authenticate" in answer.headers) is (status == 401)
    assert not player.account.jobs


@pytest.mark.parametrize(("scenario", "status"), [("invalid-key", 401), ("forbidden", 403)])
def test_polls_refused_for_good(play: Play, scenario: str, status: int) -> None:
    """So are polls, whatever they ask for."""
    assert play(scenario).status("whatever").status == status


def test_rate_limited(play: Play) -> None:
    """429 until the seconds of Retry-After are over, then it is accepted."""
    player = play("rate-limited")
    first = player.submit()
    assert (first.status, first.headers["Retry-After"]) == (429, "3")
    player.account.advance(1.5)
    again = player.submit()
    assert (again.status, again.headers["Retry-After"]) == (429, "2")
    assert "Try again in 2 seconds" in again.json()["message"]
    player.account.advance(2)
    assert player.submit().status == 202
    assert player.account.rate_limit == "60/minute"


def test_rate_limited_polls(play: Play) -> None:
    """The polls of a job are answered 429 until the seconds of Retry-After are over."""
    player = play("rate-limited-polls")
    request_id = player.accepted()
    early = player.status(request_id)
    assert (early.status, early.headers["Retry-After"]) == (429, "3")
    player.account.advance(3)
    assert is_completed(player.status(request_id))


def test_rate_limited_no_retry_after(play: Play) -> None:
    """429 without a word of how long."""
    player = play("rate-limited-no-retry-after")
    answer = player.submit()
    assert (answer.status, answer.headers["Retry-After"]) == (429, None)
    assert not re.search("[0-9] seconds", answer.json()["message"])
    player.account.advance(3)
    assert player.submit().status == 202


def test_server_error_once(play: Play) -> None:
    """The second submit succeeds, and is the only one that is paid for."""
    player = play("server-error-once")
    assert [player.submit().status for _ in range(3)] == [500, 202, 202]
    assert len(player.account.jobs) == 2


def test_plain_text_500(play: Play) -> None:
    """The error is no JSON."""
    answer = play("plain-text-500").submit()
    assert (answer.status, answer.body) == (500, b"Error processing request")
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("scenario", "statuses", "media_type"),
    [
        ("server-error-poll", [500, 500, 500, 200], "application/json"),
        ("poll-503-once", [200, 503, 200, 200], "text/html"),
        ("poll-404-first", [404, 200, 200, 200], "application/json"),
        ("edge-challenge-poll", [200, 403, 403, 200], "text/html"),
        ("html-error", [502, 502, 200, 200], "text/html"),
    ],
)
def test_polls_that_fail_for_a_while(play: Play, scenario: str, statuses: list[int], media_type: str) -> None:
    """Who goes on polling gets the picture that is paid for."""
    answers = play(scenario).polls(4)
    assert [answer.status for answer in answers] == statuses
    assert is_completed(answers[-1])
    for answer in answers:
        if answer.status != 200:
            assert answer.headers["Content-Type"].startswith(media_type)


def test_counts_are_of_each_job(play: Play) -> None:
    """The second poll of every job is the one that fails."""
    player = play("poll-503-once")
    jobs = [player.accepted() for _ in range(2)]
    assert [player.status(job).status for job in (*jobs, *jobs, *jobs)] == [200, 200, 503, 503, 200, 200]


@pytest.mark.parametrize(("scenario", "jobs"), [("reset-submit-before", 0), ("reset-submit-after", 1)])
def test_submits_whose_connection_is_reset(play: Play, scenario: str, jobs: int) -> None:
    """Both look the same from outside; only one of them made a job."""
    player = play(scenario)
    with pytest.raises(ConnectionResetError):
        player.submit()
    assert len(player.account.jobs) == jobs
    assert player.submit().status == 202


def test_reset_poll(play: Play) -> None:
    """The first poll is reset, the next is answered."""
    player = play("reset-poll")
    request_id = player.accepted()
    with pytest.raises(ConnectionResetError):
        player.status(request_id)
    assert player.status(request_id).status == 200


def test_hang_poll(play: Play) -> None:
    """The first poll is not answered; who leaves and asks again is."""
    player = play("hang-poll")
    request_id = player.accepted()
    with socket.create_connection(player.address, timeout=0.2) as waiting:
        path = f"/v2/requests/status/{request_id}"
        waiting.sendall(
            f"GET {path} HTTP/1.1\r\nHost: mock.test\r\n{KEY_HEADER}: {player.key}\r\n\r\n".encode()
        )
        with pytest.raises(TimeoutError):
            waiting.recv(1)
    assert player.status(request_id).status == 200


def test_slow_answers(play: Play) -> None:
    """The journal tells that the answer took its time, and the whole of it came."""
    player = play("slow-answers")
    assert player.submit().status == 202
    (entry,) = player.account.journal.entries()
    assert entry.took > 100
    assert entry.rule == "slow-answers rule 1"


@pytest.mark.parametrize("scenario", ["malformed-json", "truncated-json"])
def test_polls_that_are_no_json_for_a_while(play: Play, scenario: str) -> None:
    """Two answers cannot be parsed, the third can; all come whole as HTTP goes."""
    answers = play(scenario).polls(3)
    assert [answer.status for answer in answers] == [200] * 3
    for answer in answers[:2]:
        with pytest.raises(json.JSONDecodeError):
            json.loads(answer.body)
    assert is_completed(answers[2])


def test_extra_fields(play: Play) -> None:
    """There is more in the answers, and what is documented is as documented."""
    player = play("extra-fields")
    assert player.submit().json().keys() >= {"request_id", "status", "polling_url", "queue_position"}
    found = player.ended()
    assert {"progress", "meta"} <= found.keys()
    assert found["output"]["width"] == 1024
    assert found["status"] == "COMPLETED"


def test_unknown_status(play: Play) -> None:
    """A state that is not documented comes before the end, and the end is as usual."""
    player = play("unknown-status")
    request_id = player.accepted()
    assert player.status(request_id).json()["status"] == "WARMING_UP"
    player.account.advance(10)
    assert is_completed(player.status(request_id))


def test_accepted_200(play: Play) -> None:
    """A job is made, and the answer says 200."""
    player = play("accepted-200")
    answer = player.submit()
    assert answer.status == 200
    assert document("submit-answer").problems(answer.json()) == ()
    assert len(player.account.jobs) == 1


def test_lower_case_status(play: Play) -> None:
    """In the answer to the submit, and in polls."""
    player = play("lower-case-status")
    assert player.submit().json()["status"] == "queued"
    assert player.ended()["status"] == "completed"


def test_media_url_string(play: Play) -> None:
    """One URL, which works."""
    player = play("media-url-string")
    url = player.ended()["output"]["media_url"]
    assert player.get(url).status == 200


def test_media_url_empty(play: Play) -> None:
    """COMPLETED, with no URL."""
    assert play("media-url-empty").ended()["output"]["media_url"] == []


def test_output_null(play: Play) -> None:
    """COMPLETED, with nothing."""
    found = play("output-null").ended()
    assert (found["status"], found["output"]) == ("COMPLETED", None)


@pytest.mark.parametrize(
    ("scenario", "statuses"), [("media-missing", [404] * 3), ("media-late", [404, 404, 200])]
)
def test_pictures_that_are_not_there(play: Play, scenario: str, statuses: list[int]) -> None:
    """404 in HTML, for good or for a while."""
    player = play(scenario)
    (url,) = player.ended()["output"]["media_url"]
    answers = [player.get(url) for _ in range(3)]
    assert [answer.status for answer in answers] == statuses
    assert answers[0].headers["Content-Type"].startswith("text/html")


def test_media_slow(play: Play) -> None:
    """The head and a piece are there long before the whole."""
    player = play("media-slow")
    (url,) = player.ended()["output"]["media_url"]
    connection = http.client.HTTPConnection(*player.address, timeout=PATIENCE)
    connection.request("GET", url.removeprefix(player.url))
    with connection.getresponse() as response:
        length = int(response.headers["Content-Length"])
        assert 0 < len(response.read1()) <= length // 10
    connection.close()


def test_media_truncated(play: Play) -> None:
    """Half of the first download comes, all of the second."""
    player = play("media-truncated")
    (url,) = player.ended()["output"]["media_url"]
    with pytest.raises(http.client.IncompleteRead) as broken:
        player.get(url)
    whole = player.get(url).body
    assert broken.value.partial == whole[: len(whole) // 2]


@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
def test_media_small(play: Play, output_format: str) -> None:
    """A picture of full size in a file of less than 8,000 bytes."""
    player = play("media-small")
    (url,) = player.ended(output_format=output_format)["output"]["media_url"]
    content = player.get(url).body
    assert len(content) < 8_000
    with Image.open(io.BytesIO(content)) as image:
        assert (image.size, image.format) == ((1024, 1024), output_format.upper())


def test_octet_stream(play: Play) -> None:
    """The type says nothing, nor does the file's name; the picture is one."""
    player = play("octet-stream")
    output = player.ended(num_images=2)["output"]
    assert output["media_type"] == "application/octet-stream"
    assert [url.rpartition("/")[2] for url in output["media_url"]] == ["output.ext", "output-2.ext"]
    answer = player.get(output["media_url"][1])
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.body.startswith(b"\x89PNG")


def test_webhook_only(play: Play) -> None:
    """Every poll is answered by the edge."""
    answers = play("webhook-only").polls(3)
    assert [answer.status for answer in answers] == [403] * 3
    assert b"Just a moment..." in answers[0].body


def test_docs_ids(play: Play) -> None:
    """The last group of an id has 12 digits, and the job is found under it."""
    player = play("docs-ids")
    request_id = player.accepted()
    assert re.fullmatch(r"z-image-turbo-834_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", request_id)
    assert player.status(request_id).status == 200


def test_strict(play: Play) -> None:
    """A field that Turbo does not know is refused by name."""
    player = play("strict")
    answer = player.submit(REQUEST | {"guidance_scale": 4})
    assert answer.status == 400
    assert "guidance_scale" in answer.json()["message"]
    assert player.submit().status == 202


@pytest.mark.parametrize("name", sorted(shipped_names()))
def test_every_shipped_scenario_is_shown_here(name: str) -> None:
    """By its name, in a test of this folder."""
    tests = [path.read_text() for path in Path(__file__).parent.glob("test_*effects.py")]
    assert any(f'"{name}"' in text for text in tests)
