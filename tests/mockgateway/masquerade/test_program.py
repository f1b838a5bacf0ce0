"""How a program is run: its end, its signals, its input and output are its own."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from masquerade_support import COMMAND, PATIENCE, Ran, clean_environment

Run = Callable[..., Ran]
PASSED = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2]
# The others are the C library's own.
_USUAL_SIGNALS = 0x7FFFFFFF
# Tells that it is ready, then every signal that comes, and ends when its input does.
TELLER = """
import signal, sys
def tell(number, frame):
    print(signal.Signals(number).name, flush=True)
for number in (1, 2, 3, 10, 12, 15):
    signal.signal(number, tell)
print('ready', flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("code", [0, 1, 7, 255])
def test_its_exit_code_is_passed_on(mockgateway_run: Run, code: int) -> None:
    """Whatever it is."""
    assert mockgateway_run("sh", "-c", f"exit {code}").returncode == code


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGINT])
def test_a_signal_that_ends_it_is_told_as_shells_do(
    mockgateway_run: Run, temporary: Path, number: int
) -> None:
    """128 and the signal's number; what was made for it is gone."""
    assert mockgateway_run("--", "sh", "-c", f"kill -{int(number)} $$").returncode == 128 + number
    assert list(temporary.iterdir()) == []


def test_what_cannot_be_run(mockgateway_run: Run, tmp_path: Path, temporary: Path) -> None:
    """No command 127, one that cannot be run 126; one clear line, and nothing left behind."""
    (tmp_path / "plain.sh").write_text("echo")
    (tmp_path / "odd").write_text("#!/no/such/interpreter\n")
    (tmp_path / "odd").chmod(0o755)
    (tmp_path / "binary").write_bytes(b"\0\0\0\0")
    (tmp_path / "binary").chmod(0o755)
    for command, code, words in (
        ("no-such-command", 127, "there is no command 'no-such-command'"),
        ("./no-such-file", 127, "there is no command './no-such-file'"),
        ("./plain.sh", 126, "./plain.sh cannot be run: permission denied"),
        (".", 126, ". cannot be run: permission denied"),
        ("./odd", 126, "./odd cannot be run: the interpreter that it names is not there"),
        ("./binary", 126, "./binary cannot be run: exec format error"),
    ):
        ended = mockgateway_run("--", command)
        assert (ended.returncode, ended.stdout, ended.stderr) == (code, "", f"mockgateway: {words}\n")
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "say what to run: mockgateway run [OPTIONS] -- COMMAND"),
        (["--quiet", "--"], "say what to run: mockgateway run [OPTIONS] -- COMMAND"),
        (["--sing", "--", "true"], "No such option"),
        (["--scenario", "hapy", "true"], "scenario: there is no scenario 'hapy'; did you mean happy?"),
        (["--speed", "-1", "true"], "speed must be"),
        (["--har", "-", "true"], "standard output is the program's; name a file"),
        (["--json", "-", "true"], "standard output is the program's; name a file"),
        (["--json", "no/told.json", "true"], "there is no folder no"),
        (["--har", ".", "true"], "is a directory"),
        (["--har", "", "true"], "is a folder; name a file"),
        (["--", ""], "say what to run: mockgateway run [OPTIONS] -- COMMAND"),
    ],
)
def test_misuse(mockgateway_run: Run, words: list[str], said: str) -> None:
    """One clear line, exit 2, and nothing run."""
    ended = mockgateway_run(*words)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert said in ended.stderr


def test_its_words_input_and_output_are_its_own(tmp_path: Path) -> None:
    """Options after its name are its own, also without the two dashes; standard output is its alone."""
    program = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read() + repr(sys.argv[1:]).encode())"
    command = [COMMAND, "run", sys.executable, "-c", program, "--quiet", "--", "-x", "--help"]
    ended = subprocess.run(
        command,
        input=b"\0\xff in",
        env=clean_environment(tmp_path),
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    assert ended.stdout == b"\0\xff in['--quiet', '--', '-x', '--help']"


def test_it_holds_and_ignores_no_more_signals_than_without_us(mockgateway_run: Run) -> None:
    """Its masks are those of a program that a shell starts here."""
    look = ["grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"]
    without = subprocess.run(look, capture_output=True, text=True, check=True)
    found, expected = (
        [int(line.split()[1], 16) & _USUAL_SIGNALS for line in told.splitlines()]
        for told in (mockgateway_run("--quiet", "--", *look).stdout, without.stdout)
    )
    assert found == expected
    assert len(found) == 2


@contextmanager
def telling(temporary: Path) -> Iterator["subprocess.Popen[str]"]:
    """Run the teller; what it says can be read when it is ready."""
    with subprocess.Popen(
        [COMMAND, "run", "--quiet", "--", sys.executable, "-c", TELLER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=clean_environment(temporary),
        text=True,
    ) as running:
        try:
            assert running.stdout
            assert running.stdout.readline() == "ready\n"
            yield running
        finally:
            if running.poll() is None:
                running.kill()


def test_signals_are_passed_on_and_each_once(temporary: Path) -> None:
    """The program gets every one; it is asked to end, and decides itself whether it does."""
    with telling(temporary) as running:
        assert running.stdout
        for number in PASSED:
            running.send_signal(number)
            assert running.stdout.readline() == f"{number.name}\n"
        out, _ = running.communicate("", PATIENCE)
        assert (out, running.returncode) == ("", 0)
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT])
def test_what_ends_the_program_ends_us_and_leaves_nothing(temporary: Path, number: signal.Signals) -> None:
    """A program that does not mind signals ends by one that we are sent, and the folder goes."""
    with subprocess.Popen(
        [COMMAND, "run", "--quiet", "--", "sh", "-c", "echo $$; exec sleep 600"],
        stdout=subprocess.PIPE,
        env=clean_environment(temporary),
        text=True,
    ) as running:
        assert running.stdout
        pid = int(running.stdout.readline())
        assert len(list(temporary.iterdir())) == 1
        running.send_signal(number)
        assert running.wait(PATIENCE) == 128 + number
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(("key", "name"), [("\x03", "SIGINT"), ("\x1c", "SIGQUIT")])
def test_keys_at_the_terminal_reach_the_program_once(temporary: Path, key: str, name: str) -> None:
    """The terminal tells it by itself, so we do not."""
    pid, terminal = pty.fork()
    if not pid:
        os.execve(  # noqa: S606 - in the child, which must not come back
            COMMAND,
            [COMMAND, "run", "--quiet", "--", sys.executable, "-c", TELLER],
            clean_environment(temporary),
        )
    with os.fdopen(terminal, "r+b", buffering=0) as keyboard:

        def read_until(text: str) -> str:
            heard = ""
            while text not in heard:
                heard += keyboard.read(1024).decode()
            return heard

        read_until("ready")
        keyboard.write(key.encode())
        heard = read_until(name)
        os.kill(pid, signal.SIGUSR1)  # comes after whatever else was on its way
        heard += read_until("SIGUSR1")
        assert heard.count(name) == 1
        keyboard.write(b"\x04")
        _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
