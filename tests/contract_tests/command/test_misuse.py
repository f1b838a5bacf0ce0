"""Misuse of the command: one line that says what to do, exit 2, and nothing was asked or paid."""

from pathlib import Path

import pytest
from running import Command, FakeProbe

URL = "https://gateway.example"
_TWICE = "{check = 'submit.status-202', reason = 'x', expires = 2999-01-01}"
KEYED = ("--api-key", "a-good-key-123456")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["verify"], "Missing argument 'TARGET'"),
        (["verify", "nonsense"], "'nonsense' is no target: write a URL"),
        (["verify", "ftp://x"], "is no target"),
        (["verify", "ftp://me:secret@x"], ": 'x' is no target"),
        (["verify", "http://x/a/?y=1"], "a URL with a query is no target: write http://x/a"),
        (["verify", "http://x#y"], "a URL with a fragment is no target: write http://x"),
        (["verify", "https://me:secret@x:8/a?b"], "a URL with a query is no target: write https://x:8/a"),
        (["verify", "http://me@x/"], "a URL with a user in it is no target: write http://x; a key is given"),
        (["verify", "//localhost:8765"], "a URL without a scheme is no target: write http://localhost:8765"),
        (["verify", "localhost:8765"], "a URL without a scheme is no target: write http://localhost:8765"),
        (
            ["verify", "127.0.0.1:8765/a"],
            "a URL without a scheme is no target: write http://127.0.0.1:8765/a",
        ),
        (
            ["verify", "me:secret@gateway.example/"],
            "without a scheme is no target: write https://gateway.example",
        ),
        (["verify", "http://[x"], "is no target"),
        (["verify", URL], "needs a key: set the environment variable PIXAZO_API_KEY"),
        (["verify", "live"], "live needs a key"),
        (["verify", URL, "--api-key", "schlüssel"], "a key is printable ASCII"),
        (["verify", URL, *KEYED, "--key", "forbidden"], "write SITUATION=KEY"),
        (["verify", URL, *KEYED, "--key", "nothing=x"], "the situations are invalid, forbidden"),
        (["verify", URL, *KEYED, "--budget", "much"], "'much' is no amount of dollars"),
        (["verify", URL, *KEYED, "--budget", "-1"], "no amount"),
        (["verify", URL, *KEYED, "--budget", "nan"], "no amount"),
        (["verify", URL, *KEYED, "--webhook-url", "me"], "'me' is no URL"),
        (["verify", URL, *KEYED, "--poll-interval", "0"], "not in the range"),
        (["verify", URL, *KEYED, "--poll-interval", "nan"], "is no number of seconds"),
        (["verify", URL, *KEYED, "--deadline", "inf"], "not in the range"),
        (["verify", URL, *KEYED, "--max-response", "1e309"], "not in the range"),
        (["verify", URL, *KEYED, "--json", "/tmp/one", "--html", "/tmp/../tmp/one"], "name two files"),  # noqa: S108 - nothing is written
        (["verify", URL, *KEYED, "--only", "submit.status-200"], "did you mean submit.status-202"),
        (["verify", URL, *KEYED, "--skip", "webhok"], "did you mean webhook"),
        (["verify", URL, *KEYED, "--allow-inconclusive", "zzzzz"], "zimage-contract list shows all"),
        (["verify", URL, *KEYED, "--only", "submit", "--skip", "submit"], "leave no check"),
        (["verify", URL, *KEYED, "--json", "-", "--har", "-"], "cannot share standard output"),
        (["verify", URL, *KEYED, "--html", "/nowhere/at/all.html"], "cannot be written: No such file"),
        (["verify", URL, *KEYED, "--har", "/"], "cannot be written: Is a directory"),
        (["audit", "/nowhere.har"], "/nowhere.har cannot be read"),
        (["list", "--chapter", "none"], "'none' is not one of"),
    ],
)
def test_misuse_is_told_in_a_line(command: Command, probe: FakeProbe, words: list[str], said: str) -> None:
    """And found out before anything is sent."""
    ended = command(*words)
    assert (ended.code, ended.out) == (2, "")
    (line,) = ended.err.splitlines()
    assert line.startswith("zimage-contract: ")
    assert said in line
    assert "secret" not in line
    assert probe.asked == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no toml", "known.toml: "),
        ("[known-failing]\n", "write a table [[known-failing]]"),
        ("other = 1\n", "write a table [[known-failing]]"),
        ("[[known-failing]]\ncheck = 'submit.status-202'\n", "entry 1 must have check, reason and expires"),
        (
            "{check = 'submit.status-20', reason = 'x', expires = 2999-01-01}",
            "did you mean submit.status-202",
        ),
        ("{check = 'submit.status-202', reason = ' ', expires = 2999-01-01}", "say in reason"),
        ("{check = 'submit.status-202', reason = 'x', expires = 7}", "must be a date such as"),
        ("{check = 'submit.status-202', reason = 'x', expires = 'soon'}", "soon"),
        (f"{_TWICE},{_TWICE}", "stands in it 2 times"),
    ],
)
def test_a_bad_list_of_known_failures(
    command: Command, probe: FakeProbe, tmp_path: Path, text: str, said: str
) -> None:
    """Is refused with the entry's number."""
    file = tmp_path / "known.toml"
    file.write_text(f"known-failing = [{text}]" if text.startswith("{") else text, "utf-8")
    ended = command("verify", URL, *KEYED, "--known-failing", str(file))
    assert ended.code == 2
    assert said in ended.err
    assert len(ended.err.splitlines()) == 1
    assert probe.asked == []


def test_no_command_shows_the_help(command: Command) -> None:
    """Exit 2, as for every misuse."""
    ended = command()
    assert ended.code == 2
    assert "verify" in ended.err
