"""The mock's journal as a transcript, so that the same checks judge what a mock saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, Protocol, get_args
from urllib.parse import quote

from zimage_contract.exchange import Exchange, Kind, Situation, Transcript, kind_of

_PLAIN = "/:@!$&'()*+,;=-._~"
_HOSTS = ("host", ":authority")
_SITUATIONS = {name: name for name in get_args(Situation)} | {"invalid-key": "invalid"}
_CHANGING = frozenset(
    {
        "quota-exceeded",
        "balance-runs-out",
        "job-error-once",
        "content-flagged",
        "rate-limited-no-retry-after",
        "rate-limited-polls",
    }
)
"""Scenarios whose key is neither good throughout nor just what a `Situation` says."""


class Cut(Protocol):
    """A body that was kept in part."""

    @property
    def kept(self) -> bytes:
        """The part."""


class Entry(Protocol):
    """One exchange as a mock's journal keeps it: `mockgateway.domain.entry.Entry`."""

    @property
    def number(self) -> int:
        """Its place among all exchanges of the mock."""

    @property
    def kind(self) -> Kind:
        """What the request was for."""

    @property
    def real(self) -> int:
        """When it began, in milliseconds of real time."""

    @property
    def told(self) -> int:
        """When it began, in milliseconds of the account's time."""

    @property
    def took(self) -> float:
        """Real milliseconds until the answer was whole."""

    @property
    def scheme(self) -> str:
        """Of the URL."""

    @property
    def method(self) -> str:
        """Such as "POST"."""

    @property
    def path(self) -> str:
        """Decoded."""

    @property
    def query(self) -> str:
        """As it was sent."""

    @property
    def headers(self) -> Sequence[tuple[str, str]]:
        """Of the request."""

    @property
    def body(self) -> bytes | Cut:
        """Of the request."""

    @property
    def status(self) -> int:
        """Of the answer; 0 when none came."""

    @property
    def answer_headers(self) -> Sequence[tuple[str, str]]:
        """Of the answer."""

    @property
    def answer(self) -> bytes | Cut:
        """Its body."""

    @property
    def broken(self) -> str | None:
        """How it ended when no whole answer came."""


Clock = Literal["account", "real"]


def read_journal(
    entries: Iterable[Entry], keys: Mapping[str, str] | None = None, *, clock: Clock = "account"
) -> Transcript:
    """Read the entries of a mock's journal, in the order in which they began.

    Args:
        entries: what `account.journal.entries()` returns.
        keys: which key stands for which situation, as in `Transcript.keys`.
        clock: whose time `Exchange.at` tells: the account's, which the documents tell too, or real time,
            in which a program waits.
    """
    found = sorted(entries, key=lambda entry: (entry.real, entry.number))
    exchanges = (_exchange(number, entry, clock) for number, entry in enumerate(found, 1))
    return Transcript(tuple(exchanges), keys=dict(keys or {}))


def situation_of(scenario: str) -> str | None:
    """Name what a key stands for whose account is in this scenario of the mock; None: nothing for sure."""
    return None if scenario in _CHANGING else _SITUATIONS.get(scenario, "valid")


def _exchange(number: int, entry: Entry, clock: Clock) -> Exchange:
    url = _url(entry)
    known = entry.kind in {"media", "callback"}
    return Exchange(
        number=number,
        kind=entry.kind if known else kind_of(entry.method, url),
        method=entry.method,
        url=url,
        headers=tuple(entry.headers),
        body=_kept(entry.body),
        status=None if entry.broken else entry.status or None,
        answer_headers=tuple(entry.answer_headers),
        answer=_kept(entry.answer),
        at=(entry.told if clock == "account" else entry.real) / 1000,
        took=entry.took / 1000,
        broken=entry.broken or ("" if entry.status else "no answer came"),
        cut=not isinstance(entry.answer, bytes) or not _whole(entry),
    )


def _whole(entry: Entry) -> bool:
    """Tell whether the request's body is here: a refused one may never have been read."""
    if not isinstance(entry.body, bytes):
        return False
    told = {name.lower(): value for name, value in entry.headers}
    if "transfer-encoding" in told:
        return bool(entry.body)
    return told.get("content-length", "0") in {"", str(len(entry.body))}


def _url(entry: Entry) -> str:
    hosts = (value for name, value in entry.headers if name.lower() in _HOSTS)
    query = f"?{entry.query}" if entry.query else ""
    return f"{entry.scheme}://{next(hosts, '')}{quote(entry.path, safe=_PLAIN)}{query}"


def _kept(body: bytes | Cut) -> bytes:
    return body if isinstance(body, bytes) else body.kept
