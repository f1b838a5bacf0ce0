"""What a program did, told when it has ended: for people in some lines, for programs as JSON."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self, get_args

from mockgateway.domain.control import NoSuchJob
from mockgateway.domain.entry import Entry, Kind
from mockgateway.domain.findings import Finding, findings
from mockgateway.domain.money import write_amount
from mockgateway.domain.redaction import Redactor
from mockgateway.runtime.assembly import Mock
from mockgateway.runtime.masquerade.reach import Barred
from mockgateway.web.journal_json import finding_json

_WORDS: dict[Kind, tuple[str, str]] = {
    "submit": ("submit", "submits"),
    "status": ("poll", "polls"),
    "media": ("download", "downloads"),
    "callback": ("callback", "callbacks"),
    "other": ("other", "others"),
}
_MOST_JOBS = 20


@dataclass(frozen=True, slots=True)
class Ended:
    """A job as it stood at the end; the charge is in millionths, and taken back if `refunded`."""

    request_id: str
    model: str
    status: str
    error: str | None
    charge: int
    refunded: bool

    @property
    def paid(self) -> int:
        """What it cost after all, in millionths."""
        return 0 if self.refunded else self.charge


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding, as its first exchange words it, and the numbers of all exchanges that have it."""

    finding: Finding
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All that one run did.

    Attributes:
        scenario: of keys that select none by their name.
        exchanges: how many there were, by kind.
        dropped: how many more there were, which nothing else here knows of.
        jobs: in the order of their submits.
        remarks: what was noteworthy.
        undelivered: why callbacks came to nothing, and how often.
        refused: what the program did not reach, and how often.
        redactor: knows the keys.
    """

    scenario: str
    exchanges: Mapping[str, int]
    dropped: int
    jobs: Sequence[Ended]
    remarks: Sequence[Remark]
    undelivered: Mapping[str, int]
    refused: Mapping[Barred, int]
    redactor: Redactor

    @classmethod
    def of(cls, mock: Mock, scenario: str, refused: Mapping[Barred, int]) -> Self:
        """Look at what a mock has recorded, of all accounts."""
        journals = mock.control.journals
        entries = journals.everything()
        counted = Counter(entry.kind for entry in entries)
        broken = Counter(entry.broken for entry in entries if entry.kind == "callback" and entry.broken)
        return cls(
            scenario=scenario,
            exchanges={kind: counted[kind] for kind in get_args(Kind)},
            dropped=journals.dropped,
            jobs=tuple(_jobs(mock, entries)),
            remarks=tuple(_remarks(entries)),
            undelivered=dict(broken),
            refused=refused,
            redactor=Redactor.of(entries),
        )

    @property
    def count(self) -> int:
        """How many exchanges there were."""
        return sum(self.exchanges.values()) + self.dropped

    @property
    def paid(self) -> int:
        """What all jobs cost after all, in millionths of a dollar."""
        return sum(job.paid for job in self.jobs)

    def lines(self) -> Iterator[str]:
        """Write it for people."""
        shown = self.redactor.text
        if self.count:
            kinds = (f"{n} {_WORDS[kind][n != 1]}" for kind, n in self.exchanges.items())  # type: ignore[index]
            more = f", and {self.dropped} more that were not kept" if self.dropped else ""
            yield f"{_many(self.count, 'exchange')}: {', '.join(kinds)}{more}"
        for job in self.jobs[:_MOST_JOBS]:
            why = f" ({shown(job.error)})" if job.error else ""
            yield f"{job.request_id} {job.status}{why} ${write_amount(job.charge)}{_back(job)}"
        if len(self.jobs) > _MOST_JOBS:
            yield f"and {len(self.jobs) - _MOST_JOBS} more jobs"
        if self.jobs:
            yield f"charged ${write_amount(self.paid)} for {_many(len(self.jobs), 'job')}"
        for remark in self.remarks:
            times = _times(len(remark.numbers))
            yield f"{remark.finding.id}{times}: {shown(remark.finding.sentence)}"
        for why, count in self.undelivered.items():
            yield f"a callback came to nothing{_times(count)}: {shown(why)}"
        for barred, count in self.refused.items():
            yield f"{barred.place} was refused{_times(count)}: {barred.why}"

    def json(self, code: int) -> dict[str, Any]:
        """Write it for programs; `code` is how the program ended. docs/run.md says what is in it."""
        return {
            "version": 1,
            "exit_code": code,
            "scenario": self.scenario,
            "exchanges": dict(self.exchanges),
            "exchanges_not_kept": self.dropped,
            "jobs": [_job_json(job, self.redactor) for job in self.jobs],
            "charged": write_amount(self.paid),
            "findings": [
                finding_json(remark.finding, self.redactor) | {"exchanges": list(remark.numbers)}
                for remark in self.remarks
            ],
            "callbacks_undelivered": [
                {"why": self.redactor.text(why), "count": count} for why, count in self.undelivered.items()
            ],
            "refused": [
                {"place": barred.place, "why": barred.why, "count": count}
                for barred, count in self.refused.items()
            ],
        }


def _jobs(mock: Mock, entries: Sequence[Entry]) -> Iterator[Ended]:
    refunded = mock.gateway.rules.tariff.refunded
    submits = (entry.request_id for entry in entries if entry.kind == "submit" and entry.request_id)
    for request_id in dict.fromkeys(submits):
        with suppress(NoSuchJob):
            job, now = mock.control.job(request_id)
            status = job.plan.status_at(now)
            error = job.plan.error if status.terminal else None
            yield Ended(request_id, job.model, status, error, job.charge, status in refunded)


def _remarks(entries: Sequence[Entry]) -> Iterator[Remark]:
    found: dict[str, tuple[Finding, list[int]]] = {}
    for entry in entries:
        for finding in findings(entry):
            found.setdefault(finding.id, (finding, []))[1].append(entry.number)
    for finding, numbers in found.values():
        yield Remark(finding, tuple(numbers))


def _job_json(job: Ended, redactor: Redactor) -> dict[str, Any]:
    return {
        "request_id": job.request_id,
        "model": job.model,
        "status": str(job.status),
        "error": job.error and redactor.text(job.error),
        "charge": write_amount(job.charge),
        "refunded": job.refunded,
    }


def _back(job: Ended) -> str:
    return ", refunded" if job.refunded else ""


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _times(count: int) -> str:
    return "" if count == 1 else f" {count:,} times"
