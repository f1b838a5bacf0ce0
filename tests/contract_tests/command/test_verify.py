"""`zimage-contract verify`: targets, options, verdicts and exit codes."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from running import Command, FakeProbe
from support import having, spoilt

from mockgateway import MockGateway
from zimage_contract.checks import CHECKS
from zimage_contract.exchange import Transcript
from zimage_contract.probe import Unreachable
from zimage_schemas import LIVE_ORIGIN, MODELS

CHAPTERS = list(dict.fromkeys(check.chapter for check in CHECKS))
GAPS = [word for chapter in CHAPTERS for word in ("--allow-inconclusive", chapter)]
KEYED = ("--api-key", "a-good-key-123456")
REMOTE = "https://gateway.example/under/a/path"


def settings_of(probe: FakeProbe) -> Any:
    """How it was asked to probe."""
    (asked,) = probe.asked
    return asked


@pytest.mark.usefixtures("probe")
def test_a_conforming_gateway_passes(command: Command) -> None:
    """Exit 0, the verdict last, the plan before anything."""
    ended = command("verify", REMOTE, *KEYED, *GAPS)
    assert ended.code == 0
    assert "PASS" in ended.out.splitlines()[-1]
    assert "2 jobs, $0.018" in ended.out
    assert "2 jobs for $0.02 at the most" in ended.err
    assert "waiting" not in ended.err


def test_a_departing_gateway_fails(command: Command, probe: FakeProbe) -> None:
    """Exit 1."""
    probe.transcript = spoilt("*/submit", having(status=200))
    ended = command("verify", REMOTE, *KEYED, *GAPS)
    assert ended.code == 1
    assert "✗ submit.status-202" in ended.out


@pytest.mark.usefixtures("probe")
def test_no_evidence_is_not_a_pass(command: Command) -> None:
    """Unless it is allowed: exit 1, and how to allow it."""
    ended = command("verify", REMOTE, *KEYED)
    assert ended.code == 1
    assert "not a pass" in ended.out
    assert "--allow-inconclusive" in ended.out


def test_no_evidence_at_all_is_no_verdict(command: Command, probe: FakeProbe) -> None:
    """Exit 2, even where all of it is allowed."""
    probe.transcript = Transcript(())
    ended = command("verify", REMOTE, *KEYED, *GAPS)
    assert ended.code == 2
    assert "no check found anything to judge" in ended.out


def test_nobody_answers(command: Command, probe: FakeProbe) -> None:
    """Exit 2, and why, in every report."""
    probe.fails = Unreachable("nothing answers at https://gateway.example: refused")
    ended = command("verify", REMOTE, *KEYED, "--json", "-")
    assert ended.code == 2
    assert json.loads(ended.out)["error"] == str(probe.fails)
    assert "nothing answers" in ended.err


def test_an_interruption(command: Command, probe: FakeProbe) -> None:
    """Exit 130, with what was found until then."""
    probe.interrupted = True
    ended = command("verify", REMOTE, *KEYED)
    assert ended.code == 130
    assert "✓ submit.status-202" in ended.out
    assert "ERROR" in ended.out
    assert "2 jobs, $0.018" in ended.out


def test_an_interruption_at_once(command: Command, probe: FakeProbe) -> None:
    """Exit 130, and nothing else."""
    probe.fails = KeyboardInterrupt()
    ended = command("verify", REMOTE, *KEYED)
    assert ended.code == 130
    assert "interrupted" in ended.err


def test_elsewhere_nothing_is_spent(command: Command, probe: FakeProbe) -> None:
    """Unless a budget is given; polls are five seconds apart."""
    command("verify", REMOTE, *KEYED)
    asked = settings_of(probe)
    assert (asked.origin, asked.key) == (REMOTE, "a-good-key-123456")
    assert (asked.budget, asked.poll_interval) == (Decimal(0), 5.0)
    assert asked.models == tuple(MODELS.values())


def test_live_is_the_live_origin(command: Command, probe: FakeProbe, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the key of the environment, and nothing to spend."""
    monkeypatch.setenv("PIXAZO_API_KEY", "a-live-key-123456")
    command("verify", "live")
    assert (settings_of(probe).origin, settings_of(probe).key) == (LIVE_ORIGIN, "a-live-key-123456")
    assert settings_of(probe).budget == 0


def test_the_options_reach_the_probe(command: Command, probe: FakeProbe) -> None:
    """Each of them."""
    command(
        "verify", REMOTE, *KEYED, "--model", "base", "--budget", "1.50", "--seed", "9", "--examples", "3",
        "--poll-interval", "0.5", "--deadline", "7", "--max-response", "2",
        "--webhook-url", "https://me.example/x", "--key", "forbidden=a=b", "--key", "second=c",
    )  # fmt: skip
    asked = settings_of(probe)
    assert (asked.models, asked.budget, asked.seed, asked.examples) == (
        (MODELS["base"],),
        Decimal("1.50"),
        9,
        3,
    )
    assert (asked.poll_interval, asked.deadline, asked.max_response) == (0.5, 7, 2)
    assert asked.webhook_url == "https://me.example/x"
    assert asked.keys == {"forbidden": "a=b", "second": "c"}


def test_a_mock_on_this_machine_needs_no_key(command: Command, probe: FakeProbe) -> None:
    """Whether it is started for the run or was there: every situation is known, any amount may be spent."""
    with MockGateway() as gateway:
        command("verify", gateway.url)
    command("verify", "mock")
    for asked in probe.asked:
        assert asked.budget is None
        assert asked.poll_interval < 1
        assert {"second", "invalid", "forbidden", "job-error"} <= asked.keys.keys()
    assert probe.asked[0].key != probe.asked[1].key


def test_a_mock_of_its_own_takes_the_live_key(command: Command, probe: FakeProbe) -> None:
    """A key that the environment holds for the live gateway costs no evidence."""
    command("verify", "mock", "--api-key", "live-key-123")
    assert probe.asked[0].key == "live-key-123"
    assert {"second", "invalid", "forbidden", "job-error"} <= probe.asked[0].keys.keys()


def test_only_what_is_chosen_is_judged(command: Command, probe: FakeProbe) -> None:
    """By chapters and ids, one by one or with commas; the rest is left out, and the probe knows."""
    ended = command(
        "verify", REMOTE, *KEYED, "--only", "submit,life", "--skip", "life.ends", "--json", "-", *GAPS
    )
    verdicts = {each["id"]: each["reason"] for each in json.loads(ended.out)["checks"]}
    assert verdicts["submit.status-202"] == ""
    assert verdicts["life.ends"] == "left out by --skip"
    assert verdicts["key.submit-missing"] == "left out by --only"
    assert "key.submit-missing" not in ended.err
    assert {check.chapter for check in settings_of(probe).checks} == {"submit", "life"}
    assert "life.ends" not in {check.id for check in settings_of(probe).checks}


@pytest.mark.usefixtures("probe")
def test_one_model_leaves_the_others_checks_out(command: Command) -> None:
    """They are no gap."""
    ended = command("verify", REMOTE, *KEYED, "--model", "base", "--json", "-")
    reasons = {each["id"]: each["reason"] for each in json.loads(ended.out)["checks"]}
    assert reasons["turbo-request.prompt.required"] == "left out: only base was probed"
    assert "left out" not in reasons["base-request.prompt.required"]


@pytest.mark.parametrize(
    ("level", "code", "verdict"), [("documented", 0, "info"), ("observed", 0, "info"), ("assumed", 1, "fail")]
)
def test_the_level_says_what_counts(
    command: Command, probe: FakeProbe, level: str, code: int, verdict: str
) -> None:
    """What is only assumed is information unless it is asked for."""
    probe.transcript = spoilt("plain/submit", having(answer_headers=()))
    ended = command("verify", REMOTE, *KEYED, *GAPS, "--level", level, "--json", "-")
    found = {each["id"]: each["verdict"] for each in json.loads(ended.out)["checks"]}
    assert (found["submit.content-type"], ended.code) == (verdict, code)


def known(tmp_path: Path, *entries: tuple[str, str]) -> str:
    """Write a file of known failures: id and expiry of each."""
    text = "".join(
        f'[[known-failing]]\ncheck = "{name}"\nreason = "ticket 7"\nexpires = {day}\n'
        for name, day in entries
    )
    file = tmp_path / "known.toml"
    file.write_text(text, "utf-8")
    return str(file)


def test_a_known_failure_is_excused(command: Command, probe: FakeProbe, tmp_path: Path) -> None:
    """As long as its date is not past."""
    probe.transcript = spoilt("*/submit", having(status=200))
    listed = known(tmp_path, ("submit.status-202", "2999-01-01"))
    ended = command("verify", REMOTE, *KEYED, *GAPS, "--known-failing", listed)
    assert ended.code == 0
    assert "ticket 7" in ended.out


def test_a_known_failure_that_is_out_of_date_fails(
    command: Command, probe: FakeProbe, tmp_path: Path
) -> None:
    """So that nobody forgets it."""
    probe.transcript = spoilt("*/submit", having(status=200))
    listed = known(tmp_path, ("submit.status-202", "2020-01-01"))
    ended = command("verify", REMOTE, *KEYED, *GAPS, "--known-failing", listed)
    assert ended.code == 1
    assert "excused until 2020-01-01" in ended.out


@pytest.mark.usefixtures("probe")
def test_a_known_failure_that_passes_fails(command: Command, tmp_path: Path) -> None:
    """So that the list stays true."""
    listed = known(tmp_path, ("submit.status-202", '"2999-01-01"'))
    ended = command("verify", REMOTE, *KEYED, *GAPS, "--known-failing", listed)
    assert ended.code == 1
    assert "take it off" in ended.out


def test_the_mock_conforms(command: Command) -> None:
    """The whole way, with a real probe, at the strictest level."""
    ended = command("verify", "mock", "--model", "turbo", "--examples", "0", "--level", "assumed")
    assert ended.code == 0, ended.out
