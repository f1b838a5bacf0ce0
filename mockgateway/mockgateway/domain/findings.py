"""What is noteworthy about an exchange: remarks on the program that asked, each with its ground.

Every function judges one entry by itself and by what the journal noted as going before it, so
findings cost nothing until somebody asks for them.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mockgateway.domain.entry import Entry, kept
from zimage_schemas import KEY_HEADER, MODELS, Basis, model_by_slug

POLL_GAP = 5_000
TWIN_GAP = 120_000

_KEY = KEY_HEADER.lower()
_OTHER_KEY_HEADERS = ("authorization", "x-api-key", "api-key")
_HAPPY = range(200, 300)


@dataclass(frozen=True, slots=True)
class Finding:
    """A remark on one exchange.

    Attributes:
        id: which of `FINDINGS` it is; never changes once released.
        sentence: what is the matter, with the values of this exchange.
        basis: what the rule rests on.
        section: the heading of the provider's documentation where it stands, or would.
    """

    id: str
    sentence: str
    basis: Basis
    section: str


Judge = Callable[[Entry], str | None]


@dataclass(frozen=True, slots=True)
class _Rule:
    judge: Judge
    basis: Basis
    section: str


FINDINGS: dict[str, _Rule] = {}
"""How each finding is made, by id."""


def findings(entry: Entry) -> tuple[Finding, ...]:
    """Return what is noteworthy about the entry, in the order of `FINDINGS`."""
    judged = ((id_, rule, rule.judge(entry)) for id_, rule in FINDINGS.items())
    return tuple(Finding(id_, said, rule.basis, rule.section) for id_, rule, said in judged if said)


def _finding(id_: str, basis: Basis, section: str) -> Callable[[Judge], Judge]:
    def add(judge: Judge) -> Judge:
        FINDINGS[id_] = _Rule(judge, basis, section)
        return judge

    return add


@_finding("submit.unknown-field", "assumed", "Request Parameters")
def _unknown_field(entry: Entry) -> str | None:
    model = model_by_slug(entry.model or "") if entry.kind == "submit" else None
    names = model.unknown_fields(_object(entry)) if model else ()
    if not model or not names:
        return None
    said = ", ".join(json.dumps(name[:60]) for name in names[:8])
    return f"{model.title} has no such field, so it is ignored: {said}."


@_finding("submit.no-cache-control", "documented", "Request Headers")
def _cache_control(entry: Entry) -> str | None:
    if entry.kind != "submit" or "no-cache" in (entry.header("cache-control") or "").lower():
        return None
    return "The header Cache-Control: no-cache is missing."


@_finding("submit.content-type", "documented", "Request Headers")
def _content_type(entry: Entry) -> str | None:
    sent = entry.header("content-type") or ""
    if entry.kind != "submit" or sent.partition(";")[0].strip().lower() == "application/json":
        return None
    return f"Content-Type is {sent[:80] or 'missing'}, not application/json."


@_finding("submit.repeated", "assumed", "Typical Workflow")
def _repeated(entry: Entry) -> str | None:
    twin, twin_at = entry.earlier.twin, entry.earlier.twin_at
    if twin is None or entry.request_id is None or entry.told - twin_at > TWIN_GAP:
        return None
    seconds = (entry.told - twin_at) / 1000
    return f"The same body was accepted {seconds:.1f} s before (exchange {twin}): possibly paid twice."


@_finding("submit.guessed-path", "observed", "Base URL")
def _guessed_path(entry: Entry) -> str | None:
    for model in MODELS.values():
        if entry.path == f"/{model.slug}/v1/{model.slug}-request" != model.submit_path:
            return f"The path of {model.title} is {model.submit_path}."
    return None


@_finding("status.too-soon", "documented", "Typical Workflow")
def _too_soon(entry: Entry) -> str | None:
    before = entry.earlier.polled
    if before is None or entry.told - before >= POLL_GAP:
        return None
    return f"Polled {(entry.told - before) / 1000:.1f} s after the poll before; 5 to 10 s are asked for."


@_finding("status.after-end", "assumed", "Status Values")
def _after_end(entry: Entry) -> str | None:
    return "An earlier answer had told that this job is over." if entry.earlier.ended else None


@_finding("media.key-sent", "observed", "Authentication")
def _key_sent(entry: Entry) -> str | None:
    if entry.kind != "media":
        return None
    sent = [name for name in (_KEY, *_OTHER_KEY_HEADERS) if entry.header(name)]
    return (
        f"Pictures are public, on another host: the key does not belong there ({sent[0]})." if sent else None
    )


@_finding("key.other-header", "observed", "Authentication")
def _other_header(entry: Entry) -> str | None:
    if entry.kind not in ("submit", "status") or entry.header(_KEY):
        return None
    sent = [name for name in _OTHER_KEY_HEADERS if entry.header(name)]
    return f"The key is read from {KEY_HEADER}, not from {sent[0]}." if sent else None


@_finding("retry.too-soon", "platform", "Response Handling")
def _retry_too_soon(entry: Entry) -> str | None:
    until = entry.earlier.retry_at
    if until is None or entry.told >= until:
        return None
    return f"Tried again {(until - entry.told) / 1000:.1f} s before the time that Retry-After had named."


@_finding("callback.not-accepted", "assumed", "Webhook (Optional)")
def _not_accepted(entry: Entry) -> str | None:
    if entry.kind != "callback" or entry.status in _HAPPY:
        return None
    return (
        f"The receiver answered {entry.status}, not 2xx." if entry.status else "The receiver did not answer."
    )


def _object(entry: Entry) -> Mapping[str, object]:
    try:
        body = json.loads(kept(entry.body))
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
