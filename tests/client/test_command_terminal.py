"""The command in front of a person."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from command_support import QUICK, Terminal, Zimage

from mockgateway import MockGateway


def test_a_terminal_sees_lines_that_move(command_mock: MockGateway, tmp_path: Path) -> None:
    """On standard error; standard output has the path alone."""
    leader, follower = pty.openpty()
    command = [
        sys.executable,
        "-m",
        "zimage_client",
        "generate",
        "a [red] bicycle",
        "--gateway",
        command_mock.url,
    ]
    environment = {**os.environ, "PIXAZO_API_KEY": "mock-happy-terminal", "TERM": "xterm", "COLUMNS": "120"}
    ended = subprocess.run(
        [*command, *QUICK, "--out", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=follower,
        env=environment,
        check=True,
        timeout=60,
    )
    os.close(follower)
    shown = os.read(leader, 1 << 20).decode()
    os.close(leader)
    assert Path(ended.stdout.decode().strip()).is_file()
    assert "a [red] bicycle" in shown
    assert "\x1b[" in shown


def test_a_job_that_is_interrupted_says_its_id(command_mock: MockGateway, tmp_path: Path) -> None:
    """A single one has no state file; its id is enough."""
    command = [sys.executable, "-m", "zimage_client", "generate", "x", "--gateway", command_mock.url]
    environment = {**os.environ, "PIXAZO_API_KEY": "mock-stuck-interrupted"}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr is not None
        request_id = running.stderr.readline().split()[0]
        running.send_signal(2)
        _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert f"zimage wait {request_id}" in err


def test_the_moving_lines_go_through_every_state(zimage: Zimage) -> None:
    """Of each job; what went wrong stays, and paths go where standard output goes."""
    terminal = Terminal()
    long = "long " * 20
    Path("two.jsonl").write_text(f'{{"prompt": "a cat", "num_images": 2}}\n{{"prompt": "{long}"}}\n')
    code, out, _ = zimage(
        "generate", "--batch", "two.jsonl", *QUICK, scenario="happy-lines", terminal=terminal
    )
    assert code == 0
    assert len(out.splitlines()) == 3
    assert "a cat" in terminal.getvalue()
    assert long not in terminal.getvalue()
    assert zimage("generate", "x", *QUICK, scenario="job-failed", terminal=terminal)[0] == 7
    assert "zimage: The model could not" in terminal.getvalue()


def test_the_other_commands_move_too(zimage: Zimage) -> None:
    """They know the job, and not its prompt."""
    terminal = Terminal()
    request_id = json.loads(zimage("generate", "x", "--json", *QUICK)[1])["request_id"]
    assert zimage("wait", request_id, *QUICK, terminal=terminal)[:2] == (0, "COMPLETED\n")
    assert zimage("download", request_id, "--out", "again", terminal=terminal)[0] == 0
    assert "the job" in terminal.getvalue()


@pytest.mark.parametrize(("answer", "expected"), [("y\n", 0), ("n\n", 130), ("", 130)])
def test_a_terminal_is_asked(
    zimage: Zimage, monkeypatch: pytest.MonkeyPatch, answer: str, expected: int
) -> None:
    """Only a yes is a yes."""
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    code, _, _ = zimage("generate", "x", "--confirm-above", "0.001", *QUICK, scenario="fast")
    assert code == expected
