"""Runs the command in this process, with a probe that brings a transcript of our choice."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from zimage_contract.cli import main
from zimage_contract.exchange import Transcript
from zimage_contract.probe import Observation, ProbeSettings
from zimage_contract.verdict import Spend


@dataclass(frozen=True)
class Ended:
    """What came of a command."""

    code: int
    out: str
    err: str


@dataclass
class FakeProbe:
    """Brings a transcript without asking anybody; remembers how it was to probe."""

    transcript: Transcript
    fails: BaseException | None = None
    interrupted: bool = False
    asked: list[ProbeSettings] = field(default_factory=list)

    def __call__(self, settings: ProbeSettings, tell: Callable[[str], None]) -> Observation:
        """Stand in for `zimage_contract.probe.probe`."""
        self.asked.append(settings)
        tell("2 jobs for $0.02 at the most")
        tell("waiting for the jobs to end")
        if self.fails:
            raise self.fails
        return Observation(self.transcript, Spend(2, Decimal("0.018")), interrupted=self.interrupted)


@dataclass(frozen=True)
class Command:
    """The command, as from a shell."""

    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch

    def __call__(self, *words: str) -> Ended:
        """Run it."""
        self.patch.setattr("sys.argv", ["zimage-contract", *words])
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        found = self.capture.readouterr()
        return Ended(code, found.out, found.err)
