"""A line that hands requests to a gateway in this process, and sessions over it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from faulty.gateway import KEYS, Gateway
from faulty.wire import Request

from zimage_contract.checks import CHECKS
from zimage_contract.exchange import Exchange, Headers, Kind, Transcript, kind_of
from zimage_contract.probe.line import Line
from zimage_contract.probe.purse import Purse
from zimage_contract.probe.recorder import Recorder, now
from zimage_contract.probe.session import Session
from zimage_contract.probe.settings import ProbeSettings
from zimage_contract.verdict import Result, Terms, judge

_ORIGIN = "http://gateway.example"
_STRICTEST = Terms(level="assumed")


class DirectLine(Line):
    """Sends to a gateway by calling it."""

    def __init__(self, recorder: Recorder, gateway: Gateway) -> None:
        super().__init__(recorder, 1.0)
        self._gateway = gateway

    def send(  # noqa: PLR0913 - as in `Line`
        self,
        method: str,
        url: str,
        *,
        headers: Headers = (),
        body: bytes = b"",
        kind: Kind | None = None,
        intent: str = "",
    ) -> Exchange:
        """Ask the gateway."""
        host = ("Host", urlsplit(url).netloc)
        seen = {name.lower(): value for name, value in (host, *headers)}
        at = now()
        answer = self._gateway.answer(Request(method, urlsplit(url).path, seen, body))
        return self._recorder.add(
            kind=kind or kind_of(method, url),
            method=method,
            url=url,
            headers=(host, *headers),
            body=body,
            status=answer.status,
            answer_headers=tuple(answer.headers.items()),
            answer=answer.body,
            at=at,
            took=now() - at,
            intent=intent,
        )


@dataclass(frozen=True)
class Opened:
    """A session, and what was exchanged in it."""

    session: Session

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """All of it."""
        return self.session.recorder.exchanges()

    @property
    def bodies(self) -> list[tuple[str, bytes]]:
        """What was submitted, and where, in an order that does not depend on threads."""
        return sorted((each.path, each.body) for each in self.exchanges if each.kind == "submit")

    @property
    def found(self) -> dict[str, Result]:
        """The checks that found something, at the strictest level."""
        settings = self.session.settings
        seen = Transcript(self.exchanges, keys={"valid": settings.key, **settings.keys})
        return {each.check.id: each for each in judge(CHECKS, seen, _STRICTEST) if each.findings}


def opened(gateway: Gateway, **told: Any) -> Opened:
    """Open a session; `told` are fields of its settings."""
    settings = ProbeSettings(
        **{
            "origin": _ORIGIN,
            "key": KEYS["valid"],
            "keys": {name: key for name, key in KEYS.items() if name in {"second", "invalid"}},
            "poll_interval": 0.0,
            **told,
        }
    )
    recorder = Recorder()
    return Opened(Session(settings, recorder, DirectLine(recorder, gateway), Purse(settings.budget)))
