"""A probe shows all that a gateway has to show, within its means, and ends."""

import json
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import chain, count, repeat
from threading import Event
from typing import Any

import pytest
from rude_server import Manner, RudeServer

from mockgateway import MockGateway
from zimage_contract.checks import CHECKS
from zimage_contract.exchange import Exchange
from zimage_contract.probe import Observation, ProbeSettings, Unreachable, probe
from zimage_contract.probe.mock_keys import is_mockgateway, keys_of_mock
from zimage_contract.verdict import Spend, Terms, judge
from zimage_schemas import FINAL_STATUSES, KEY_HEADER, MODELS, STATUS_PATH


@pytest.fixture(scope="module")
def mock() -> Iterator[MockGateway]:
    """One mock for the module: every probe has keys of its own."""
    with MockGateway(queue_time=0.05, processing_time=0.05) as gateway:
        yield gateway


def settings_for(url: str, run: str, **told: Any) -> ProbeSettings:
    """Describe a quick probe of a mock, with keys of that run."""
    keys = dict(keys_of_mock(run))
    known = {"examples": 0, "poll_interval": 0.02, "deadline": 20.0, "patience": 0.1}
    return ProbeSettings(**{"origin": url, "key": keys.pop("valid"), "keys": keys, **known, **told})


@pytest.fixture(scope="module")
def whole(mock: MockGateway) -> Observation:
    """A probe of the mock without a budget, and with every key."""
    return probe(settings_for(mock.url, "whole"))


def spent_at(mock: MockGateway, settings: ProbeSettings) -> Decimal:
    """Add up what the mock's books say of the keys of a probe."""
    keys = (settings.key, *settings.keys.values())
    return sum((mock.account(key).wallet.charged for key in keys), Decimal(0))


def test_a_probe_leaves_no_check_without_evidence(whole: Observation) -> None:
    """All of the contract can be seen at a gateway that keeps it, and none of it is found broken."""
    found = judge(CHECKS, whole.transcript, Terms(level="assumed"))

    assert {each.check.id: (each.verdict, each.reason) for each in found if each.verdict != "pass"} == {}
    assert whole.transcript.lacking == {}


def test_a_probe_records_what_it_knows(whole: Observation, mock: MockGateway) -> None:
    """Exchanges of every kind in their order, the keys, the receiver, and how long it waited."""
    seen = whole.transcript
    settings = settings_for(mock.url, "whole")

    assert {each.kind for each in seen.exchanges} == {"submit", "status", "media", "callback", "other"}
    assert [each.number for each in seen.exchanges] == list(range(1, len(seen.exchanges) + 1))
    assert [each.at for each in seen.exchanges] == sorted(each.at for each in seen.exchanges)
    assert seen.keys == {"valid": settings.key, **settings.keys}
    assert seen.receiver.startswith("http://127.0.0.1:")
    assert (seen.patience, seen.deadline, seen.slowest) == (0.1, 20.0, 10.0)
    assert all(each.intent for each in seen.exchanges if each.kind != "callback")
    assert not [each.broken for each in seen.exchanges if each.broken]


def test_every_job_is_followed_to_its_end_and_read_twice_more(whole: Observation) -> None:
    """Jobs of all keys, however they end."""
    jobs = [job for job in whole.transcript.jobs.values() if job.submit]

    assert len(jobs) == whole.spend.jobs
    for job in jobs:
        states = [document["status"] for _, document in job.seen]
        assert [status in FINAL_STATUSES for status in states[-3:]] == [True] * 3
    assert {job.seen[-1][1]["status"] for job in jobs} == set(FINAL_STATUSES)


def test_media_are_got_without_a_key(whole: Observation) -> None:
    """Pictures of every size, format and number for both models; a link is opened a second time."""
    media = whole.transcript.of("media")

    assert not any(each.header(KEY_HEADER) for each in media)
    assert max(Counter(each.url for each in media).values()) == 2
    assert len({each.url.partition("/v1/")[2].partition("_")[0] for each in media}) == 2


def test_spending_equals_the_books_of_the_gateway(whole: Observation, mock: MockGateway) -> None:
    """To the cent, with what was paid back for jobs that ended in ERROR."""
    assert whole.spend.estimated_usd == spent_at(mock, settings_for(mock.url, "whole")) > 0


def sent_by_hand(seen: Observation) -> list[tuple[str, bytes, str | None]]:
    """Return what does not depend on the gateway's pace: everything but polls, downloads and callbacks."""
    return [
        (each.path, each.body, seen.transcript.situation(each))
        for each in seen.transcript.exchanges
        if each.kind in {"submit", "other"}
    ]


def test_the_same_settings_send_the_same_requests(mock: MockGateway) -> None:
    """In the same order."""
    turbo = (MODELS["turbo"],)
    told = {"models": turbo, "budget": Decimal("0.03"), "patience": 0.0}
    first, second = (probe(settings_for(mock.url, run, **told)) for run in ("first", "second"))

    assert sent_by_hand(first) == sent_by_hand(second)
    assert {each.model.name for each in first.transcript.accepted if each.model} == {"turbo"}


def test_without_a_budget_for_it_nothing_is_spent(mock: MockGateway) -> None:
    """Only what is documented to be refused is sent, and reads; the reasons name the option."""
    settings = settings_for(mock.url, "poor", budget=Decimal(0), keys={})

    found = probe(settings)

    assert found.spend == Spend()
    assert spent_at(mock, settings) == 0
    assert found.transcript.accepted == ()
    assert len(found.transcript.of("submit")) > 150
    assert "give --budget DOLLARS" in found.transcript.lacking["paid"]
    money = found.transcript.lacking["paid"]
    assert found.transcript.lacking["invalid"] == "no key for invalid: give --key invalid=KEY"
    failing = f"no key for job-failed: give --key job-failed=KEY; {money}"
    assert found.transcript.lacking["job-failed"] == failing
    assert found.transcript.lacking["second-key"] == f"no second good key: give --key second=KEY; {money}"
    verdicts = {each.verdict for each in judge(CHECKS, found.transcript, Terms(level="assumed"))}
    assert verdicts == {"pass", "not-run"}


@pytest.mark.parametrize("budget", ["0.009", "0.05", "0.15"])
def test_a_budget_is_never_exceeded_and_told_before_it_is_spent(mock: MockGateway, budget: str) -> None:
    """The plan comes first; what it had no room for is not run, with that reason."""
    settings = settings_for(mock.url, f"budget-{budget[2:]}", budget=Decimal(budget))
    told: list[tuple[str, Decimal]] = []

    found = probe(settings, lambda sentence: told.append((sentence, spent_at(mock, settings))))

    assert "at the most" in told[0][0]
    assert told[0][1] == 0
    assert 0 < found.spend.estimated_usd == spent_at(mock, settings) <= Decimal(budget)
    assert "give a larger --budget" in found.transcript.lacking["paid"]
    verdicts = {each.verdict for each in judge(CHECKS, found.transcript, Terms(level="assumed"))}
    assert verdicts == {"pass", "not-run"}


def webhook_verdicts(mock: MockGateway, scenario: str, **told: Any) -> dict[str, str]:
    """Probe one model with a key in that scenario, and return what the checks say of callbacks."""
    known = {"models": (MODELS["turbo"],), "keys": {}, "budget": Decimal("0.009"), **told}
    found = probe(settings_for(mock.url, "late", key=f"mock-{scenario}-late", **known))
    results = judge(CHECKS, found.transcript, Terms(level="assumed"))
    return {each.check.id: each.verdict for each in results if each.check.chapter == "webhook"}


def test_a_callback_that_comes_late_is_waited_for() -> None:
    """Much longer than for a second one: as long as for the end of the job."""
    with MockGateway(queue_time=0.05, processing_time=0.05, speed=60) as fast:
        verdicts = webhook_verdicts(fast, "webhook-late", poll_interval=0.005)

    assert verdicts["webhook.arrives"] == "pass"
    assert "fail" not in verdicts.values()


def test_a_callback_that_never_comes_is_missed(mock: MockGateway) -> None:
    """At the deadline of its job."""
    assert webhook_verdicts(mock, "webhook-never", deadline=1.0)["webhook.arrives"] == "fail"


def test_generated_requests_come_too_and_callbacks_by_a_public_address(mock: MockGateway) -> None:
    """As many as are asked for, judged like all others; the address is the one that was given."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        public = f"http://localhost:{free.getsockname()[1]}/from/outside"
    turbo = (MODELS["turbo"],)

    found = probe(settings_for(mock.url, "more", models=turbo, examples=1, webhook_url=public))

    assert any(each.intent.startswith("generated") for each in found.transcript.exchanges)
    assert found.transcript.receiver == public
    assert all(each.url.startswith(f"{public}/") for each in found.transcript.of("callback"))
    assert len(found.transcript.of("callback")) == 3
    assert found.spend.estimated_usd == spent_at(mock, settings_for(mock.url, "more"))


def test_nobody_there_is_unreachable() -> None:
    """The message says what to do."""
    settings = ProbeSettings(origin="http://127.0.0.1:1", key="some-key")

    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:1 does not answer .*check the address"):
        probe(settings)


def test_one_that_is_too_slow_is_not_taken_for_none(rude: Callable[..., RudeServer]) -> None:
    """The message says how it is given longer."""
    settings = ProbeSettings(
        origin=rude(lambda _connection, _request: Event().wait(1)).url, key="some-key", max_response=0.05
    )

    with pytest.raises(Unreachable, match=r"longer than 0\.1 s with a greater --max-response"):
        probe(settings)


def test_a_mock_on_this_machine_is_known(mock: MockGateway, rude: Callable[..., RudeServer]) -> None:
    """Others are not taken for one, and other machines are not asked."""
    server = rude(manner(post=accepts(), get=lambda _path: (200, {"status": "ok"})))

    assert is_mockgateway(mock.url)
    assert not is_mockgateway(server.url)
    assert not is_mockgateway("http://127.0.0.1:1")
    assert not is_mockgateway("https://gateway.invalid")


# Gateways that do not keep the contract

Answered = tuple[int, Any]


def manner(post: Callable[[], Answered | None], get: Callable[[str], Answered]) -> Manner:
    """Answer in JSON; None: never."""

    def answer(connection: Any, request: bytes) -> None:
        method, path, _ = request.split(b" ", 2)
        found = post() if method == b"POST" else get(path.decode())
        if found is not None:
            body = json.dumps(found[1]).encode()
            head = f"HTTP/1.1 {found[0]} So\r\nContent-Length: {len(body)}\r\n\r\n"
            connection.sendall(head.encode() + body)

    return answer


def accepts(**fields: Any) -> Callable[[], Answered]:
    """Accept everything, each with an id of its own; `fields` go into the answer."""
    numbers = count(1)
    return lambda: (202, {"request_id": f"z-image-base_{next(numbers)}", "status": "QUEUED", **fields})


def completed(path: str, links: list[Any]) -> Answered:
    """Show a finished job with these links."""
    name = path.rpartition("/")[2]
    output = {"media_url": links, "media_type": "image/png"}
    return 200, {"request_id": name, "status": "COMPLETED", "error": None, "output": output}


QUICK = ProbeSettings(
    origin="", key="a-good-key", examples=0, poll_interval=0.02, deadline=0.2, max_response=0.2, patience=0
)


def good_submits(seen: Observation) -> list[Exchange]:
    """Return the submits with the good key."""
    return [each for each in seen.transcript.of("submit") if each.key == QUICK.key]


def test_an_unexpected_acceptance_ends_all_submits_with_a_good_key(rude: Callable[..., RudeServer]) -> None:
    """It is counted as spent, and so no second one can come of it."""
    server = rude(manner(post=accepts(), get=lambda _path: (404, {})))

    found = probe(replace(QUICK, origin=server.url, budget=Decimal(0)))

    assert len(good_submits(found)) == 1
    assert found.spend == Spend(1, Decimal("0.008"))


@pytest.mark.parametrize(
    ("status", "why"), [(202, "should have been refused was taken"), (503, "may have been taken")]
)
def test_what_was_withheld_for_the_moneys_sake_has_that_reason(
    rude: Callable[..., RudeServer], status: int, why: str
) -> None:
    """After one answer that may cost, the checks that then see nothing say why; they are no pass."""
    statuses = chain(repeat(400, 3), [status], repeat(400))
    refusal = {"error": "Bad Request", "message": "no"}
    server = rude(manner(post=lambda: (next(statuses), refusal), get=lambda _path: (404, {})))

    found = probe(replace(QUICK, origin=server.url, budget=Decimal(0)))

    results = {each.check.id: each for each in judge(CHECKS, found.transcript, Terms())}
    unseen = results["base-request.num_images.maximum"]
    assert (unseen.verdict, unseen.fatal) == ("inconclusive", True)
    assert why in unseen.reason
    assert results["life.ends"].reason == "it may cost money, and nothing may be spent: give --budget DOLLARS"


def test_on_loopback_unexpected_acceptances_are_counted_and_the_probe_goes_on(
    rude: Callable[..., RudeServer],
) -> None:
    """Nobody pays there."""
    server = rude(manner(post=accepts(), get=lambda path: completed(path, [])))

    found = probe(replace(QUICK, origin=server.url))

    with_key = [
        each
        for each in found.transcript.of("submit")
        if any("a-good-key" in value for _, value in each.headers)
    ]
    assert found.spend.jobs == len(with_key) > 300


def test_a_gateway_that_falls_silent_is_left(rude: Callable[..., RudeServer]) -> None:
    """After a deadline's worth of waiting in vain nothing more is sent."""
    server = rude(manner(post=lambda: None, get=lambda _path: (404, {})))

    found = probe(replace(QUICK, origin=server.url, max_response=0.05))

    assert 1 < len(found.transcript.of("submit")) < 10
    assert {each.broken for each in found.transcript.of("submit")} == {"no answer: time ran out"}


def test_a_job_without_an_end_is_polled_until_the_deadline(rude: Callable[..., RudeServer]) -> None:
    """The last poll is at the very end."""
    server = rude(manner(post=accepts(), get=lambda _path: (200, {"status": "PROCESSING"})))

    found = probe(replace(QUICK, origin=server.url, budget=Decimal("0.009")))

    job = next(iter(found.transcript.jobs.values()))
    assert job.submit is not None
    assert job.reads[-1].until - job.submit.until >= 0.9 * QUICK.deadline
    assert len(job.reads) > 2


def test_a_key_never_leaves_for_another_host(rude: Callable[..., RudeServer]) -> None:
    """Neither to a polling_url elsewhere nor to media; and links that are no web addresses stay closed."""
    other = rude(manner(post=accepts(), get=lambda _path: (200, {})))
    links = [f"{other.url}/picture.png", "file:///etc/passwd", "ftp://127.0.0.1/a", 7, None, "http://[::1"]
    polling = f"{other.url}{STATUS_PATH.format(request_id='x')}"
    server = rude(manner(post=accepts(polling_url=polling), get=lambda path: completed(path, links)))

    found = probe(replace(QUICK, origin=server.url, budget=Decimal("0.009")))

    assert [request.split(b" ")[1] for request in other.requests] == [b"/picture.png"] * 2
    assert not any(KEY_HEADER.lower().encode() in request.lower() for request in other.requests)
    assert {each.url for each in found.transcript.of("media")} == {links[0], "http://[::1"}


@pytest.mark.parametrize(
    "answer", [[], "text", None, {"polling_url": 7}, {"polling_url": "http://[::1"}, {"request_id": 7}]
)
def test_an_acceptance_that_names_no_job_is_taken_as_it_is(
    rude: Callable[..., RudeServer], answer: Any
) -> None:
    """It is spent, and nothing can be followed."""
    server = rude(manner(post=lambda: (202, answer), get=lambda _path: (404, {})))

    found = probe(replace(QUICK, origin=server.url, budget=Decimal("0.009")))

    assert found.spend.jobs >= 1


def test_a_job_is_found_by_its_polling_url_when_it_has_no_id(rude: Callable[..., RudeServer]) -> None:
    """One missing field does not hide all others."""
    answer = {"polling_url": "http://gateway.example" + STATUS_PATH.format(request_id="a%2Fb")}
    server = rude(manner(post=lambda: (202, answer), get=lambda path: completed(path, [])))

    found = probe(replace(QUICK, origin=server.url, budget=Decimal("0.009")))

    assert "a/b" in found.transcript.jobs
