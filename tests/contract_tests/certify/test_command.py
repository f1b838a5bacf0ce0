"""`zimage-contract certify`."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest
from lives import ONCE, SCHEMA
from running import Command

Writer = Callable[..., list[str]]
RHYTHM = """
[[known-failing]]
case = "{case}"
obligation = "{obligation}"
reason = "soon"
expires = {expires}
"""


def told(file: Path) -> Any:
    """Read a certificate, which keeps its schema."""
    document = json.loads(file.read_text("utf-8"))
    jsonschema_rs.validator_for(SCHEMA, validate_formats=True).validate(document)
    return document


def test_a_program_that_keeps_every_must(command: Command, program: Writer, tmp_path: Path) -> None:
    """Exit 0; the plan comes first, a line for each case next, the verdict last; every report is written."""
    forms = ("json", "html", "junit", "badge")
    files = [word for name in forms for word in (f"--{name}", f"found.{name}")]
    ended = command("certify", "--case", "forbidden", "--case", "invalid-key", *files, *program())
    assert ended.code == 0, ended
    first, second = ended.err.splitlines()
    assert first == "2 cases side by side: about as long as the slowest takes, at most 180 s"
    assert second.endswith(str(tmp_path / "found.json"))
    lines = ended.out.splitlines()
    assert {line.split()[1] for line in lines[:2]} == {"forbidden", "invalid-key"}
    assert "![Z-Image client: kept 2/2 cases](found.badge)" in lines[-2]
    assert "PASS: every must is kept in 2 cases" in lines[-1]
    document = told(tmp_path / "found.json")
    assert document["verdict"] == "pass"
    assert [(case["id"], case["exit_code"], case["charges"]) for case in document["cases"]] == [
        ("invalid-key", 1, 0),
        ("forbidden", 1, 0),
    ]
    assert (tmp_path / "found.html").read_text("utf-8").startswith("<!doctype html>")
    for name in ("junit", "badge"):
        ET.parse(tmp_path / f"found.{name}")  # noqa: S314 - it is ours


def test_what_is_broken_is_told_with_its_remedy(command: Command, program: Writer) -> None:
    """Exit 1, with the exchange and no whole key."""
    ended = command("certify", "--case", "forbidden", "--env", "CODE=0", *program())
    assert ended.code == 1
    assert "end.refused  must" in ended.out
    assert "Remedy    Look at the status" in ended.out
    assert "POST http://127.0.0.1" in ended.out
    assert ended.out.rstrip().endswith("FAIL: a must is broken in 1 of 1 case")


@pytest.mark.parametrize(
    ("entries", "code", "said"),
    [
        ([("forbidden", "end.refused", "2999-01-01")], 0, "known until 2999-01-01: soon"),
        ([("forbidden", "end.refused", "2000-01-01")], 1, "excused until 2000-01-01 only"),
        (
            [("forbidden", "end.refused", "2999-01-01"), ("forbidden", "money.once", "2999-01-01")],
            1,
            "take it off",
        ),
        ([("forbidden", "end.refused", "2999-01-01"), ("stuck", "money.once", "2999-01-01")], 0, "soon"),
    ],
)
def test_known_breaches(
    command: Command,
    program: Writer,
    entries: list[tuple[str, str, str]],
    code: int,
    said: str,
) -> None:
    """Excuse what they name, until their day; those of cases that are not run are left alone."""
    text = "".join(RHYTHM.format(case=c, obligation=o, expires=e) for c, o, e in entries)
    Path("known.toml").write_text(text, "utf-8")
    words = ("--case", "forbidden", "--env", "CODE=0", "--known-failing", "known.toml")
    ended = command("certify", *words, *program())
    assert ended.code == code
    assert said in " ".join(ended.out.split())


def test_a_program_that_reaches_nothing_is_no_pass(command: Command, program: Writer) -> None:
    """Exit 1, and what it wrote is shown."""
    ended = command("certify", "--case", "happy", *program("print('I do nothing')"))
    assert ended.code == 1
    assert "the program never reached the gateway" in ended.out
    assert "I do nothing" in ended.out
    assert "INCONCLUSIVE" in ended.out


@pytest.mark.parametrize(("first", "last"), [("KEY", ""), ("", "KEY")])
def test_a_key_is_not_hidden_by_megabytes(command: Command, program: Writer, first: str, last: str) -> None:
    """Whether it is printed before them or after."""
    shown = "print(os.environ['ZIMAGE_API_KEY'] if {!r} else '')\n"
    text = f"import os\n{shown.format(first)}print('x' * 4_000_000)\n{shown.format(last)}{ONCE}"
    ended = command("certify", "--case", "forbidden", *program(text))
    assert ended.code == 1
    assert "key.not-shown  must" in ended.out


def test_a_style_that_is_told_leaves_cases_out(command: Command, program: Writer, tmp_path: Path) -> None:
    """They are not run, and not counted; nor are breaches of them that are known."""
    known = RHYTHM.format(case="webhook", obligation="end.comes", expires="2999-01-01")
    (tmp_path / "known.toml").write_text(known, "utf-8")
    words = ("--case", "forbidden,webhook", "--style", "polling", "--json", "found.json")
    words += ("--known-failing", "known.toml")
    ended = command("certify", *words, *program())
    assert ended.code == 0
    assert ended.err.startswith("1 case, at most 180 s")
    cases = told(tmp_path / "found.json")["cases"]
    assert [(case["verdict"], case["ending"]) for case in cases] == [
        ("pass", "exited"),
        ("not-applicable", None),
    ]


def test_what_a_program_needs(command: Command, tmp_path: Path, program: Writer) -> None:
    """A set-up, variables, something to read; and it may say by a file that it has succeeded."""
    (tmp_path / "typed").write_text("hello", "utf-8")
    text = (
        "import os, pathlib, sys\n"
        "good = sys.stdin.read() == 'hello' and os.environ['NAME'] == 'a=b' and os.path.exists('made')\n"
        "pathlib.Path('out').mkdir(); pathlib.Path('out/picture.png').write_text('x' if good else '')\n"
        "sys.exit(7)\n"
    )
    words = ("--setup", "touch made", "--env", "NAME=a=b", "--stdin", "typed", "--success-file", "out/*.png")
    command("certify", "--case", "happy", "--json", "found.json", *words, *program(text))
    assert told(tmp_path / "found.json")["cases"][0]["exit_code"] == 0
    assert not (tmp_path / "out").exists()


def test_standard_output_carries_nothing_but_json(command: Command, program: Writer, tmp_path: Path) -> None:
    """Where it was asked for; verdicts are kept in a file all the same."""
    ended = command("certify", "--case", "forbidden", "--json", "-", *program())
    assert json.loads(ended.out)["verdict"] == "pass"
    assert "Verdict   PASS" in ended.err
    (kept,) = tmp_path.glob("zimage-certificate-*.json")
    assert str(kept) in ended.err
    assert told(kept) == json.loads(ended.out)


def test_a_certificate_that_was_there_is_replaced_at_once(
    command: Command, program: Writer, tmp_path: Path
) -> None:
    """So that an old one is never taken for the new one; nothing is left beside it."""
    (tmp_path / "found.json").write_text('{"verdict": "pass"}', "utf-8")
    (tmp_path / "found.json").chmod(0o600)
    look = "import json, os; json.load(open(os.environ['FILE']))['verdict'] == 'incomplete' or print('old')"
    command(
        *("certify", "--case", "happy", "--json", "found.json", "--env", f"FILE={tmp_path / 'found.json'}"),
        *program(look),
    )
    assert told(tmp_path / "found.json")["verdict"] == "inconclusive"
    assert (tmp_path / "found.json").stat().st_mode & 0o777 == 0o600
    assert not [*tmp_path.glob(".found*")]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk(command: Command, program: Writer, tmp_path: Path) -> None:
    """Exit 2; the verdict is told and kept elsewhere all the same."""
    ended = command("certify", "--case", "forbidden", "--json", "/dev/full", *program())
    assert ended.code == 2
    assert "--json /dev/full: No space left" in ended.err
    assert "PASS" in ended.out
    (kept,) = tmp_path.glob("zimage-certificate-*.json")
    assert told(kept)["verdict"] == "pass"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "say which program"),
        (["--serve", "--", "true"], "--serve starts nothing"),
        (["--case", "hapy", "--", "true"], "did you mean happy?"),
        (["--case", "poll", "--", "true"], "did you mean"),
        (["--case", "zzzz", "--", "true"], "the cases are happy, "),
        (["--style", "both", "--", "true"], "'both' is not one of"),
        (["--env", "NAME", "--", "true"], "write NAME=VALUE"),
        (["--env", "=x", "--", "true"], "write NAME=VALUE"),
        (["--stdin", "none", "--", "true"], "does not exist"),
        (["--success-file", "/x", "--", "true"], "write a pattern such as"),
        (["--success-file", "**x", "--", "true"], "write a pattern such as"),
        (["--success-file", ".", "--", "true"], "write a pattern such as"),
        (["--success-file", "../output", "--", "true"], "write a pattern such as"),
        (["--case", "webhook", "--style", "polling", "--", "true"], "--style polling leaves no case"),
        (["--timeout", "0", "--", "true"], "not in the range"),
        (["--jobs", "0", "--", "true"], "not in the range"),
        (["--json", "-", "--html", "-", "--", "true"], "cannot share standard output"),
        (["--html", "/nowhere/at/all", "--", "true"], "cannot be written"),
        (["--known-failing", "none.toml", "--", "true"], "does not exist"),
    ],
)
def test_misuse_is_told_in_a_line(command: Command, words: list[str], said: str) -> None:
    """Exit 2, before anything is started."""
    ended = command("certify", *words)
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.err.splitlines()
    assert said in line


@pytest.mark.parametrize(
    ("case", "obligation", "said"),
    [
        ("hapy", "money.once", "did you mean happy?"),
        ("happy", "money.one", "did you mean money.once"),
        ("happy", "zzzz", "docs/certify.md"),
    ],
)
def test_a_known_breach_of_nothing(
    command: Command, tmp_path: Path, case: str, obligation: str, said: str
) -> None:
    """Is misuse: it may be misspelt."""
    text = RHYTHM.format(case=case, obligation=obligation, expires=date.max)
    (tmp_path / "known.toml").write_text(text, "utf-8")
    ended = command("certify", "--known-failing", "known.toml", "--", "true")
    assert ended.code == 2
    assert said in ended.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--", "./no-such-program"], "there is no such program"),
        (["--", "/"], "cannot be started"),
        (["--setup", "echo oh no; exit 3", "--", "true"], "--setup ended with 3: oh no"),
    ],
)
def test_a_program_that_cannot_be_started(command: Command, words: list[str], said: str) -> None:
    """Exit 2, whatever the number of cases, with one message."""
    ended = command("certify", "--case", "happy,stuck,forbidden", *words)
    assert ended.code == 2
    assert ended.err.splitlines()[-1].startswith("zimage-contract: ")
    assert said in ended.err.splitlines()[-1]
