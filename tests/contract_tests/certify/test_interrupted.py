"""Runs that are killed, interrupted, or wait for programs that others start."""

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import takewhile
from pathlib import Path
from typing import IO, Any

import jsonschema_rs
import pytest
from lives import ONCE, SCHEMA

from zimage_contract.commands.serving import terminated_as_interrupt

MAIN = [sys.executable, "-c", "from zimage_contract.cli import main; main()", "certify"]
LONG = f"""
import os, time
if os.environ["ZIMAGE_CASE"] == "stuck":
    open(os.environ["PID"], "w").write(str(os.getpid()))
    time.sleep(120)
{ONCE}"""


def told(file: Path) -> Any:
    """Read a certificate, which keeps its schema."""
    document = json.loads(file.read_text("utf-8"))
    jsonschema_rs.validator_for(SCHEMA, validate_formats=True).validate(document)
    return document


@contextmanager
def started(folder: Path, *words: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Start the command, with signals as in a shell."""
    with subprocess.Popen(
        [*MAIN, *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def half_way(folder: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Bring a run to where one of two cases is judged, and the program of the other sleeps; with its id."""
    (folder / "program.py").write_text(LONG, "utf-8")
    pid = folder / "pid"
    os.mkfifo(pid)
    words = ("--case", "forbidden,stuck", "--json", "found.json", "--env", f"PID={pid}")
    with started(folder, *words, "--", sys.executable, "program.py") as process:
        sleeper = int(pid.read_text())  # which waits for somebody to write
        try:
            assert "forbidden" in out(process).readline()
            yield process, sleeper
        finally:
            with suppress(ProcessLookupError):
                os.kill(sleeper, signal.SIGKILL)


def out(process: subprocess.Popen[str]) -> IO[str]:
    """Return its standard output."""
    assert process.stdout is not None
    return process.stdout


def test_a_killed_run_loses_no_verdict(tmp_path: Path) -> None:
    """The file says that it is incomplete, and what is missing."""
    with half_way(tmp_path) as (process, _):
        process.kill()
        process.wait(20)
    document = told(tmp_path / "found.json")
    assert (document["verdict"], document["pending"]) == ("incomplete", ["stuck"])
    assert [(case["id"], case["verdict"]) for case in document["cases"]] == [("forbidden", "pass")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_its_programs_and_says_what_was_found(tmp_path: Path, number: int) -> None:
    """Exit 130."""
    with half_way(tmp_path) as (process, sleeper):
        process.send_signal(number)
        said, _ = process.communicate(timeout=20)
        assert process.returncode == 130
        with pytest.raises(ProcessLookupError):
            os.kill(sleeper, 0)
    assert "INCOMPLETE: 1 case not judged" in said
    document = told(tmp_path / "found.json")
    assert (document["interrupted"], document["pending"]) == (True, ["stuck"])


def serving(process: subprocess.Popen[str]) -> list[dict[str, str]]:
    """Read the table of a command that serves, up to where it waits; a row for each case."""
    lines = iter(out(process).readline, "")
    table = [line.split() for line in takewhile(lambda line: not line.startswith("run the program"), lines)]
    return [{"case": row[0], "url": row[1], "key": row[2]} for row in table[1:-1]]


def call(stand: dict[str, str]) -> None:
    """Submit once, as a program does that somebody else starts."""
    environment = {"ZIMAGE_BASE_URL": stand["url"], "ZIMAGE_API_KEY": stand["key"], "ZIMAGE_CASE": ""}
    subprocess.run([sys.executable, "-c", ONCE], env=os.environ | environment, check=False, timeout=20)


def test_programs_that_others_start(tmp_path: Path) -> None:
    """Each case has an origin and a key, printed and as JSON; a case that nobody came to is inconclusive."""
    words = ("--serve", "--case", "forbidden,invalid-key", "--json", "found.json")
    with started(tmp_path, *words, stdin=subprocess.PIPE) as process:
        stands = serving(process)
        document = told(tmp_path / "found.json")
        assert (document["verdict"], document["stands"]) == ("incomplete", stands)
        call(next(each for each in stands if each["case"] == "forbidden"))
        said, _ = process.communicate("\n", timeout=20)
    assert process.returncode == 1
    assert "INCONCLUSIVE: 1 case without evidence" in said
    document = told(tmp_path / "found.json")
    assert [(case["id"], case["verdict"], case["exit_code"]) for case in document["cases"]] == [
        ("invalid-key", "inconclusive", None),
        ("forbidden", "pass", None),
    ]
    assert "stands" not in document


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_where_nobody_can_press_enter_a_signal_ends_it(tmp_path: Path, number: int) -> None:
    """And it is judged."""
    words = ("--serve", "--case", "forbidden")
    with started(tmp_path, *words, stdin=subprocess.DEVNULL) as process:
        call(*serving(process))
        process.send_signal(number)
        said, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "PASS" in said


def test_a_second_sigterm_loses_nothing() -> None:
    """As `timeout` sends it, while what was found is being told."""
    with terminated_as_interrupt():
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)


def test_on_a_terminal_a_line_says_what_is_waited_for(tmp_path: Path) -> None:
    """It is written over, and gone at the end."""
    (tmp_path / "program.py").write_text(f"import time; time.sleep(1.5)\n{ONCE}", "utf-8")
    leader, follower = pty.openpty()
    words = [*MAIN, "--case", "forbidden", "--", sys.executable, "program.py"]
    with subprocess.Popen(words, stdout=follower, stderr=follower, cwd=tmp_path) as process:
        os.close(follower)
        shown = b""
        with suppress(OSError):  # Linux says so when the last writer has gone
            while part := os.read(leader, 65536):
                shown += part
        process.wait(20)
    os.close(leader)
    assert "0 of 1 judged" in shown.decode()
    assert "waiting for forbidden" in shown.decode()
    assert "PASS" in shown.decode().rpartition("\x1b[K")[2]
