"""HTTP Archives, version 1.2, as transcripts, and transcripts as archives.

Archives of any origin are read: browsers', proxies', the mock's. What one leaves out is marked as cut
or named in `Transcript.lacking`; it is never taken for a fault of the gateway.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from zimage_contract._har_read import Entry, entry_of
from zimage_contract._har_write import written
from zimage_contract.exchange import Exchange, Kind, Situation, Transcript, kind_of
from zimage_contract.veil import Veil
from zimage_schemas import WEBHOOK_HEADER

_KINDS: tuple[Kind, ...] = get_args(Kind)
_SPECIAL = get_args(Situation)


class BadArchive(ValueError):
    """A file is no HTTP Archive, or nothing in it is of a gateway; the message says which."""


def load(source: Path | str) -> Transcript:
    """Read an archive: a file, or the text of one (it begins with a brace).

    Requests to other hosts than the gateway's and its media's are left out.

    Raises:
        BadArchive: it cannot be read, or holds nothing of a gateway.
    """
    name, text = _text(source)
    log = _log(name, text)
    entries = list(_entries(name, log["entries"]))
    own = log.get("_transcript")
    if isinstance(own, dict):
        return _own(entries, own)
    exchanges = tuple(_of_gateway(_with_kinds(entries)))
    if not exchanges:
        raise BadArchive(f"{name} holds no request to a gateway: no submit and no status request")
    return _foreign(exchanges)


def dump(transcript: Transcript, version: str = "") -> dict[str, Any]:
    """Write a transcript as an archive, without a whole key in it; `load` makes the same of it again.

    Args:
        transcript: what to write.
        version: of this kit; default: the installed one.
    """
    return written(Veil.of(transcript).transcript(transcript), version)


def _text(source: Path | str) -> tuple[str, str]:
    if isinstance(source, str) and source.lstrip("\ufeff \t\r\n").startswith("{"):
        return "the archive", source.lstrip("\ufeff")
    try:
        return str(source), Path(source).read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise BadArchive(f"{source} cannot be read: {said}") from None


def _log(name: str, text: str) -> Mapping[str, Any]:
    if not text.strip():
        raise BadArchive(f"{name} is empty")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadArchive(f"{name} is no JSON: {error}") from None
    log = found.get("log") if isinstance(found, dict) else None
    if not isinstance(log, dict) or not isinstance(log.get("entries"), list):
        raise BadArchive(f"{name} is no HTTP Archive: there is no list log.entries in it")
    if not log["entries"]:
        raise BadArchive(f"{name} holds no exchange: log.entries is empty")
    return log


def _entries(name: str, found: Iterable[object]) -> Iterator[Entry]:
    for number, each in enumerate(found, 1):
        try:
            yield entry_of(each)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadArchive(
                f"{name} is no HTTP Archive: entry {number} makes no sense ({type(error).__name__}: {error})"
            ) from None


def _with_kinds(entries: Iterable[Entry]) -> tuple[Exchange, ...]:
    """Say what each was for, in the order of time."""
    entries = sorted(entries, key=lambda each: each.exchange.at)
    hooks = {each.exchange.header(WEBHOOK_HEADER) for each in entries} - {None, ""}
    called = [_called_back(each, hooks) for each in entries]
    plain = [
        replace(each.exchange, number=number, kind="callback" if back else _kind(each.exchange))
        for number, (each, back) in enumerate(zip(entries, called, strict=True), 1)
    ]
    media = frozenset(url for each in plain for url in _links(each.document))
    return tuple(
        replace(each, kind="media")
        if each.kind == "other" and (entry.kind == "media" or kind_of("", each.url, media) == "media")
        else each
        for each, entry in zip(plain, entries, strict=True)
    )


def _kind(exchange: Exchange) -> Kind:
    # A browser asks for leave before it crosses origins; that is no status request.
    return "other" if exchange.method == "OPTIONS" else kind_of(exchange.method, exchange.url)


def _called_back(entry: Entry, hooks: set[str | None]) -> bool:
    if entry.kind in _KINDS:
        return entry.kind == "callback"
    sent = entry.exchange.sent
    return (
        entry.exchange.method == "POST"
        and entry.exchange.url in hooks
        and isinstance(sent, dict)
        and {"request_id", "status"} <= sent.keys()
    )


def _links(document: Mapping[str, Any] | None) -> Iterator[str]:
    output = (document or {}).get("output")
    links = output.get("media_url") if isinstance(output, dict) else None
    yield from (link for link in (links if isinstance(links, list) else [links]) if isinstance(link, str))


def _of_gateway(exchanges: Iterable[Exchange]) -> Iterator[Exchange]:
    """Leave out what went to other hosts, and number the rest."""
    exchanges = tuple(exchanges)
    origins = {_origin(each.url) for each in exchanges if each.kind in {"submit", "status"}}
    ours = (
        each
        for each in exchanges
        if each.kind != "other" or (_origin(each.url) in origins and each.method != "OPTIONS")
    )
    if origins:
        yield from (replace(each, number=number) for number, each in enumerate(ours, 1))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _own(entries: Iterable[Entry], own: Mapping[str, Any]) -> Transcript:
    """Take what `dump` wrote: it knew what each exchange was for, and more of the whole."""
    exchanges = tuple(
        replace(each.exchange, number=number, kind=_known(each.kind) or "other", cut=each.cut)
        for number, each in enumerate(entries, 1)
    )
    return Transcript(
        exchanges,
        keys=_words(own.get("keys")),
        receiver=str(own.get("receiver", "")),
        patience=_number(own.get("patience")) or 0.0,
        deadline=_number(own.get("deadline")),
        slowest=_number(own.get("slowest")),
        lacking=_words(own.get("lacking")),
    )


def _known(kind: str) -> Kind | None:
    return next((each for each in _KINDS if each == kind), None)


def _words(found: object) -> dict[str, str]:
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _number(found: object) -> float | None:
    return float(found) if isinstance(found, int | float) else None


def _foreign(exchanges: tuple[Exchange, ...]) -> Transcript:
    """Say what traffic that was not made for the purpose cannot show."""
    found = Transcript(exchanges)
    callbacks, media = found.of("callback"), [each for each in found.of("media") if not each.cut]
    receiver = "/".join(callbacks[0].url.split("/", 3)[:3]) if callbacks else ""
    lacking = dict.fromkeys((*_SPECIAL, "second-key"), "a recording does not say which key stands for what")
    if not found.accepted:
        lacking["paid"] = "the recording shows no accepted submit"
    if not callbacks:
        lacking["webhook"] = "the recording shows no callback"
    if not media:
        kept = " whole" if found.of("media") else ""
        lacking["media"] = f"the recording keeps no download{kept}"
    return replace(found, receiver=receiver, lacking=lacking)
