"""The life of one job on one line: what its client did, what the gateway did, what it cost."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from mockgateway.domain.entry import Entry, length
from mockgateway.domain.findings import findings
from mockgateway.domain.job import Job
from mockgateway.domain.money import write_amount

# Of what happens in one millisecond, what causes comes before what follows.
_ORDER = ("submit", "charge", "state", "refund", "status", "callback", "media", "other")


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to a job.

    Attributes:
        at: when, in milliseconds of the account's time.
        what: `state`, `charge`, `refund`, or the kind of an exchange.
        sentence: what it was, in words.
        entry: the number of the exchange, if it was one.
        findings: the ids of what is noteworthy about it.
    """

    at: int
    what: str
    sentence: str
    entry: int | None = None
    findings: tuple[str, ...] = ()


def timeline(
    job: Job, now: int, entries: Iterable[Entry] = (), refunded: Container[str] = ()
) -> list[Moment]:
    """Join what is known of a job until `now`.

    Args:
        job: whose life it is.
        now: its account's time.
        entries: exchanges; those about other jobs are left out.
        refunded: the outcomes that are paid back.
    """
    moments = [
        *_states(job, now),
        *_money(job, now, refunded),
        *(_exchange(entry) for entry in entries if entry.request_id == job.request_id),
    ]
    return sorted(moments, key=lambda moment: (moment.at, _ORDER.index(moment.what), moment.entry or 0))


def _states(job: Job, now: int) -> Iterator[Moment]:
    for at in sorted({job.created, job.plan.starts, job.plan.ends}):
        if at <= now:
            yield Moment(at, "state", job.plan.status_at(at).value)


def _money(job: Job, now: int, refunded: Container[str]) -> Iterator[Moment]:
    amount = f"${write_amount(job.charge)}"
    yield Moment(job.created, "charge", amount)
    if job.plan.outcome in refunded and job.plan.ends <= now:
        yield Moment(job.plan.ends, "refund", amount)


def _exchange(entry: Entry) -> Moment:
    answered = str(entry.status) if entry.status else "no answer"
    size = f", {length(entry.answer):,} bytes" if entry.kind == "media" else ""
    broken = f", {entry.broken}" if entry.broken else ""
    said = f"{entry.method} {entry.path}: {answered}{size}{broken}"
    return Moment(entry.told, entry.kind, said, entry.number, tuple(found.id for found in findings(entry)))
