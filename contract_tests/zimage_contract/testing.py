"""What a test needs of the mock: an account of its own, its time, and what it exchanged. Without pytest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from zimage_contract.checks import CHECKS, Check
from zimage_contract.exchange import Exchange, Transcript
from zimage_contract.journal import read_journal, situation_of
from zimage_contract.report.told import told
from zimage_contract.report.view import View, counted
from zimage_contract.verdict import Level, Report, Terms, judge
from zimage_schemas import KEY_HEADER, shorten

if TYPE_CHECKING:
    from mockgateway import MockGateway
    from mockgateway.runtime.handle import AccountHandle

__all__ = ["GatewayAccount", "GatewayTranscript", "ManualClock", "open_account"]

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class GatewayAccount:
    """An account at a mock, and how to reach it.

    Attributes:
        url: the mock's origin, to be put in the place of the live one.
        key: the account's API key.
        account: what a test may do to the account; see docs/control-api.md.
    """

    url: str
    key: str = field(repr=False)
    account: AccountHandle = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """The header that carries the key."""
        return {KEY_HEADER: self.key}

    @property
    def environment(self) -> dict[str, str]:
        """Origin and key as environment variables, for programs that read them there."""
        return {"PIXAZO_GATEWAY_URL": self.url, "PIXAZO_API_KEY": self.key}


def open_account(gateway: MockGateway, name: str, scenario: str | None = None) -> GatewayAccount:
    """Open an account with a key that nobody had before.

    Args:
        gateway: a mock that is running.
        name: what the key is to remind of, such as the name of a test.
        scenario: which one the account is in; None: the mock's default.

    Raises:
        LookupError: there is no such scenario; the message names the nearest.
        ValueError: the mock takes none but the keys in its settings.
    """
    if gateway.settings.keys is not None:
        raise ValueError("every test gets a key of its own, so leave `keys` out of the mock's settings")
    # What makes it unique comes first: the name might continue the scenario's into that of another.
    start = "test" if scenario is None else f"mock-{scenario}"
    key = f"{start}-{token_hex(4)}-{re.sub('[^A-Za-z0-9]+', '-', name)[:_LONGEST_NAME].strip('-')}"
    account = gateway.account(key)
    if scenario is not None and account.scenario != scenario:
        account.scenario = scenario
    return GatewayAccount(gateway.url, key, account)


class ManualClock:
    """The time of an account, which from now on stands still until it is advanced."""

    def __init__(self, account: AccountHandle) -> None:
        self._account = account
        account.freeze()

    @property
    def now(self) -> str:
        """The account's time, as the gateway writes it."""
        return self._account.now

    def advance(self, seconds: float | None = None, *, deliver: bool = True) -> None:
        """Move time forward, by default to the next thing due.

        Args:
            seconds: how far, in the account's time; None: to the next thing due.
            deliver: whether to return only when every callback then due was attempted once. A receiver that
                runs in this very thread, or in its event loop, cannot answer meanwhile.
        """
        self._account.advance(seconds, deliver=deliver)


class GatewayTranscript:
    """What an account of a mock exchanged so far, callbacks and downloads included."""

    def __init__(self, account: AccountHandle) -> None:
        self._account = account

    def __repr__(self) -> str:
        return f"<GatewayTranscript of {len(self.exchanges)} exchanges>"

    def of(self, account: AccountHandle) -> GatewayTranscript:
        """Return the transcript of another account, such as `gateway.account("my-key")`."""
        return GatewayTranscript(account)

    @property
    def transcript(self) -> Transcript:
        """All of it, in the account's time, as every check of the kit takes it."""
        key, situation = self._account.key, situation_of(self._account.scenario)
        return read_journal(self._account.journal.entries(), {situation: key} if situation else {})

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The exchanges, in the order in which they began."""
        return self.transcript.exchanges

    def har(self, path: str | Path) -> Path:
        """Write an HTTP Archive, without whole keys, and return where."""
        path = Path(path)
        path.write_text(json.dumps(self._account.journal.har(), indent=1), "utf-8")
        return path

    def assert_conforms(self, *, level: Level = "documented", checks: Iterable[Check] = CHECKS) -> None:
        """Check that the gateway's side of every exchange keeps the contract.

        Args:
            level: the softest basis whose breach counts.
            checks: those that count.

        Raises:
            AssertionError: some exchange departs, and the message names check, exchange, expected and
                actual; or there is no exchange at all, which proves nothing.
        """
        __tracebackhide__ = True
        seen, key = self.transcript, self._account.key
        if not seen.exchanges:
            raise AssertionError(
                f"nothing was exchanged with the key {shorten(key)}: is that the key, and the mock's "
                "the origin, that the program calls?"
            )
        results = judge(checks, seen, Terms(level=level))
        failed = [result for result in results if result.verdict == "fail"]
        if failed:
            view = View(Report(target="mock", results=results, transcript=seen, level=level))
            what = "\n\n".join(told(view, result) for result in failed)
            raise AssertionError(f"{counted(len(failed), 'check')} of the contract broken:\n\n{what}")
