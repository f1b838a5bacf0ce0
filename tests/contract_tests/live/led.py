"""Runs `zimage-contract verify` where the live name leads to a mock: by a proxy, and with its own TLS."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from mockgateway import Masquerade, MockGateway

_LEADING = ("HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE")
"""All that a program needs to be led: what any company's proxy asks for."""

_KEPT = ("PATH", "HOME", "PYTHONPATH", "LANG")
_COMMAND = (sys.executable, "-c", "from zimage_contract.cli import main; main()", "verify")


@dataclass(frozen=True)
class Ended:
    """What came of a command; `report` is empty when it wrote none."""

    code: int
    out: str
    err: str
    report: dict[str, Any]

    def verdicts(self, *wanted: str) -> dict[str, str]:
        """Return the reasons of the checks with one of these verdicts, by id."""
        return {each["id"]: each["reason"] for each in self.report["checks"] if each["verdict"] in wanted}


@dataclass(frozen=True)
class Led:
    """A mock, the way to it by the live name, and a folder for reports."""

    gateway: MockGateway
    mask: Masquerade
    folder: Path

    def verify(self, *words: str, **variables: str) -> Ended:
        """Run the command in a process of its own, with further or other variables."""
        file = self.folder / "report.json"
        file.unlink(missing_ok=True)
        done = subprocess.run(
            [*_COMMAND, *words, "--json", str(file)],
            env={**self.environment, **variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        report = json.loads(file.read_text("utf-8")) if file.exists() else {}
        return Ended(done.returncode, done.stdout, done.stderr, report)

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which the live name leads to the mock."""
        led = self.mask.environment({}, "no key")
        return {name: os.environ[name] for name in _KEPT if name in os.environ} | {
            name: led[name] for name in _LEADING
        }

    def charges(self, keys: Iterable[str]) -> int:
        """Count what the mock's ledger shows as charged to these keys, paid back or not."""
        booked = (each.kind for key in keys for each in self.gateway.account(key).ledger)
        return sum(kind == "charge" for kind in booked)

    def charged(self, keys: Iterable[str]) -> Decimal:
        """Add up the dollars that these keys have paid, by the mock's books."""
        return sum((self.gateway.account(key).wallet.charged for key in keys), Decimal(0))
