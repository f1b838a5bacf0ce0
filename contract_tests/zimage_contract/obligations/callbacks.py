"""What a program does when it is called back."""

from __future__ import annotations

from collections.abc import Iterator

from zimage_contract.checks import Judgement, demand
from zimage_contract.exchange import Exchange
from zimage_contract.obligations.evidence import Evidence, end_of
from zimage_contract.obligations.obligation import Obligations
from zimage_schemas import WEBHOOK_HEADER

obligation = Obligations()

PROMPT = 5.0
"""Seconds in which a callback is to be answered; the gateway is assumed to give up after ten."""

_FOREIGN, _EARLY = "webhook-foreign-id", "webhook-not-final"


@obligation(
    "callback.answered",
    "a callback is answered with 2xx within five seconds",
    level="must",
    section="Webhook (Optional)",
    basis="assumed",
    remedy="Answer the callback first, with 200 or 204, and do the work afterwards.",
)
def _answered(seen: Evidence) -> Iterator[Judgement]:
    for callback in seen.transcript.of("callback"):
        said = f"{callback.status or callback.broken or 'no answer'} after {callback.took:.1f} s"
        good = callback.succeeded and callback.took <= PROMPT
        if not good and _unknown(seen, callback):
            continue
        yield demand(callback, good or _gone(seen, callback.at), "2xx within 5 s", said)


def _unknown(seen: Evidence, callback: Exchange) -> bool:
    """Tell whether it is about a job that the program was never told of: it may refuse it, or have left."""
    return not any(callback in job.callbacks for job in seen.made)


def _gone(seen: Evidence, at: float) -> bool:
    """Tell whether the job's end was known before: the program may have left with its picture."""
    ends = (end_of(job) for job in seen.made)
    return any(end and end[0].until < at for end in ends)


@obligation(
    "callback.duplicate",
    "a callback that comes again changes nothing",
    level="must",
    section="Webhook (Optional)",
    basis="assumed",
    remedy="Remember which request_id is done, answer 2xx to what comes again, and do nothing else.",
)
def _duplicate(seen: Evidence) -> Iterator[Judgement]:
    for job in seen.made:
        if len(job.callbacks) > 1:
            for link, downloads in seen.had.items():
                if downloads and job.request_id in link:
                    said = f"{len(downloads)} downloads"
                    yield demand(downloads[-1], len(downloads) == 1, "one download", said)


@obligation(
    "callback.checks-id",
    "a callback about somebody else's job is not taken for one's own",
    level="must",
    section="Webhook (Optional)",
    basis="assumed",
    remedy="Compare a callback's request_id with the one that you were given: anybody can post to your URL.",
    cases=(_FOREIGN,),
)
def _checks_id(seen: Evidence) -> Iterator[Judgement]:
    for callback in seen.forged:
        document = callback.sent if isinstance(callback.sent, dict) else {}
        strange = str(document.get("request_id", ""))
        taken = [each for each in seen.transcript.exchanges if strange and strange in each.url]
        shown = taken[0] if taken else callback
        said = f"{shown.method} {shown.path}" if taken else "it ended without its own picture"
        kept = not taken and (seen.satisfied or not seen.over)
        yield demand(shown, kept, "nothing done with it, and the own picture had", said)


@obligation(
    "callback.checks-status",
    "a callback that does not say COMPLETED is not taken for the end",
    level="must",
    section="Webhook (Optional)",
    basis="assumed",
    remedy="Look at the status of a callback before its output.",
    cases=(_EARLY,),
)
def _checks_status(seen: Evidence) -> Iterator[Judgement]:
    for callback in seen.forged:
        yield demand(
            callback, seen.satisfied, "the wait goes on until the picture is had", "it ended without"
        )


@obligation(
    "callback.none",
    "a program whose callback does not come asks for its job",
    level="must",
    section="Webhook (Optional)",
    basis="assumed",
    remedy="Wait for the callback for a while only, then poll.",
    cases=("webhook-never",),
)
def _none(seen: Evidence) -> Iterator[Judgement]:
    for job in seen.made:
        if job.submit and job.submit.header(WEBHOOK_HEADER):
            yield demand(job.submit, job.reads, "a poll after a while without a callback", "none")
