"""Run the command in this process, as a shell would."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mockgateway import MockGateway
from zimage_client.cli import main

QUICK = ("--poll-interval", "0.02")
Zimage = Callable[..., tuple[int, str, str]]
_CONNECTED = ("generate", "status", "wait", "download")


class Terminal(io.StringIO):
    """Looks like a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.fixture(scope="module")
def command_mock() -> Iterator[MockGateway]:
    """A mock in a hurry."""
    with MockGateway(speed=200) as gateway:
        yield gateway


@pytest.fixture
def zimage(
    command_mock: MockGateway,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Zimage:
    """Run the command against the mock, in an empty directory; return exit code, output and errors."""
    monkeypatch.chdir(tmp_path)

    def run(
        *arguments: str,
        scenario: str = "happy",
        gateway: str = command_mock.url,
        terminal: Terminal | None = None,
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
