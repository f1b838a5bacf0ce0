"""`zimage-contract audit`: the program's side of recorded traffic."""

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest
from lives import GOOD, HASTY, KEY, download, poll, submit
from running import Command

from zimage_contract.exchange import Exchange, Transcript
from zimage_contract.har import dump
from zimage_schemas import KEY_HEADER

SCHEMA = json.loads(files("zimage_contract.report").joinpath("report.schema.json").read_text("utf-8"))
LEAKY = (submit(), poll(6, "COMPLETED"), download(7, headers=((KEY_HEADER, KEY),), cut=True))
PART = "── The program"


def archived(tmp_path: Path, *exchanges: Exchange) -> str:
    """Write traffic to a file."""
    numbered = tuple(replace(each, number=number) for number, each in enumerate(exchanges, 1))
    file = tmp_path / "recorded.har"
    file.write_text(json.dumps(dump(Transcript(numbered))), "utf-8")
    return str(file)


def test_a_program_that_keeps_its_obligations(command: Command, tmp_path: Path) -> None:
    """Is said to, in a part of its own."""
    ended = command("audit", archived(tmp_path, *GOOD), "--side", "program")
    assert ended.code == 0
    assert PART in ended.out
    assert "shows a program that keeps" in " ".join(ended.out.split())


@pytest.mark.parametrize(("exchanges", "name"), [(HASTY, "poll.rhythm"), (LEAKY, "key.private")])
def test_a_program_that_breaks_a_must_fails(
    command: Command, tmp_path: Path, exchanges: tuple[Exchange, ...], name: str
) -> None:
    """Though the gateway may conform; in every form, and without a whole key."""
    forms = {form: tmp_path / f"found.{form}" for form in ("json", "junit", "html")}
    words = [word for form, file in forms.items() for word in (f"--{form}", str(file))]
    ended = command("audit", archived(tmp_path, *exchanges), "--side", "program", *words)
    assert ended.code == 1
    assert f"✗ {name}" in ended.out.partition(PART)[2]
    assert "Remedy" in ended.out
    texts = {form: file.read_text("utf-8") for form, file in forms.items()}
    document = json.loads(texts["json"])
    jsonschema_rs.validator_for(SCHEMA, validate_formats=True).validate(document)
    assert [each["id"] for each in document["obligations"] if each["breaches"]] == [name]
    root = ET.fromstring(texts["junit"])  # noqa: S314 - it is ours
    assert root.find(f".//testcase[@classname='program'][@name='{name}']/failure") is not None
    assert root.attrib["failures"] == "1"
    assert "<h2>The program</h2>" in texts["html"]
    assert KEY not in "".join([*texts.values(), ended.out])


def test_both_sides_count(command: Command, tmp_path: Path) -> None:
    """The verdict tells whose fault it is, and each has a part of its own."""
    ended = command("audit", archived(tmp_path, submit(status=200), *HASTY[1:]))
    assert ended.code == 1
    words = " ".join(ended.out.split())
    assert words.index("── The gateway") < words.index(PART)
    assert "departs from the contract" in words.partition("Verdict")[2]
    assert "; its program breaks 1 of" in words.partition("Verdict")[2]


def test_the_gateway_alone_can_be_asked_for(command: Command, tmp_path: Path) -> None:
    """Then nothing is said of the program, and its faults do not count."""
    ended = command("audit", archived(tmp_path, *HASTY), "--side", "gateway", "--json", "-")
    assert "The program" not in ended.err
    assert "obligations" not in json.loads(ended.out)


def test_a_probe_is_no_program(command: Command, tmp_path: Path) -> None:
    """It breaks rules on purpose, which is no fault of anybody's."""
    probing = [replace(each, intent="a hasty poll") for each in HASTY]
    ended = command("audit", archived(tmp_path, *probing))
    assert "not judged: this is the traffic of a probe" in " ".join(ended.out.split())
    assert "its program" not in ended.out


def test_a_recording_without_a_program(command: Command, tmp_path: Path) -> None:
    """Proves nothing: exit 2."""
    lost = Exchange(1, "other", "GET", "http://h/x", status=200)
    ended = command("audit", archived(tmp_path, lost), "--side", "program")
    assert ended.code == 2
