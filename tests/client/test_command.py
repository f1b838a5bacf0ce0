"""The command, as a shell sees it."""

import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from client_support import JOB, RawServer

from mockgateway import MockGateway
from zimage_client.cli import main

QUICK = ("--poll-interval", "0.02")


@pytest.fixture(scope="module")
def mock() -> Iterator[MockGateway]:
    """A mock in a hurry."""
    with MockGateway(speed=200) as gateway:
        yield gateway


class Terminal(io.StringIO):
    """Looks like a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


Zimage = Callable[..., tuple[int, str, str]]


@pytest.fixture
def zimage(
    mock: MockGateway, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Zimage:
    """Run the command against the mock, in an empty directory; return exit code, output and errors."""
    monkeypatch.chdir(tmp_path)

    def run(
        *arguments: str, scenario: str = "happy", gateway: str = mock.url, terminal: Terminal | None = None
    ) -> tuple[int, str, str]:
        if terminal:
            monkeypatch.setattr("sys.stderr", terminal)
            monkeypatch.setenv("TERM", "xterm")
        if scenario:
            monkeypatch.setenv("PIXAZO_API_KEY", f"mock-{scenario}-command")
        connected = ("--gateway", gateway) if arguments[:1] and arguments[0] in _CONNECTED else ()
        with pytest.raises(SystemExit) as ended:
            main([*arguments, *connected])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


_CONNECTED = ("generate", "status", "wait", "download")


def test_a_picture_is_made(zimage: Zimage) -> None:
    """Paths on standard output, states beside it."""
    code, out, err = zimage("generate", "a red bicycle", "--images", "2", "--out", "pictures", *QUICK)
    assert code == 0
    paths = [Path(line) for line in out.splitlines()]
    assert len(paths) == 2
    assert all(path.is_file() and path.parent.name == "pictures" for path in paths)
    assert "COMPLETED" in err


def test_every_field_can_be_given(zimage: Zimage) -> None:
    """Of both models; what the model does not know is refused."""
    common = ("--size", "landscape_16_9", "--format", "webp", "--no-safety-checker", "--steps", "12", *QUICK)
    code, out, _ = zimage(
        "generate", "x", "--model", "base", "--guidance", "7.5", "--acceleration", "fast", *common
    )
    assert code == 0
    assert out.strip().endswith(".webp")
    code, _, err = zimage("generate", "x", "--guidance", "7", *common)
    assert (code, "guidance_scale is no field" in err) == (3, True)


def test_json_is_a_line_a_job(zimage: Zimage) -> None:
    """For scripts, also of what went wrong."""
    code, out, _ = zimage("generate", "x", "--json", *QUICK)
    said = json.loads(out)
    assert code == 0
    assert said["request_id"].startswith("z-image-turbo-834_")
    assert Path(said["files"][0]).is_file()
    assert said["error"] is None
    code, out, _ = zimage("generate", "x", "--json", *QUICK, scenario="job-failed")
    assert code == 7
    error = json.loads(out)["error"]
    assert (error["type"], error["group"], error["charged"]) == ("JobFailed", "give up", True)


CODES = [
    ("invalid-key", 3),
    ("forbidden", 3),
    ("insufficient-balance", 4),
    ("server-error-submit", 6),
    ("reset-submit-after", 6),
    ("job-failed", 7),
    ("job-error", 7),
    ("output-null", 7),
    ("stuck", 7),
]


@pytest.mark.parametrize(("scenario", "expected"), CODES)
def test_each_group_has_its_exit_code(zimage: Zimage, scenario: str, expected: int) -> None:
    """And one line that says why."""
    code, out, err = zimage("generate", "x", *QUICK, "--timeout", "0.2", scenario=scenario)
    assert code == expected
    assert out == ""
    assert sum(line.startswith("zimage: ") for line in err.splitlines()) == 1
    assert "Traceback" not in err


def test_a_rate_limit_has_its_exit_code(zimage: Zimage) -> None:
    """Who is asked to wait a day is not kept waiting."""
    answer = b"HTTP/1.1 429 No\r\nRetry-After: 86400\r\nContent-Length: 0\r\n\r\n"
    with RawServer(answer) as server:
        code, _, err = zimage("generate", "x", gateway=server.url)
    assert code == 5
    assert "Too Many Requests" in err


def test_what_is_given_up_says_how_to_go_on(zimage: Zimage, mock: MockGateway) -> None:
    """With the command to type, which then works."""
    account = mock.account("mock-slow-queue-command")
    account.freeze()
    _, _, err = zimage("generate", "x", *QUICK, "--timeout", "0.1", scenario="slow-queue")
    request_id = err.strip().rpartition(" ")[2]
    assert f"zimage wait {request_id}" in err
    code, out, _ = zimage("status", request_id, scenario="slow-queue")
    assert (code, out) == (0, "QUEUED\n")
    account.advance(100)
    assert zimage("wait", request_id, *QUICK, scenario="slow-queue")[:2] == (0, "COMPLETED\n")
    code, out, _ = zimage("download", request_id, "--out", "later", scenario="slow-queue")
    assert code == 0
    assert Path(out.strip()).is_file()
    said = json.loads(zimage("status", request_id, "--json", scenario="slow-queue")[1])
    assert said["status"] == "COMPLETED"


def test_a_failed_job_says_why(zimage: Zimage) -> None:
    """`status` reports it, `wait` and `download` fail with it."""
    err = zimage("generate", "x", *QUICK, scenario="content-flagged")[2]
    request_id = err.split()[0]
    code, out, _ = zimage("status", request_id, scenario="content-flagged")
    assert (code, out) == (0, "FAILED: Content flagged by the safety checker.\n")
    assert zimage("wait", request_id, scenario="content-flagged")[0] == 7
    assert zimage("download", request_id, scenario="content-flagged")[0] == 7


def test_an_unknown_job_is_one_line(zimage: Zimage) -> None:
    """With the exit code of what must be fixed."""
    code, out, err = zimage("status", JOB)
    assert (code, out, err.count("\n")) == (3, "", 1)


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_batch_is_made_and_made_again_for_nothing(zimage: Zimage, mock: MockGateway, kind: str) -> None:
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
    assert len(mock.account(f"mock-fast-{kind}-command").ledger) == 2


def test_every_bad_line_is_told_before_anything_is_paid(zimage: Zimage, mock: MockGateway) -> None:
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
    assert mock.account("mock-fast-bad-command").ledger == []


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


def test_a_dear_batch_is_asked_about(zimage: Zimage, mock: MockGateway) -> None:
    """Without a terminal it is refused, unless --yes was said."""
    Path("dear.jsonl").write_text('{"prompt": "x", "num_images": 4}\n' * 2)
    arguments = ("generate", "--batch", "dear.jsonl", "--confirm-above", "0.05", *QUICK)
    code, _, err = zimage(*arguments, scenario="fast-dear")
    assert code == 2
    assert "--yes" in err
    assert mock.account("mock-fast-dear-command").ledger == []
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


def test_callbacks_work(zimage: Zimage) -> None:
    """On one machine by itself."""
    code, out, _ = zimage("generate", "x", "--webhook", "local", scenario="webhook-only")
    assert code == 0
    assert Path(out.strip()).is_file()


def test_models_are_shown_with_prices_and_basis(zimage: Zimage) -> None:
    """For people and for scripts."""
    code, out, _ = zimage("models")
    assert code == 0
    for words in ("$0.008", "$0.01", "integer, 10 to 100", "assumed", "documented", "guidance_scale"):
        assert words in out
    found = json.loads(zimage("models", "--json")[1])
    assert [each["name"] for each in found] == ["turbo", "base"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed(zimage: Zimage, shell: str) -> None:
    """For the usual shells."""
    code, out, _ = zimage("completion", shell)
    assert code == 0
    assert "_ZIMAGE_COMPLETE" in out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("generate",),
        ("generate", "x", "--batch", __file__),
        ("nonsense",),
        ("generate", "x", "--size", "huge"),
    ],
)
def test_misuse_is_exit_code_2(zimage: Zimage, arguments: tuple[str, ...]) -> None:
    """Without a traceback."""
    code, out, err = zimage(*arguments)
    assert (code, out) == (2, "")
    assert err


def test_a_gateway_that_is_none_is_misuse(zimage: Zimage) -> None:
    """Before a key is sent anywhere."""
    assert zimage("generate", "x", gateway="nonsense")[0] == 2


def test_without_a_key_only_this_machine_is_asked(zimage: Zimage) -> None:
    """A mock takes any key; elsewhere it is said what is missing."""
    assert zimage("generate", "x", *QUICK, scenario="")[0] == 0
    code, _, err = zimage("generate", "x", scenario="", gateway="http://gateway.test")
    assert code == 3
    assert "PIXAZO_API_KEY" in err


def test_no_way_to_the_live_gateway_is_one_line(zimage: Zimage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offline; here a proxy that is not there stands for it."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr("zimage_client._clock.SystemClock.sleep", lambda *_: None)
    code, out, err = zimage("generate", "x", gateway="https://gateway.pixazo.ai")
    assert (code, out, err.count("\n")) == (6, "", 1)
    assert "gateway.pixazo.ai" in err


def test_help_says_what_the_exit_codes_mean(zimage: Zimage) -> None:
    """All of them."""
    out = " ".join(zimage("--help")[1].split())
    for words in (
        "3 fix the request",
        "4 fill the wallet",
        "5 wait",
        "6 try again",
        "7 give up",
        "130 interrupted",
    ):
        assert words in out


def test_a_terminal_sees_lines_that_move(mock: MockGateway, tmp_path: Path) -> None:
    """On standard error; standard output has the path alone."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "zimage_client", "generate", "a [red] bicycle", "--gateway", mock.url]
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


def test_an_interrupted_batch_says_how_to_go_on(mock: MockGateway, tmp_path: Path) -> None:
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
        mock.url,
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
    assert len(mock.account("mock-slow-queue-interrupted").ledger) == 6


def test_a_job_that_is_interrupted_says_its_id(mock: MockGateway, tmp_path: Path) -> None:
    """A single one has no state file; its id is enough."""
    command = [sys.executable, "-m", "zimage_client", "generate", "x", "--gateway", mock.url]
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


def test_a_public_url_for_callbacks_is_passed_on(zimage: Zimage) -> None:
    """It leads to the port that was given, here from the same machine."""
    code, out, _ = zimage(
        "generate",
        "x",
        "--webhook",
        "http://127.0.0.1:18742/hook",
        "--webhook-port",
        "18742",
        scenario="webhook-only",
    )
    assert code == 0
    assert out


def test_a_disk_that_fails_is_exit_code_1(zimage: Zimage) -> None:
    """Before anything is paid for."""
    Path("file").touch()
    code, out, err = zimage("generate", "x", "--out", "file/below")
    assert (code, out, err.count("\n")) == (1, "", 1)
