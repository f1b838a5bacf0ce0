"""Callbacks as entries of a journal: there the mock asks, and the receiver answers."""

from urllib.parse import unquote, urlsplit

from mockgateway.domain.delivery import AttemptResult
from mockgateway.domain.entry import Entry
from mockgateway.domain.letter import Letter
from mockgateway.domain.outbox import Claim


def callback_entry(claim: Claim, letter: Letter, result: AttemptResult, ended: int) -> Entry:
    """Write an attempt as an exchange; `ended` is real time. Of the answer, status and beginning are known.

    What the URL says before an @ is left out: it is the receiver's password.
    """
    delivery, target = claim.delivery, urlsplit(letter.url)
    return Entry(
        account=delivery.account,
        kind="callback",
        real=ended - result.duration,
        told=claim.at,
        took=float(result.duration),
        scheme=target.scheme,
        method="POST",
        path=unquote(target.path) or "/",
        query=target.query,
        headers=[("host", target.netloc.rpartition("@")[2]), *letter.headers.items()],
        body=letter.body,
        status=result.status or 0,
        answer_headers=[],
        answer=result.answer.encode(),
        broken=result.error,
        request_id=delivery.request_id,
        model=delivery.request_id.rpartition("_")[0],
    )
