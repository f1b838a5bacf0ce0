"""Misuse: exactly one clear line, exit 2, and nothing started."""

from collections.abc import Callable
from pathlib import Path

import pytest

Command = Callable[..., tuple[int, str, str]]

OPTIONS = {
    "an unknown command": (["sing"], "No such command 'sing'"),
    "an unknown option": (["--sing"], "No such option"),
    "an unknown option of serve": (["serve", "--sing"], "No such option"),
    "an unknown option of openapi": (["openapi", "--sing"], "No such option"),
    "an argument too many": (["serve", "now"], "unexpected extra argument (now)"),
    "line ends": (["serve", "a\nb\r\nc"], "unexpected extra argument (a b c)"),
    "no value": (["serve", "--port"], "'--port' requires an argument"),
    "an empty port": (["serve", "--port="], "'--port'"),
    "no port": (["serve", "--port", "http"], "'http' is not a valid integer"),
    "a high port": (["serve", "--port", "65536"], "65536 is not in the range"),
    "a low port": (["serve", "--port", "-1"], "-1 is not in the range"),
    "a huge port": (["serve", "--port", "9" * 40], "is not in the range"),
    "no duration": (["serve", "--queue-time", "soon"], "queue_time: 'soon' is not a duration"),
    "NaN": (["serve", "--queue-time", "nan"], "queue_time: 'nan' is not a duration"),
    "infinity": (["serve", "--processing-time", "inf"], "processing_time: 'inf' is not a duration"),
    "1e400": (["serve", "--processing-time", "1e400"], "is not a duration"),
    "a past duration": (["serve", "--queue-time", "-1"], "is not a duration"),
    "a range backwards": (["serve", "--queue-time", "3..2"], "is not a duration"),
    "half a range": (["serve", "--queue-time", "3.."], "is not a duration"),
    "a long duration": (["serve", "--queue-time", "1e9"], "is not a duration"),
    "a line end in a duration": (["serve", "--queue-time", "1\n2"], "is not a duration"),
    "backwards": (["serve", "--speed", "-1"], "speed must be"),
    "too fast": (["serve", "--speed", "1e9"], "speed must be"),
    "speed NaN": (["serve", "--speed", "nan"], "speed must be"),
    "no speed": (["serve", "--speed", "fast"], "'fast' is not a valid float"),
    "nothing at once": (["serve", "--concurrency", "0"], "concurrency must be"),
    "too much at once": (["serve", "--concurrency", "9" * 30], "concurrency must be"),
    "no seed": (["serve", "--seed", "x"], "'x' is not a valid integer"),
    "no keys": (["serve", "--keys", " , "], "there is no key in it"),
    "a key with a space": (["serve", "--keys", "a b"], "is no key"),
    "a long key": (["serve", "--keys", "k" * 300], "is no key"),
    "a key beyond ASCII": (["serve", "--keys", "ключ"], "is no key"),
    "no store": (["serve", "--store", ""], "store must name a file"),
    "a store in no folder": (["serve", "--port", "0", "--store", "no/jobs.db"], "there is no folder no"),
    "a folder as a store": (["serve", "--port", "0", "--store", "."], "cannot be used"),
    "a text as a store": (["serve", "--port", "0", "--store", "text"], "is not a store of mockgateway"),
    "no such configuration": (["serve", "--config", "no.toml"], "'no.toml' does not exist"),
    "a folder as a configuration": (["serve", "--config", "."], "is a directory"),
}
FILES = {
    "no TOML": ("port = [", "mockgateway.toml: "),
    "a key twice": ("port = 1\nport = 2", "mockgateway.toml: Cannot overwrite a value"),
    "an unknown key": ("prot = 1", "mockgateway.toml: there is no option 'prot'; there are "),
    "a line end in a key": ('"a\\nb" = 1', "there is no option 'a\\nb'"),
    "no key": ('"" = 1', "there is no option ''"),
    "a configuration's configuration": ('config = "x"', "there is no option 'config'"),
    "a table": ("[port]\nfrom = 1", "mockgateway.toml: port must be one value or a list of values"),
    "tables": ("[[keys]]\na = 1", "mockgateway.toml: keys must be one value or a list of values"),
    "a list of lists": ("keys = [[1]]", "mockgateway.toml: keys must be one value or a list of values"),
    "a text for a number": ('port = "http"', "'http' is not a valid integer"),
    "a fraction for a number": ("port = 1.5", "'1.5' is not a valid integer"),
    "a boolean for a number": ("port = true", "'true' is not a valid integer"),
    "a date for a number": ("seed = 2026-04-01", "'2026-04-01' is not a valid integer"),
    "a list for a number": ("port = [1, 2]", "'1,2' is not a valid integer"),
    "a number for a boolean": ("quiet = 2", "'2' is not a valid boolean"),
    "out of range": ("port = 65536", "65536 is not in the range"),
    "NUL": ('store = "a\\u0000b"', "mockgateway.toml: store holds a NUL character"),
    "no keys": ("keys = []", "there is no key in it"),
}


@pytest.fixture
def refused(command: Command, folder: Path) -> Callable[..., str]:
    """Run the command, see that it refuses in one line, and return that."""
    (folder / "text").write_text("This is no database. " * 100)

    def run(*words: str) -> str:
        code, out, err = command(*words)
        assert (code, out) == (2, "")
        assert err.startswith("mockgateway: ")
        assert err.endswith("\n")
        assert err[:-1].isprintable(), err
        return err

    return run


@pytest.mark.parametrize(("words", "said"), OPTIONS.values(), ids=OPTIONS)
def test_options(refused: Callable[..., str], words: list[str], said: str) -> None:
    """A wrong option or value: one line that names it."""
    assert said in refused(*words)


@pytest.mark.parametrize(("content", "said"), FILES.values(), ids=FILES)
def test_configuration(refused: Callable[..., str], folder: Path, content: str, said: str) -> None:
    """A wrong line in mockgateway.toml: one line that names it."""
    (folder / "mockgateway.toml").write_text(content)
    assert said in refused("serve")


def test_files_that_are_no_text(refused: Callable[..., str], folder: Path) -> None:
    """Files of options and of keys that are not UTF-8: one line that says so."""
    (folder / "bytes").write_bytes(b"\xff\xfe")
    assert "bytes: 'utf-8' codec can't decode" in refused("serve", "--config", "bytes")
    assert "bytes is not UTF-8 text" in refused("serve", "--keys", "bytes")


def test_environment(refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong value from the environment: one line that names the variable."""
    monkeypatch.setenv("MOCKGATEWAY_PORT", "http")
    assert "MOCKGATEWAY_PORT" in refused("serve")


@pytest.mark.parametrize(
    "host", ["no-such-host.invalid", "a b", "a" * 300, "\udcff", "1.2.3.4.5", "..", "203.0.113.7"]
)
def test_hosts(command: Command, host: str) -> None:
    """A host that cannot be listened on: one line, and exit 1."""
    code, out, err = command("serve", "--port", "0", "--admin-token", "t", "--host", host)
    assert (code, out) == (1, "")
    assert err.startswith("mockgateway: cannot listen on ")
    assert err.count("\n") == 1


def test_no_command(command: Command) -> None:
    """Without a command, the help goes to standard error, and the exit is 2."""
    code, out, err = command()
    assert (code, out) == (2, "")
    assert err == command("--help")[1]


def test_help(command: Command) -> None:
    """The help names the commands, and serve's names every option with its variable."""
    code, out, err = command("--help")
    assert (code, err) == (0, "")
    assert "serve" in out
    assert "openapi" in out
    code, out, err = command("serve", "--help")
    assert (code, err) == (0, "")
    assert "MOCKGATEWAY_QUEUE_TIME" in "".join(out.split())


def test_version(command: Command) -> None:
    """The version is that of the package."""
    from mockgateway import __version__

    assert command("--version") == (0, f"mockgateway {__version__}\n", "")


def test_as_a_process(process: Command) -> None:
    """What holds inside this process holds for one of its own."""
    code, out, err = process("serve", "--port", "x")
    assert (code, out) == (2, "")
    assert err.startswith("mockgateway: ")
    assert err.count("\n") == 1
