"""Waiting: a job that is paid for is not given up because a poll went wrong."""

import pytest
from client_support import (
    BROKEN,
    COMPLETED,
    JOB,
    KEY,
    LIMITED,
    PROCESSING,
    QUEUED,
    REQUEST,
    Gateway,
    Handler,
    management,
    page,
    queue,
    said,
    state,
    text,
)

from zimage_client import (
    Client,
    Forbidden,
    InvalidRequest,
    JobErrored,
    JobFailed,
    JobNotFound,
    JobStatus,
    Polling,
    Settings,
    TransportError,
    Unauthorized,
    WaitTimeout,
    ZImageError,
)
from zimage_client.testing import Answer, Call, ManualClock, StubGateway, StubTransport

UNKNOWN = queue(404, "Not Found", "There is no such request.")


def test_the_first_poll_is_after_five_seconds_and_then_every_five_to_ten(gateway: Gateway) -> None:
    """As documented; chance spreads them."""
    gateway.script(poll=[QUEUED, PROCESSING, PROCESSING, COMPLETED])
    job = gateway.client.submit(REQUEST)
    gateway.clock.luck = 0.5
    assert job.wait().state == "COMPLETED"
    assert gateway.clock.sleeps == [5, 7.5, 7.5, 7.5]


def test_the_gaps_can_be_set(gateway: Gateway) -> None:
    """For a gateway that is known to be quick."""
    gateway.script(poll=[QUEUED, COMPLETED])
    client = gateway.client_with(Settings(polling=Polling(first=1, least=2, most=2)))
    client.submit(REQUEST).wait()
    assert gateway.clock.sleeps == [1, 2]


def test_gaps_without_meaning_are_refused() -> None:
    """The least gap is not more than the most."""
    with pytest.raises(ValueError, match="least"):
        Polling(least=11)


def test_time_since_the_submit_counts(gateway: Gateway) -> None:
    """Who did something else in between does not wait for it again."""
    job = gateway.client.submit(REQUEST)
    gateway.clock.sleep(4)
    job.wait()
    assert gateway.clock.sleeps == [4, 1]


def test_a_job_is_taken_up_in_another_process(gateway: Gateway) -> None:
    """By its id alone, and asked for at once."""
    job = gateway.client.job(JOB)
    assert job.model is not None
    assert job.model.name == "turbo"
    assert job.wait().state == "COMPLETED"
    assert gateway.clock.sleeps == []
    assert gateway.seen["poll"][0].path == f"/v2/requests/status/{JOB}"


def test_every_status_is_told(gateway: Gateway) -> None:
    """`on_update` sees what the polls see."""
    gateway.script(poll=[QUEUED, BROKEN, PROCESSING, COMPLETED])
    seen: list[str] = []
    gateway.client.submit(REQUEST).wait(on_update=lambda status: seen.append(status.state))
    assert seen == ["QUEUED", "PROCESSING", "COMPLETED"]


PASSING: list[tuple[str, Handler]] = [
    ("500", BROKEN),
    ("500 text", text(500, "Error processing request")),
    ("502 page", page(502)),
    ("503 page", page(503)),
    ("504 empty", text(504, "")),
    ("408", text(408, "")),
    ("403 page", page(403)),
    ("404 early", UNKNOWN),
    ("429 without a word", management(429, "Slow down.")),
    ("malformed", text(200, '{"request_id":')),
    ("page with 200", page(200)),
    ("empty with 200", text(200, "")),
    ("a list", said(200, [])),
    ("nested beyond reading", text(200, "[" * 100_000)),
    ("no status", said(200, {"request_id": JOB})),
    ("another job", state("FAILED", request_id="z-image-base_other")),
    ("redirect", text(302, "")),
]


@pytest.mark.parametrize("answer", [row[1] for row in PASSING], ids=[row[0] for row in PASSING])
def test_what_may_pass_is_ridden_out(gateway: Gateway, answer: Handler) -> None:
    """With gaps that double; the job is submitted once."""
    gateway.script(poll=[answer, answer, answer, COMPLETED])
    assert gateway.client.submit(REQUEST).wait().state == "COMPLETED"
    assert gateway.clock.sleeps == [5, 5, 10, 20]
    assert gateway.counts() == (1, 4, 0)


def test_gaps_grow_only_so_far_and_shrink_again(gateway: Gateway) -> None:
    """A minute at most; one good answer ends the back-off."""
    gateway.script(poll=[BROKEN] * 6 + [PROCESSING, BROKEN, COMPLETED])
    gateway.client.submit(REQUEST).wait()
    assert gateway.clock.sleeps == [5, 5, 10, 20, 40, 60, 60, 5, 5]


def test_a_poll_without_an_answer_is_ridden_out() -> None:
    """A reset, a time-out, a lost network: the job goes on all the same."""
    failures = [TransportError("no answer", sent=sent) for sent in (True, False)]
    stub = StubGateway()

    def handler(call: Call) -> Answer:
        if call.method == "GET" and failures:
            raise failures.pop()
        return stub(call)

    transport = StubTransport(handler)
    job = Client(KEY, transport=transport, clock=ManualClock()).submit(REQUEST)
    assert job.wait().state == "COMPLETED"
    assert len(transport.calls) == 4


def test_a_polls_429_waits_as_long_as_it_says(gateway: Gateway) -> None:
    """Not the usual gap, but Retry-After; never less than the least gap."""
    brief = management(429, "Again.", {"Retry-After": "1"})
    gateway.script(poll=[management(429, "Wait.", {"Retry-After": "42"}), LIMITED, brief, COMPLETED])
    gateway.client.submit(REQUEST).wait()
    assert gateway.clock.sleeps == [5, 42, 7, 5]


FATAL: list[tuple[str, Handler, type[ZImageError]]] = [
    ("401", management(401, "Access denied."), Unauthorized),
    ("403", management(403, "Out of call volume quota."), Forbidden),
    ("400", queue(400, "Bad Request", "No such id."), InvalidRequest),
]


@pytest.mark.parametrize(("answer", "kind"), [row[1:] for row in FATAL], ids=[row[0] for row in FATAL])
def test_what_cannot_pass_ends_the_wait(gateway: Gateway, answer: Handler, kind: type[ZImageError]) -> None:
    """At once, with the request_id, and it is not asked again."""
    gateway.script(poll=[answer])
    with pytest.raises(kind) as caught:
        gateway.client.submit(REQUEST).wait()
    assert caught.value.request_id == JOB
    assert gateway.counts() == (1, 1, 0)


def test_a_404_ends_the_wait_when_it_is_late(gateway: Gateway) -> None:
    """After half a minute a job is known everywhere, or never."""
    gateway.script(poll=[UNKNOWN])
    with pytest.raises(JobNotFound):
        gateway.client.submit(REQUEST).wait()
    assert 30 <= gateway.clock.now() < 45


def test_a_404_for_a_job_taken_up_is_final(gateway: Gateway) -> None:
    """It is no new one."""
    gateway.script(poll=[UNKNOWN])
    with pytest.raises(JobNotFound):
        gateway.client.job("z-image-base_nonsense").wait()
    assert gateway.counts() == (0, 1, 0)


@pytest.mark.parametrize(
    ("name", "kind"), [("FAILED", JobFailed), ("ERROR", JobErrored), ("failed", JobFailed)]
)
def test_a_job_that_ends_badly_is_an_error(gateway: Gateway, name: str, kind: type[ZImageError]) -> None:
    """FAILED, which is charged, is told from ERROR, which is not; the gateway's reason is passed on."""
    gateway.script(poll=[state(name, "Content flagged.")])
    with pytest.raises(kind, match="Content flagged") as caught:
        gateway.client.submit(REQUEST).wait()
    assert caught.value.request_id == JOB
    assert gateway.counts() == (1, 1, 0)


@pytest.mark.parametrize("error", [None, 7, ["x"]])
def test_a_reason_that_is_missing_is_not_missed(gateway: Gateway, error: object) -> None:
    """The error has words all the same."""
    gateway.script(poll=[state("FAILED", error=error)])  # type: ignore[arg-type]
    with pytest.raises(JobFailed, match="no reason was given"):
        gateway.client.job(JOB).wait()


def test_unknown_states_and_fields_are_tolerated(gateway: Gateway) -> None:
    """A state that the contract does not know is no end; what came is kept as it was."""
    seen: list[JobStatus] = []
    gateway.script(poll=[state("WARMING_UP", progress=0.5), state("completed")])
    assert gateway.client.submit(REQUEST).wait(on_update=seen.append).state == "COMPLETED"
    assert seen[0].state == "WARMING_UP"
    assert not seen[0].is_final
    assert seen[0].document["progress"] == 0.5


def test_the_deadline_carries_the_request_id(gateway: Gateway) -> None:
    """Nothing that is paid for is lost, and no poll is made that could come only too late."""
    gateway.script(poll=[PROCESSING])
    job = gateway.client.submit(REQUEST)
    with pytest.raises(WaitTimeout, match=JOB) as caught:
        job.wait(timeout=18)
    assert caught.value.request_id == JOB
    assert caught.value.last is None
    assert gateway.clock.now() == 15
    assert gateway.counts() == (1, 3, 0)


def test_the_deadline_says_what_the_last_poll_said(gateway: Gateway) -> None:
    """Who looks for the reason finds it."""
    gateway.script(poll=[page(403)])
    with pytest.raises(WaitTimeout, match="Just a moment") as caught:
        gateway.client.submit(REQUEST).wait(timeout=60)
    assert isinstance(caught.value.last, Forbidden)


@pytest.mark.parametrize("timeout", [0, 2])
def test_a_wait_without_patience_still_asks_once(gateway: Gateway, timeout: float) -> None:
    """At its end."""
    job = gateway.client.submit(REQUEST)
    assert job.wait(timeout=timeout).state == "COMPLETED"
    assert gateway.clock.now() == timeout


def test_waiting_for_ever_is_possible(gateway: Gateway) -> None:
    """No deadline, no error."""
    gateway.script(poll=[PROCESSING] * 200 + [COMPLETED])
    assert gateway.client.submit(REQUEST).wait(timeout=None).state == "COMPLETED"


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example/v2/requests/status/x",
        "http://127.0.0.1:1/v2/requests/status/x",
        "http://user@127.0.0.1/x",
        "file:///etc/passwd",
        "//x",
        "http://[",
        7,
        None,
    ],
)
def test_a_polling_url_elsewhere_is_not_followed(gateway: Gateway, url: object) -> None:
    """The key goes to the gateway's own origin only, where the documented path is asked instead."""
    gateway.script(submit=[said(202, {"request_id": JOB, "status": "QUEUED", "polling_url": url})])
    job = gateway.client.submit(REQUEST)
    assert job.polling_url is None
    job.wait()
    assert gateway.seen["poll"][0].path == f"/v2/requests/status/{JOB}"


def test_a_polling_url_at_home_is_followed(gateway: Gateway) -> None:
    """Whatever its path."""
    url = f"{gateway.url}/v2/other?id=1"
    gateway.script(submit=[said(202, {"request_id": JOB, "status": "QUEUED", "polling_url": url})])
    gateway.client.submit(REQUEST).wait()
    assert gateway.seen["poll"][0].full_path == "/v2/other?id=1"


@pytest.mark.parametrize("request_id", ["../../v1/x", "a/b", "x?y#z", "ä\n"])
def test_an_odd_id_stays_in_its_place(gateway: Gateway, request_id: str) -> None:
    """It is one part of the path, whatever is in it."""
    gateway.script(poll=[state("COMPLETED", request_id=request_id)])
    assert gateway.client.job(request_id).status().request_id == request_id
    assert gateway.seen["poll"][0].path == f"/v2/requests/status/{request_id}"


def test_status_asks_once_and_raises_for_the_answer_only(gateway: Gateway) -> None:
    """FAILED is an answer there; 503 is an error, and not uncertain: nothing can be charged by a poll."""
    gateway.script(poll=[state("FAILED", "x"), page(503)])
    job = gateway.client.job(JOB)
    assert job.status().error == "x"
    with pytest.raises(ZImageError) as caught:
        job.status()
    assert not caught.value.uncertain
    assert gateway.counts() == (0, 2, 0)


def test_errors_of_a_listener_reach_the_caller(gateway: Gateway) -> None:
    """They are the caller's own."""

    def listener(_: JobStatus) -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        gateway.client.submit(REQUEST).wait(on_update=listener)


def test_a_prefix_of_the_gateway_is_kept(gateway: Gateway) -> None:
    """A gateway may live below a path."""
    client = gateway.client_with(base_url=f"{gateway.url}/v2/prefix/")
    client.job(JOB).wait()
    assert gateway.seen["poll"][0].path == f"/v2/prefix/v2/requests/status/{JOB}"
