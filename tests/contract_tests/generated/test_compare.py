"""Drift: a gateway never differs from itself, and one that differs in one thing differs in that alone."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from direct_line import Opened, opened
from faulty.gateway import Gateway, Job
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockgateway import MockGateway
from zimage_contract.cli import commands
from zimage_contract.compare import Comparison, Difference, compare, differences, pairs
from zimage_contract.exchange import Exchange, Transcript
from zimage_contract.probe import Unreachable
from zimage_contract.probe.generated import drawn
from zimage_contract.probe.refusals import refuse
from zimage_contract.probe.session import written
from zimage_contract.probe.settings import ProbeSettings
from zimage_contract.probe.shapes import good
from zimage_contract.probe.strategies import breakable, breaking, valid
from zimage_schemas import FINAL_STATUSES, MODELS, Model

RULES = [each.id for model in MODELS.values() for each in breakable(model)]
# What is asked is drawn by hypothesis too, by a fixed seed.
NESTED = [HealthCheck.nested_given]
SETTINGS = ProbeSettings(
    origin="", key="key-of-both", examples=2, models=(MODELS["turbo"],), poll_interval=0.02, patience=0.0
)


def asked(
    gateway: Gateway, seed: int = 0, models: tuple[Model, ...] = tuple(MODELS.values())
) -> tuple[Transcript, str]:
    """Ask a gateway much of what `compare` asks, and return what came of it, and its origin."""
    told = opened(gateway, models=models)
    for model in models:
        for rule in breakable(model):
            _submit(told, model, drawn(breaking(rule), 3, seed))
        _submit(told, model, (*(written(each.body) for each in good(model)), *drawn(valid(model), 6, seed)))
    refuse(told.session, None)
    how = told.session.settings
    return Transcript(told.exchanges, keys={"valid": how.key, **how.keys}), how.origin


def _submit(told: Opened, model: Model, bodies: tuple[bytes, ...]) -> None:
    for body in bodies:
        sent = told.session.submit(model, body)
        for _ in range(3 if sent and sent.accepted else 0):
            told.session.poll(sent.got["request_id"])


def drift(a: Gateway, b: Gateway, *how: Any) -> tuple[Difference, ...]:
    """Compare two gateways; `how` as for `asked`."""
    (seen_a, origin_a), (seen_b, origin_b) = asked(a, *how), asked(b, *how)
    found = tuple(pairs(seen_a, seen_b, (origin_a, origin_b)))
    assert len(found) > 80
    return differences(found, (seen_a.keys, seen_b.keys))


@settings(max_examples=3, deadline=None, suppress_health_check=NESTED)
@given(st.integers(0, 2**32))
def test_a_gateway_does_not_differ_from_itself(seed: int) -> None:
    """Ids, times and links differ from answer to answer, and are no drift."""
    assert drift(Gateway(), Gateway(), seed) == ()


@settings(max_examples=4, deadline=None, suppress_health_check=NESTED)
@given(st.sampled_from(RULES))
def test_a_rule_that_is_not_enforced_is_the_only_drift(forgotten: str) -> None:
    """It is named, with who departs from it and what it rests on."""
    lax = type("Lax", (Gateway,), {"unenforced": frozenset({forgotten})})
    models = tuple(model for model in MODELS.values() if forgotten.startswith(model.request.name))
    (found,) = drift(Gateway(), lax(), 0, models)
    assert (found.subject, found.aspect, found.departs) == (forgotten, "status", "B")
    assert (found.a, found.b) == ("400", "202")
    assert found.basis
    assert found.section
    (mirrored,) = drift(lax(), Gateway(), 0, models)
    assert (mirrored.departs, mirrored.a, mirrored.b) == ("A", "202", "400")


class Frugal(Gateway):
    """Takes two pictures at the most."""

    def judged(self, body: Any, model: Any) -> dict[str, Any]:
        """Refuse more."""
        found = super().judged(body, model)
        if found.get("num_images", 1) > 2:
            return self.judged({**found, "num_images": 5}, model)
        return found


def test_the_refusal_of_a_value_is_laid_to_its_field() -> None:
    """With the least request that shows it."""
    found = drift(Gateway(), Frugal())
    assert {each.subject for each in found} == {f"request.{name}.num_images" for name in MODELS}
    assert {(each.a, each.b, each.departs, each.basis) for each in found} == {
        ("202", "400", "B", "documented")
    }
    assert all(set(each.pair[1].sent) == {"prompt", "image_size", "num_images"} for each in found)


class Chatty(Gateway):
    """Says more in its documents, and another media type."""

    def document(self, job: Job, origin: str) -> dict[str, Any]:
        """Add a field."""
        return {**super().document(job, origin), "progress": 50}


def test_what_the_contract_does_not_speak_of_is_told_as_such() -> None:
    """An additional field is a difference, and nobody departs."""
    (found,) = drift(Gateway(), Chatty())
    assert (found.subject, found.aspect) == ("status-document", "body.progress")
    assert (found.a, found.b, found.departs, found.basis) == ("absent", "50", "neither", None)
    assert found.count > 1


def test_no_exchanges_do_not_differ() -> None:
    """Nothing compared is no drift, and no error."""
    assert differences(()) == ()


def test_a_request_that_one_was_not_asked_is_left_out() -> None:
    """And those that both were asked are still paired with their like."""
    seen, origin = asked(Gateway())
    fewer = replace(seen, exchanges=seen.exchanges[5:])
    for a, b in pairs(seen, fewer, (origin, origin)):
        assert (a.method, a.body, a.answer) == (b.method, b.body, b.answer)


def test_of_a_jobs_polls_only_the_end_is_compared() -> None:
    """How far a job is at a poll is chance."""
    seen, origin = asked(Gateway())
    polled = [a for a, _ in pairs(seen, seen, (origin, origin)) if _is_read(a)]
    assert polled
    assert all(each.got["status"] in FINAL_STATUSES for each in polled)


def _is_read(exchange: Exchange) -> bool:
    return exchange.kind == "status" and exchange.succeeded


@pytest.fixture(scope="module")
def plain() -> Iterator[str]:
    """A mock without peculiarities."""
    with MockGateway(queue_time=0.02, processing_time=0.02) as gateway:
        yield gateway.url


def compared(plain: str, **peculiar: Any) -> Comparison:
    """Compare that mock with one that has other settings."""
    with MockGateway(**{"queue_time": 0.02, "processing_time": 0.02, **peculiar}) as other:
        return compare(replace(SETTINGS, origin=plain), replace(SETTINGS, origin=other.url))


def test_two_mocks_with_other_paces_do_not_differ(plain: str) -> None:
    """Jobs are compared by their ends."""
    found = compared(plain, queue_time=0, processing_time=0.1)
    assert found.differences == ()
    assert found.pairs > 200
    assert found.spend[0] == found.spend[1]


def test_another_status_of_accepted_submits(plain: str) -> None:
    """One difference, with the check that has a word on it."""
    (found,) = compared(plain, scenario="accepted-200").differences
    assert (found.subject, found.a, found.b, found.departs) == ("submit.status-202", "202", "200", "B")
    assert found.basis == "documented"


def test_another_media_type(plain: str) -> None:
    """In the document, in the links and in the downloads; all formats together."""
    found = compared(plain, scenario="octet-stream").differences
    assert {each.aspect for each in found} == {
        "body.output.media_type",
        "body.output.media_url[*]",
        "Content-Type",
    }
    assert {each.b for each in found} == {
        "'application/octet-stream'",
        "URL of .ext",
        "application/octet-stream",
    }


def test_a_stricter_mock(plain: str) -> None:
    """It refuses what the contract is assumed to ignore, and that is all."""
    found = compared(plain, scenario="strict").differences
    assert {each.subject for each in found} == {
        "request.turbo.unknown-field",
        "request.turbo.other-models-field",
    }
    assert {(each.departs, each.basis) for each in found} == {("B", "assumed")}


def test_without_money_nothing_is_accepted(plain: str) -> None:
    """Only what is documented to be refused is sent to either."""
    at = replace(SETTINGS, origin=plain, budget=Decimal(0))
    found = compare(at, replace(SETTINGS, origin=plain))
    assert [each.jobs for each in found.spend] == [0, 0]
    assert found.pairs > 50


def test_where_nothing_answers(plain: str) -> None:
    """There is nothing to compare."""
    with pytest.raises(Unreachable, match="does not answer"):
        compare(replace(SETTINGS, origin=plain), replace(SETTINGS, origin="http://127.0.0.1:9"))


# The command

QUICK = ["--model", "turbo", "--examples", "1", "--seed", "7", "--api-key", "key-of-both"]


def test_the_command_ends_with_0_where_nothing_differs(plain: str) -> None:
    """And says what it compared."""
    ended = CliRunner().invoke(commands, ["compare", plain, plain, *QUICK])
    assert ended.exit_code == 0, ended.output
    assert "NO DRIFT: 0 differences" in ended.output
    assert "seed 7" in ended.output


def test_the_command_ends_with_1_and_shows_the_drift(plain: str, tmp_path: Path) -> None:
    """For people and for programs, without the key, and with lines that repeat both."""
    file = tmp_path / "drift.json"
    with MockGateway(queue_time=0.02, processing_time=0.02, scenario="accepted-200") as other:
        ended = CliRunner().invoke(commands, ["compare", plain, other.url, *QUICK, "--json", str(file)])
    assert ended.exit_code == 1, ended.output
    assert "B departs from the contract: expected 202" in ended.output
    assert ended.output.count("> curl ") == 2
    assert "key-of-both" not in ended.output + file.read_text()
    report = json.loads(file.read_text())
    assert report["verdict"] == "drift"
    (found,) = report["differences"]
    assert (found["a"], found["b"], found["departs"], found["counts"]) == ("202", "200", "B", True)
    assert found["reproduce"]["b"].startswith("curl ")


def test_a_level_leaves_softer_differences_out(plain: str) -> None:
    """They are shown, and do not make the run fail."""
    with MockGateway(queue_time=0.02, processing_time=0.02, scenario="strict") as other:
        ended = CliRunner().invoke(commands, ["compare", plain, other.url, *QUICK, "--level", "documented"])
    assert ended.exit_code == 0, ended.output
    assert "does not count at this level" in ended.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["http://127.0.0.1:9", "http://127.0.0.1:9"], "does not answer"),
        (["live", "mock", "--api-key", ""], "live needs a key"),
        (["nonsense", "mock"], "is no target"),
    ],
)
def test_misuse_is_told(arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence, with exit code 2."""
    monkeypatch.delenv("PIXAZO_API_KEY", raising=False)
    ended = CliRunner().invoke(commands, ["compare", *QUICK, *arguments])
    assert ended.exit_code == 2
    assert said in ended.output
