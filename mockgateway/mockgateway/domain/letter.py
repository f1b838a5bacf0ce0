"""Callbacks in words: which are owed for a job, and what each says."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from mockgateway.domain.delivery import Callback, Delivery, headers
from mockgateway.domain.document import status_document
from mockgateway.domain.effect import Effect
from mockgateway.domain.job import Job, Plan, Status
from mockgateway.domain.outbox import Claim
from mockgateway.domain.scenario import Callbacks

AS_USUAL = Callbacks()
_AFTER = 1000
_NEVER = 2**62


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent in an attempt."""

    url: str
    headers: Mapping[str, str]
    body: bytes

    def changed(self, effect: Effect, chance: Random) -> "Letter":
        """Return it as the rules of a scenario leave it."""
        _, headers, body = effect.apply(200, list(self.headers.items()), self.body, chance)
        return Letter(self.url, dict(headers), body)


def owed(callback: Callback, job: Job, callbacks: Callbacks = AS_USUAL) -> list[Delivery]:
    """Write down what a job owes that wants to be called back, with one id for all copies.

    Args:
        callback: the wish.
        job: the job as it is stored.
        callbacks: how its scenario delivers; out of order means that one that says PROCESSING follows, a
            second after the one that says how it ended.
    """
    if callbacks.never:
        return []
    name = "wh_" + job.request_id.rpartition("_")[2].replace("-", "")
    first = Delivery(
        id=name,
        account=job.account,
        request_id=job.request_id,
        url=callback.url,
        shown=callback.shown,
        origin=callback.origin,
        due=job.plan.ends + round(callbacks.delay * 1000),
        copies=callbacks.copies,
    )
    stale = replace(first, id=f"{name}_2", due=first.due + _AFTER, tells=Status.PROCESSING)
    return [first, stale] if callbacks.out_of_order else [first]


def letter(claim: Claim, job: Job) -> Letter:
    """Write what an attempt sends: the document that a poll gives at that moment."""
    delivery = claim.delivery
    if delivery.tells is Status.PROCESSING:
        job = replace(job, plan=Plan(min(job.plan.starts, claim.at), _NEVER))
    document = status_document(job, claim.at, delivery.origin)
    return Letter(delivery.url, headers(delivery, claim.at), json.dumps(document).encode())
