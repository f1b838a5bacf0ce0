"""`zimage-contract audit` and `zimage-contract list`."""

import json
from pathlib import Path

from running import Command
from support import conforming, having, spoilt

from zimage_contract.checks import CHECKS
from zimage_contract.exchange import Exchange, Transcript
from zimage_contract.har import dump


def archived(tmp_path: Path, seen: Transcript) -> str:
    """Write a transcript to a file."""
    file = tmp_path / "recorded.har"
    file.write_text(json.dumps(dump(seen)), "utf-8")
    return str(file)


def test_a_recording_of_a_conforming_gateway_passes(command: Command, tmp_path: Path) -> None:
    """What it does not show is not held against it."""
    ended = command("audit", archived(tmp_path, conforming()))
    assert ended.code == 0
    assert "recorded.har conforms" in " ".join(ended.out.split())
    assert "Spent" not in ended.out
    assert "--seed" not in ended.out


def test_a_recording_of_a_departing_gateway_fails(command: Command, tmp_path: Path) -> None:
    """With the exchange, as a probe's would be shown."""
    ended = command("audit", archived(tmp_path, spoilt("*/submit", having(status=200))), "--json", "-")
    assert ended.code == 1
    found = json.loads(ended.out)
    assert found["seed"] is None
    assert [each["id"] for each in found["checks"] if each["verdict"] == "fail"] == ["submit.status-202"]


def test_evidence_can_be_asked_for(command: Command, tmp_path: Path) -> None:
    """Then only the checks that are named may be without."""
    file = archived(tmp_path, conforming())
    assert command("audit", file, "--allow-inconclusive", "body").code == 1
    assert command("audit", file, "--only", "life", "--allow-inconclusive", "body").code == 0


def test_a_recording_that_proves_nothing_has_no_verdict(command: Command, tmp_path: Path) -> None:
    """Exit 2."""
    lost = Exchange(1, "other", "GET", "http://h/x", broken="reset", cut=True)
    ended = command("audit", archived(tmp_path, Transcript((lost,))))
    assert ended.code == 2
    assert "no check found anything to judge" in " ".join(ended.out.split())


def test_the_list_names_every_check(command: Command) -> None:
    """With what it demands and needs."""
    ended = command("list")
    assert ended.code == 0
    lines = set(ended.out.splitlines())
    assert all(f"  {check.id}" in lines for check in CHECKS)


def test_the_list_as_json(command: Command) -> None:
    """Of some chapters."""
    found = json.loads(command("list", "--json", "--chapter", "submit", "--chapter", "life").out)
    assert [each["id"] for each in found] == [c.id for c in CHECKS if c.chapter in {"submit", "life"}]
    assert set(found[0]) == {"id", "title", "chapter", "section", "basis", "needs"}
