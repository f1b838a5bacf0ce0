"""What a program sends: its requests, and its key."""

from __future__ import annotations

from collections.abc import Iterator

from zimage_contract.checks import Judgement, demand
from zimage_contract.exchange import Exchange
from zimage_contract.obligations.evidence import Evidence
from zimage_contract.obligations.obligation import Obligations
from zimage_schemas import KEY_HEADER, MODELS, SHORTEST_SECRET, shorten

obligation = Obligations()

_CALLS = ("submit", "status")


@obligation(
    "request.path",
    "submits go to a model's documented path",
    level="must",
    section="Base URL",
    basis="documented",
    remedy="Take the path from the documentation, Turbo's slug carries -834 and its operation does not.",
)
def _path(seen: Evidence) -> Iterator[Judgement]:
    paths = ", ".join(model.submit_path for model in MODELS.values())
    for submit in seen.transcript.exchanges:
        if submit.method == "POST" and submit.kind in {"submit", "other"}:
            yield demand(submit, submit.model, f"POST to one of {paths}", submit.path)


@obligation(
    "request.valid",
    "the first request body keeps the model's rules",
    level="must",
    section="Request Parameters - Generate Request",
    basis="documented",
    remedy="Send every required field, and values within the documented ranges.",
)
def _valid(seen: Evidence) -> Iterator[Judgement]:
    for submit in seen.submits[:1]:
        if not submit.model:
            continue
        if not submit.is_json:
            yield demand(submit, kept=False, expected="a JSON object", actual="a body that is no JSON")
        else:
            said = "; ".join(problem.message for problem in submit.problems)
            yield demand(submit, not submit.problems, "a body that keeps every rule", said)


@obligation(
    "request.content-type",
    "submits are sent as application/json",
    level="must",
    section="Request Headers",
    basis="documented",
    remedy="Send the header Content-Type: application/json.",
)
def _content_type(seen: Evidence) -> Iterator[Judgement]:
    for submit in seen.submits:
        sent = submit.header("Content-Type") or "none"
        kind = sent.partition(";")[0].strip().lower()
        yield demand(submit, kind == "application/json", "Content-Type: application/json", sent)


@obligation(
    "request.cache-control",
    "submits carry Cache-Control: no-cache",
    level="should",
    section="Request Headers",
    basis="documented",
    remedy="Send the header Cache-Control: no-cache.",
)
def _cache_control(seen: Evidence) -> Iterator[Judgement]:
    for submit in seen.submits:
        sent = submit.header("Cache-Control") or "none"
        yield demand(submit, "no-cache" in sent.lower(), "Cache-Control: no-cache", sent)


@obligation(
    "key.sent",
    "every submit and every poll carries the key in its header",
    level="must",
    section="Authentication",
    basis="documented",
    remedy=f"Send the header {KEY_HEADER} with submits and with polls.",
)
def _key_sent(seen: Evidence) -> Iterator[Judgement]:
    for call in seen.transcript.exchanges:
        if call.kind in _CALLS:
            yield demand(call, call.key, f"the header {KEY_HEADER}", "none")


@obligation(
    "key.private",
    "the key goes to the gateway alone, never with a download",
    level="must",
    section="Authentication",
    basis="observed",
    remedy="Download pictures without the key: their links are public, and their host is somebody else's.",
)
def _key_private(seen: Evidence) -> Iterator[Judgement]:
    keys = _keys(seen)
    for call in seen.transcript.exchanges:
        if call.kind == "media" and keys:
            where = _where_key(call, keys)
            yield demand(call, not where, "a request without the key", f"the key in {where}")


@obligation(
    "key.not-shown",
    "the key is never printed",
    level="must",
    section="Authentication",
    basis="assumed",
    remedy="Leave the key out of messages and logs, or show its first letters only.",
)
def _key_not_shown(seen: Evidence) -> Iterator[Judgement]:
    keys = _keys(seen)
    if seen.over and seen.last and keys:
        shown = next((key for key in keys if key in seen.output), "")
        yield demand(seen.last, not shown, "output without the key", f"{shorten(shown)} in full")


def _keys(seen: Evidence) -> set[str]:
    sent = (call.key for call in seen.transcript.exchanges if call.kind in _CALLS)
    known = {key for key in (*sent, *seen.transcript.keys.values()) if key}
    return {key for key in known if len(key) >= SHORTEST_SECRET}


def _where_key(call: Exchange, keys: set[str]) -> str:
    """Say where in a request a key is; "" when it is nowhere."""
    if call.key:
        return f"the header {KEY_HEADER}"
    for name, value in call.headers:
        if any(key in value for key in keys):
            return f"the header {name}"
    return "the URL" if any(key in call.url for key in keys) else ""
