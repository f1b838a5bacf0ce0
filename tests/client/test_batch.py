"""Many jobs: none loses another, and none is paid for twice."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from threading import Barrier, Event, Lock
from typing import Any
from urllib.parse import urlsplit

import pytest
from client_support import KEY

from zimage_client import (
    BaseRequest,
    BatchInUse,
    Client,
    InsufficientBalance,
    InvalidRequest,
    JobErrored,
    JobFailed,
    Outcome,
    Settings,
    Submitting,
    TransportError,
    TurboRequest,
    Unauthorized,
    WaitTimeout,
)
from zimage_client._gate import Gate
from zimage_client._state import Entry, State
from zimage_client._watch import Mailbox, Stopped
from zimage_client.testing import Answer, Call, ManualClock, StubGateway, StubTransport, json_answer


class Scripted:
    """A gateway that does with each submit what its prompt says."""

    def __init__(self) -> None:
        self.stub = StubGateway()
        self.submits: list[str] = []
        self.open = self.most_open = 0
        self.states: dict[str, str] = {}
        self.lock = Lock()

    def __call__(self, call: Call) -> Answer:
        """Answer one call at a time."""
        with self.lock:
            return self._submit(call) if call.method == "POST" else self._get(call)

    def _submit(self, call: Call) -> Answer:
        prompt = json.loads(call.body or b"")["prompt"]
        self.submits.append(prompt)
        if prompt.isdecimal():
            return json_answer(int(prompt), {"error": "No", "message": "No."})
        if prompt == "limited" and self.submits.count(prompt) == 1:
            return json_answer(429, {}, {"retry-after": "30"})
        if prompt == "lost":
            self.stub(call)
            raise TransportError("reset")
        answer = self.stub(call)
        self.states[answer.json()["request_id"]] = prompt
        self.open += 1
        self.most_open = max(self.open, self.most_open)
        return answer

    def _get(self, call: Call) -> Answer:
        path = urlsplit(call.url).path
        request_id = path.rpartition("/")[2]
        prompt = self.states.get(request_id, "")
        if path.startswith("/v2/") and prompt.isupper():
            return json_answer(200, {"request_id": request_id, "status": prompt, "error": "So it is."})
        if path.startswith("/v1/"):
            self.open -= 1
        return self.stub(call)


@pytest.fixture
def gateway() -> Scripted:
    """A gateway in memory."""
    return Scripted()


def client_of(gateway: Scripted, settings: Settings | None = None, url: str = "http://mock.test") -> Client:
    """Make a client that does not wait."""
    return Client(KEY, url, settings=settings, transport=StubTransport(gateway), clock=ManualClock())


def asked(*prompts: str) -> list[TurboRequest]:
    """Make a request a prompt."""
    return [TurboRequest(prompt=prompt, image_size="square_1_1") for prompt in prompts]


def run(client: Client, *prompts: str, to: Path, **options: Any) -> list[Outcome]:
    """Run a batch and return the outcomes in the order of the requests."""
    outcomes = client.generate_many(asked(*prompts), to, **options)
    return sorted(outcomes, key=lambda outcome: outcome.index)


def test_every_request_has_an_outcome(gateway: Scripted, tmp_path: Path) -> None:
    """With its pictures, whatever became of the others."""
    outcomes = run(client_of(gateway), "a", "400", "FAILED", "ERROR", "500", "", "lost", "b", to=tmp_path)
    kinds = [type(outcome.error).__name__ for outcome in outcomes]
    bad = ["InvalidRequest", "JobFailed", "JobErrored", "ServerError", "InvalidRequest", "TransportError"]
    assert kinds == ["NoneType", *bad, "NoneType"]
    for outcome in (outcomes[0], outcomes[-1]):
        assert outcome.result is not None
        assert outcome.result.files[0].parent == tmp_path
        assert outcome.request_id == outcome.result.job.request_id
    assert outcomes[2].request_id
    assert outcomes[1].request_id is None
    assert sorted(gateway.submits) == sorted(["a", "400", "FAILED", "ERROR", "500", "lost", "b"])


@pytest.mark.parametrize("concurrency", [1, 3])
def test_no_more_jobs_are_open_than_asked_for(gateway: Scripted, tmp_path: Path, concurrency: int) -> None:
    """A job is submitted when another has ended."""
    run(client_of(gateway), *(f"p{n}" for n in range(12)), to=tmp_path, concurrency=concurrency)
    assert 1 <= gateway.most_open <= concurrency
    assert len(gateway.submits) == 12


def test_jobs_run_side_by_side(tmp_path: Path) -> None:
    """As many as asked for: each waits here until all are there."""
    meeting, stub = Barrier(4, timeout=20), StubGateway()

    def handler(call: Call) -> Answer:
        if call.method == "POST":
            meeting.wait()
        return stub(call)

    client = Client(KEY, transport=StubTransport(handler), clock=ManualClock())
    assert all(each.result for each in run(client, "a", "b", "c", "d", to=tmp_path, concurrency=4))


def test_requests_are_drawn_as_they_are_needed(gateway: Scripted, tmp_path: Path) -> None:
    """A source without end is no trouble."""
    drawn: list[int] = []

    def endless() -> Iterator[TurboRequest]:
        while True:
            drawn.append(1)
            yield asked("x")[0]

    outcomes = client_of(gateway).generate_many(endless(), tmp_path, concurrency=2)
    assert len(list(islice(outcomes, 5))) == 5
    outcomes.close()  # type: ignore[attr-defined]
    count = len(drawn)
    assert count == len(gateway.submits)


def test_a_failing_source_is_told_to_the_caller(gateway: Scripted, tmp_path: Path) -> None:
    """Its own error comes through."""

    def broken() -> Iterator[TurboRequest]:
        yield asked("x")[0]
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        list(client_of(gateway).generate_many(broken(), tmp_path))


@pytest.mark.parametrize("concurrency", [0, -1])
def test_without_concurrency_there_is_nothing_to_do(
    gateway: Scripted, tmp_path: Path, concurrency: int
) -> None:
    """A number without meaning is refused."""
    with pytest.raises(ValueError, match="concurrency"):
        client_of(gateway).generate_many([], tmp_path, concurrency=concurrency)


def test_updates_say_which_request_they_are_about(gateway: Scripted, tmp_path: Path) -> None:
    """By its place in the batch."""
    seen: set[tuple[int, str]] = set()
    bytes_of: set[int] = set()
    run(
        client_of(gateway),
        "a",
        "b",
        to=tmp_path,
        on_update=lambda index, status: seen.add((index, status.state)),
        on_progress=lambda index, _: bytes_of.add(index),
    )
    assert seen == {(0, "QUEUED"), (0, "COMPLETED"), (1, "QUEUED"), (1, "COMPLETED")}
    assert bytes_of == {0, 1}


def test_a_rate_limit_holds_all_submits(gateway: Scripted, tmp_path: Path) -> None:
    """One 429 is enough for everybody; then all go on."""
    client = client_of(gateway)
    outcomes = run(client, "limited", "a", "b", to=tmp_path, concurrency=1)
    assert all(outcome.result for outcome in outcomes)
    assert gateway.submits == ["limited", "limited", "a", "b"]


def test_what_is_too_dear_once_is_not_asked_again(gateway: Scripted, tmp_path: Path) -> None:
    """After a 402 what costs as much is not sent; what costs less is."""
    dear, cheap = BaseRequest(prompt="402", image_size="square_1_1"), asked("cheap")[0]
    outcomes = list(client_of(gateway).generate_many([dear, dear, cheap], tmp_path, concurrency=1))
    assert [type(outcome.error) for outcome in outcomes] == [InsufficientBalance] * 2 + [type(None)]
    assert gateway.submits == ["402", "cheap"]


def test_a_bad_key_is_told_once(gateway: Scripted, tmp_path: Path) -> None:
    """No further request is sent with it."""
    outcomes = run(client_of(gateway), "401", "a", "b", to=tmp_path, concurrency=1)
    assert all(isinstance(outcome.error, Unauthorized) for outcome in outcomes)
    assert gateway.submits == ["401"]


def test_a_job_without_end_does_not_hold_the_others(gateway: Scripted, tmp_path: Path) -> None:
    """Its error says its id; the state file keeps it for the next run."""
    state = tmp_path / "state"
    outcomes = run(client_of(gateway), "PROCESSING", "a", to=tmp_path, timeout=60, state=state)
    assert isinstance(outcomes[0].error, WaitTimeout)
    assert outcomes[1].result
    gateway.states.clear()
    again = run(client_of(gateway), "PROCESSING", "a", to=tmp_path, state=state)
    assert all(outcome.result for outcome in again)
    assert gateway.submits.count("PROCESSING") == 1


def test_a_finished_batch_costs_nothing_to_repeat(gateway: Scripted, tmp_path: Path) -> None:
    """Pictures are where they were; FAILED is told again; ERROR, which was free, is tried again."""
    prompts = ("a", "FAILED", "ERROR", "b", "a")
    first = run(client_of(gateway), *prompts, to=tmp_path, state=tmp_path / "state")
    gateway.states.clear()
    again = run(client_of(gateway), *prompts, to=tmp_path, state=tmp_path / "state")
    assert sorted(gateway.submits) == sorted([*prompts, "ERROR"])
    assert [each.result and each.result.files for each in again[:1]] == [
        first[0].result and first[0].result.files
    ]
    assert isinstance(first[1].error, JobFailed)
    assert isinstance(again[1].error, JobFailed)
    assert isinstance(first[2].error, JobErrored)
    assert isinstance(again[2].error, JobErrored)
    assert again[0].request_id != again[4].request_id


def test_a_reordered_batch_is_still_the_same(gateway: Scripted, tmp_path: Path) -> None:
    """Requests are known by what they ask for; new ones are submitted."""
    run(client_of(gateway), "a", "b", to=tmp_path, state=tmp_path / "state")
    outcomes = run(client_of(gateway), "b", "c", "a", "a", to=tmp_path, state=tmp_path / "state")
    assert all(outcome.result for outcome in outcomes)
    assert sorted(gateway.submits) == ["a", "a", "b", "c"]


def test_lost_pictures_are_fetched_again_without_paying(gateway: Scripted, tmp_path: Path) -> None:
    """The job is remembered, also when its files are gone."""
    (outcome,) = run(client_of(gateway), "a", to=tmp_path / "x", state=tmp_path / "state")
    assert outcome.result
    outcome.result.files[0].unlink()
    (again,) = run(client_of(gateway), "a", to=tmp_path / "x", state=tmp_path / "state")
    assert again.result
    assert again.result.files[0].is_file()
    assert gateway.submits == ["a"]


def test_leaving_the_loop_loses_nothing(gateway: Scripted, tmp_path: Path) -> None:
    """What was submitted is taken up by the next run; each request is paid for once."""
    prompts = [f"p{number}" for number in range(20)]
    outcomes = client_of(gateway).generate_many(asked(*prompts), tmp_path, state=tmp_path / "state")
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]
    again = run(client_of(gateway), *prompts, to=tmp_path, state=tmp_path / "state")
    assert all(outcome.result for outcome in again)
    assert sorted(gateway.submits) == sorted(prompts)


@pytest.mark.parametrize("cut", range(0, 400, 37))
def test_a_run_that_was_killed_loses_nothing(gateway: Scripted, tmp_path: Path, cut: int) -> None:
    """Wherever the file ends, no request that was accepted is submitted again."""
    run(client_of(gateway), "a", "b", to=tmp_path, state=tmp_path / "state", concurrency=1)
    lines = (tmp_path / "state").read_bytes()
    head = lines.index(b"\n") + 1
    kept = lines[: max(head, len(lines) - cut)]
    (tmp_path / "state").write_bytes(kept)
    known = sum(b'"submitting"' in line and line.endswith(b"}") for line in kept.splitlines())
    outcomes = run(client_of(gateway), "a", "b", to=tmp_path, state=tmp_path / "state", concurrency=1)
    assert len(gateway.submits) == 2 + (2 - known)
    for outcome in outcomes:
        assert outcome.result or (isinstance(outcome.error, TransportError) and outcome.error.uncertain)


def test_a_line_that_broke_off_does_not_take_the_next_with_it(tmp_path: Path) -> None:
    """What is written after a crash is read again."""
    with State(tmp_path / "state", "http://mock.test:80"):
        pass
    with (tmp_path / "state").open("a") as file:
        file.write('{"key": "x", "st')
    request = asked("a")[0]
    with State(tmp_path / "state", "http://mock.test:80") as state:
        state.note(Entry(state.entry(request).key, "submitting"))
    with State(tmp_path / "state", "http://mock.test:80") as state:
        assert state.entry(request).step == "submitting"


def test_an_uncertain_submit_is_repeated_only_by_who_opts_in(gateway: Scripted, tmp_path: Path) -> None:
    """Not in this run and not in the next."""
    for _ in range(2):
        (outcome,) = run(client_of(gateway), "lost", to=tmp_path, state=tmp_path / "state")
        assert isinstance(outcome.error, TransportError)
        assert outcome.error.uncertain
    assert gateway.submits == ["lost"]
    brave = client_of(gateway, Settings(submitting=Submitting(resubmit=True, attempts=1)))
    run(brave, "lost", to=tmp_path, state=tmp_path / "state")
    assert gateway.submits == ["lost", "lost"]


def test_a_refused_request_is_tried_again_in_the_next_run(gateway: Scripted, tmp_path: Path) -> None:
    """It was not accepted, that is certain."""
    for _ in range(2):
        run(client_of(gateway), "400", to=tmp_path, state=tmp_path / "state")
    assert gateway.submits == ["400", "400"]


def test_one_run_at_a_time_has_the_file(gateway: Scripted, tmp_path: Path) -> None:
    """Two at once would pay twice."""
    first = client_of(gateway).generate_many(asked("a", "b"), tmp_path, state=tmp_path / "state")
    next(first)
    with pytest.raises(BatchInUse, match="another run"):
        run(client_of(gateway), "a", to=tmp_path, state=tmp_path / "state")
    list(first)


def test_the_file_belongs_to_one_gateway(gateway: Scripted, tmp_path: Path) -> None:
    """Jobs of the mock are not taken for jobs of the live one, nor is any file overwritten."""
    run(client_of(gateway), "a", to=tmp_path, state=tmp_path / "state")
    with pytest.raises(BatchInUse, match="belongs to the gateway"):
        run(client_of(gateway, url="http://other.test"), "a", to=tmp_path, state=tmp_path / "state")
    (tmp_path / "notes.txt").write_text("dear diary\n")
    with pytest.raises(BatchInUse, match="no state file"):
        run(client_of(gateway), "a", to=tmp_path, state=tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_text() == "dear diary\n"


def test_the_file_holds_no_prompt_and_no_key(gateway: Scripted, tmp_path: Path) -> None:
    """It may be kept and shown."""
    run(client_of(gateway), "secret plans", to=tmp_path, state=tmp_path / "state")
    text = (tmp_path / "state").read_text()
    assert "secret" not in text
    assert KEY not in text


def test_a_disk_that_fails_is_one_outcome(gateway: Scripted, tmp_path: Path) -> None:
    """And not the end of the batch; the job is remembered."""

    def fails_once(index: int, _: object) -> None:
        if index == 0:
            raise OSError("disk full")

    outcomes = run(
        client_of(gateway), "a", "b", to=tmp_path, on_progress=fails_once, state=tmp_path / "state"
    )
    assert isinstance(outcomes[0].error, OSError)
    assert outcomes[1].result
    again = run(client_of(gateway), "a", "b", to=tmp_path, state=tmp_path / "state")
    assert all(outcome.result for outcome in again)
    assert len(gateway.submits) == 2


def test_invalid_requests_are_listed_and_not_sent(gateway: Scripted, tmp_path: Path) -> None:
    """One error each."""
    (outcome,) = run(client_of(gateway), "", to=tmp_path, state=tmp_path / "state")
    assert isinstance(outcome.error, InvalidRequest)
    assert outcome.error.problems
    assert gateway.submits == []


def test_the_gate_stays_closed_for_as_long_as_was_asked() -> None:
    """Whoever comes while it is closed waits for the rest; whoever is stopped waits no longer."""
    clock = ManualClock()
    gate = Gate(clock)
    gate.hold(30, Mailbox())
    assert clock.sleeps == [30]
    gate._opens += 12
    gate.enter(asked("a")[0], Mailbox())
    assert clock.sleeps == [30, 12]
    stopped = Mailbox()
    stopped.stop()
    with pytest.raises(Stopped):
        gate.hold(5, stopped)


def test_a_batch_that_is_left_while_it_waits_for_a_limit_can_go_on(tmp_path: Path) -> None:
    """The request was refused, that is certain, so the next run submits it."""
    scripted = Scripted()
    clock = StoppingClock()
    client = Client(KEY, "http://mock.test", transport=StubTransport(scripted), clock=clock)
    outcomes = client.generate_many(asked("a", "limited"), tmp_path, state=tmp_path / "state", concurrency=2)
    next(outcomes)
    clock.asleep.wait(10)
    outcomes.close()  # type: ignore[attr-defined]
    again = run(client_of(scripted), "a", "limited", to=tmp_path, state=tmp_path / "state")
    assert all(outcome.result for outcome in again)
    assert scripted.submits.count("limited") == 2


class StoppingClock(ManualClock):
    """Sleeps for real when it is asked to wait for a limit, until it is woken."""

    def __init__(self) -> None:
        super().__init__()
        self.asleep = Event()

    def sleep(self, seconds: float, wake: Event | None = None) -> None:
        """Wait for the end of the batch."""
        if seconds == 30 and wake:
            self.asleep.set()
            wake.wait(20)
        else:
            super().sleep(seconds, wake)
