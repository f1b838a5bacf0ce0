"""Where reports go."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from running import Command, FakeProbe

from zimage_contract.har import load

URL = ("verify", "https://gateway.example", "--api-key", "a-good-key-123456")


def test_every_report_is_written(command: Command, probe: FakeProbe, tmp_path: Path) -> None:
    """Beside the one on the terminal; none holds the key."""
    files = {name: tmp_path / f"report.{name}" for name in ("json", "junit", "html", "har")}
    ended = command(*URL, *(word for name, file in files.items() for word in (f"--{name}", str(file))))
    texts = {name: file.read_text("utf-8") for name, file in files.items()}
    assert json.loads(texts["json"])["verdict"] == "fail"
    assert texts["junit"].startswith("<?xml")
    assert texts["html"].startswith("<!doctype html>")
    assert len(load(files["har"]).exchanges) == len(probe.transcript.exchanges)
    assert "a-good-key-123456" not in "".join([*texts.values(), ended.out, ended.err])


@pytest.mark.parametrize(
    ("name", "begins"), [("json", "{"), ("junit", "<?xml"), ("html", "<!doctype"), ("har", "{")]
)
@pytest.mark.usefixtures("probe")
def test_standard_output_carries_nothing_else(command: Command, name: str, begins: str) -> None:
    """The report for people goes to standard error then."""
    ended = command(*URL, f"--{name}", "-")
    assert ended.out.startswith(begins)
    assert "Verdict" not in ended.out.splitlines()[-1]
    assert "FAIL" in ended.err
    if begins == "{":
        json.loads(ended.out)


def test_a_file_that_was_there_is_kept_until_it_is_replaced(
    command: Command, probe: FakeProbe, tmp_path: Path
) -> None:
    """Trying whether it can be written does not empty it, nor leave an empty one behind."""
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text("old")
    probe.fails = KeyboardInterrupt()
    command(*URL, "--json", str(old), "--har", str(new))
    assert old.read_text() == "old"
    assert not new.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.usefixtures("probe")
def test_a_full_disk(command: Command, tmp_path: Path) -> None:
    """Exit 2; the other reports are there all the same."""
    ended = command(*URL, "--json", "/dev/full", "--html", str(tmp_path / "page.html"))
    assert ended.code == 2
    assert "--json /dev/full: No space left" in ended.err
    assert "FAIL" in ended.out
    assert (tmp_path / "page.html").exists()


def _on_a_terminal(*words: str, **environment: str) -> str:
    """Run the command on a terminal, and return what that shows."""
    leader, follower = pty.openpty()
    os.set_blocking(leader, True)
    command = [sys.executable, "-c", "from zimage_contract.cli import main; main()", *words]
    usual = {"PATH": os.environ["PATH"], "TERM": "xterm", "LANG": "C.UTF-8", "COLUMNS": "80"}
    with subprocess.Popen(command, stdout=follower, stderr=follower, env=usual | environment) as run:
        os.close(follower)
        shown = b""
        try:
            while part := os.read(leader, 65536):
                shown += part
        except OSError:  # Linux says so when the last writer has gone
            pass
        run.wait(60)
    os.close(leader)
    return shown.decode()


@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_on_a_terminal_there_is_colour(
    probe: FakeProbe, tmp_path: Path, environment: dict[str, str], *, coloured: bool
) -> None:
    """Unless nobody wants it."""
    from zimage_contract.har import dump

    file = tmp_path / "some.har"
    file.write_text(json.dumps(dump(probe.transcript)))
    shown = _on_a_terminal("audit", str(file), **environment)
    assert "PASS" in shown
    assert ("\x1b[3" in shown) == coloured


def test_whoever_reads_it_may_go() -> None:
    """A pipe that is closed early is no error of ours."""
    script = f"{sys.executable} -c 'from zimage_contract.cli import main; main()' list | head -1"
    ended = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert ended.stdout.startswith("submit")
    assert ended.stderr == ""
