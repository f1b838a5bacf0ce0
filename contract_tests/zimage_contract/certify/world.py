"""The gateway that a program meets in one case: a mock of its own, and what is known of it afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from secrets import token_hex
from types import TracebackType
from typing import TYPE_CHECKING, Self

from zimage_contract.certify.forger import Forger
from zimage_contract.certify.program import Run
from zimage_contract.exchange import Transcript
from zimage_contract.journal import read_journal
from zimage_contract.obligations import Evidence
from zimage_contract.obligations.case import Case
from zimage_schemas import KEY_HEADER

if TYPE_CHECKING:
    from mockgateway import Masquerade, MockGateway
    from mockgateway.domain.entry import Entry


class World:
    """One case's mock, under its own address and under the live gateway's names.

    Args:
        case: which.
        speed: gateway seconds per real second.
        masked: whether programs that have the live names in them are to be led to it.
    """

    def __init__(self, case: Case, *, speed: float = 1.0, masked: bool = True) -> None:
        self.case = case
        self.key = token_hex(16)
        self._speed = speed
        self._masked = masked
        self._mask: Masquerade | None = None
        self._ending = ExitStack()

    def __enter__(self) -> Self:
        from mockgateway import Masquerade, MockGateway

        self._gateway: MockGateway = self._ending.enter_context(
            MockGateway(
                scenario=self.case.scenario,
                speed=self._speed,
                queue_time=1.0,
                processing_time=self.case.seconds,
            )
        )
        if self._masked:
            self._mask = self._ending.enter_context(Masquerade(self._gateway))
        self._forger = Forger(self.case.forged, self.entries)
        self._ending.callback(self._forger.stop)
        self._forger.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.close()

    @property
    def url(self) -> str:
        """The mock's own address."""
        return self._gateway.url

    def environment(self, inherited: Mapping[str, str]) -> dict[str, str]:
        """Return the environment in which a program finds this world."""
        own = {"PIXAZO_API_KEY": self.key, "PIXAZO_GATEWAY_URL": self.url}
        led = {**inherited, **own}
        if self._mask:
            led = self._mask.environment(led, self.key, java=True)
        return {
            **led,
            "ZIMAGE_API_KEY": self.key,
            "ZIMAGE_BASE_URL": self.url,
            "ZIMAGE_CASE": self.case.id,
            "ZIMAGE_MODEL": self.case.model,
            "ZIMAGE_NUM_IMAGES": str(self.case.pictures),
        }

    def entries(self) -> list[Entry]:
        """Return every exchange of every key so far, the oldest first."""
        return self._gateway.mock.control.journals.everything()

    def transcript(self) -> Transcript:
        """Return what the program sent and was answered, in real time, which is a program's."""
        return read_journal(self.entries(), {"valid": self.key}, clock="real")

    def evidence(self, run: Run | None = None) -> Evidence:
        """Return what is known of a program that has ended; without `run` it was started by others."""
        return Evidence(
            self.transcript(),
            case=self.case.id,
            ending=run.ending if run else "watched",
            exit_code=run.exit_code if run else None,
            output=run.output if run else "",
            charges=self._charges(),
            forged=self._forger.sent,
        )

    def _charges(self) -> frozenset[int]:
        """Return the numbers, in the transcript, of the submits that the ledger shows as paid for."""
        entries = sorted(self.entries(), key=lambda entry: (entry.real, entry.number))
        keys = {key for entry in entries if (key := entry.header(KEY_HEADER.lower()))}
        paid: dict[str, int] = {}
        for key in keys:
            for line in self._gateway.account(key).ledger:
                paid[line.request_id] = paid.get(line.request_id, 0) + (1 if line.kind == "charge" else -1)
        return frozenset(
            number
            for number, entry in enumerate(entries, 1)
            if entry.kind == "submit" and paid.get(entry.request_id or "", 0) > 0
        )
