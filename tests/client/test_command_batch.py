"""The command with a file of requests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_support import QUICK, Zimage

from mockgateway import MockGateway


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_batch_is_made_and_made_again_for_nothing(
    zimage: Zimage, command_mock: MockGateway, kind: str
) -> None:
    """The cost is told first; options fill the gaps; a second run pays nothing."""
    if kind == "csv":
        text = "prompt,model,num_images,enable_safety_checker\na cat,base,2,no\na dog,,,\n"
    else:
        text = '{"prompt": "a cat", "model": "base", "num_images": 2}\n\n{"prompt": "a dog"}\n'
    Path(f"prompts.{kind}").write_text(text)
    arguments = ("generate", "--batch", f"prompts.{kind}", "--format", "jpeg", "--out", "out", *QUICK)
    code, out, err = zimage(*arguments, scenario=f"fast-{kind}")
    assert code == 0
    assert "2 requests, 3 pictures: about $0.028" in err
    assert len(out.splitlines()) == 3
    assert all(line.endswith(".jpeg") for line in out.splitlines())
    assert Path(f"out/prompts.{kind}.state").is_file()
    code, again, _ = zimage(*arguments, scenario=f"fast-{kind}")
    assert (code, sorted(again.splitlines())) == (0, sorted(out.splitlines()))
    assert len(command_mock.account(f"mock-fast-{kind}-command").ledger) == 2


def test_every_bad_line_is_told_before_anything_is_paid(zimage: Zimage, command_mock: MockGateway) -> None:
    """With its number."""
    lines = [
        '{"prompt": "x"}',
        "nonsense",
        '{"prompt": ""}',
        '{"prompt": "x", "size": 1}',
        '{"model": "z"}',
        "{}",
    ]
    Path("bad.jsonl").write_text("\n".join(lines))
    code, _, err = zimage("generate", "--batch", "bad.jsonl", scenario="fast-bad")
    assert code == 3
    for number, words in (
        (2, "no JSON object"),
        (3, "must not be empty"),
        (4, "size is no field"),
        (5, "no model"),
    ):
        assert f"line {number}: " in err
        assert words in err
    assert command_mock.account("mock-fast-bad-command").ledger == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b"prompt\n"),
        ("latin.csv", b"prompt\n\xe4\n"),
        ("nul.jsonl", b"\xff"),
        ("wide.csv", b"prompt\na,b\n"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(zimage: Zimage, name: str, content: bytes) -> None:
    """No traceback."""
    Path(name).write_bytes(content)
    code, _, err = zimage("generate", "--batch", name)
    assert code in (2, 3)
    assert err.count("\n") == 1


def test_cells_are_read_by_what_the_field_is(zimage: Zimage) -> None:
    """What is no number stays text, and the contract says what is wrong with it."""
    Path("cells.csv").write_text(
        "prompt,num_images,enable_safety_checker,guidance_scale,model\nx,two,perhaps,a lot,base\n"
    )
    code, _, err = zimage("generate", "--batch", "cells.csv")
    assert code == 3
    for field in ("num_images", "enable_safety_checker", "guidance_scale"):
        assert f"{field} must be" in err


def test_a_dear_batch_is_asked_about(zimage: Zimage, command_mock: MockGateway) -> None:
    """Without a terminal it is refused, unless --yes was said."""
    Path("dear.jsonl").write_text('{"prompt": "x", "num_images": 4}\n' * 2)
    arguments = ("generate", "--batch", "dear.jsonl", "--confirm-above", "0.05", *QUICK)
    code, _, err = zimage(*arguments, scenario="fast-dear")
    assert code == 2
    assert "--yes" in err
    assert command_mock.account("mock-fast-dear-command").ledger == []
    assert zimage(*arguments, "--yes", scenario="fast-dear")[0] == 0


def test_a_batch_has_the_exit_code_of_its_errors(zimage: Zimage) -> None:
    """When they are of one kind; each is told with its place."""
    Path("two.jsonl").write_text('{"prompt": "a"}\n{"prompt": "b"}\n{"prompt": "c"}\n')
    code, out, err = zimage(
        "generate", "--batch", "two.jsonl", "--concurrency", "1", *QUICK, scenario="balance-runs-out"
    )
    assert code == 4
    assert len(out.splitlines()) == 2
    assert "[3/3]" in err


def test_errors_of_several_kinds_are_exit_code_1(zimage: Zimage) -> None:
    """No single code would be true."""
    state = Path("kinds.jsonl.state")
    Path("kinds.jsonl").write_text('{"prompt": "a"}\n{"prompt": "b"}\n')
    code, *_ = zimage("generate", "--batch", "kinds.jsonl", *QUICK, scenario="job-failed-kinds")
    assert code == 7
    lines = [line for line in state.read_text().splitlines() if '"failed"' not in line]
    state.write_text("\n".join(line for line in lines if "#0" not in line or '"submitting"' in line) + "\n")
    Path("kinds.jsonl").write_text('{"prompt": "a"}\n{"prompt": "c"}\n')
    code, *_ = zimage("generate", "--batch", "kinds.jsonl", *QUICK, scenario="job-failed-kinds")
    assert code == 1


def test_an_interrupted_batch_says_how_to_go_on(command_mock: MockGateway, tmp_path: Path) -> None:
    """Ctrl-C ends it at once with 130; the same command goes on, and each job is paid for once."""
    (tmp_path / "many.jsonl").write_text("".join(f'{{"prompt": "{number}"}}\n' for number in range(6)))
    command = [
        sys.executable,
        "-m",
        "zimage_client",
        "generate",
        "--batch",
        "many.jsonl",
        "--gateway",
        command_mock.url,
    ]
    environment = {**os.environ, "PIXAZO_API_KEY": "mock-slow-queue-interrupted"}
    options = {
        "cwd": tmp_path,
        "env": environment,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "text": True,
    }
    with subprocess.Popen([*command, "--poll-interval", "30"], **options) as running:  # type: ignore[call-overload]
        assert running.stderr.readline().startswith("6 requests")
        assert "QUEUED" in running.stderr.readline()
        running.send_signal(2)
        _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "goes on without paying again" in err
    ended = subprocess.run([*command, *QUICK], check=True, timeout=60, **options)  # type: ignore[call-overload]
    assert len(ended.stdout.splitlines()) == 6
    assert len(command_mock.account("mock-slow-queue-interrupted").ledger) == 6
