"""What is known of one program in one situation: its exchanges, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from zimage_contract.exchange import Exchange, Job, Transcript
from zimage_schemas import FINAL_STATUSES

Ending = Literal["exited", "timed-out", "watched", "unknown"]


@dataclass(frozen=True)
class Evidence:
    """What is known of one program in one situation.

    Attributes:
        transcript: its exchanges, callbacks included; the key that it was given is `keys["valid"]`,
            or that of the situation it was put in.
        case: the id of the case it was put in; "" for recorded traffic.
        ending: "exited" by itself, "timed-out" when it was stopped, "watched" when somebody else started
            it and says that it is over, "unknown" for recorded traffic.
        exit_code: as a shell tells it; None unless it exited.
        output: what it wrote on its standard output and error, as far as kept.
        charges: numbers of the submits that were paid for and not paid back, by the gateway's ledger; None:
            nobody looked.
        forged: callbacks that were sent to it by somebody else than the gateway, each with what it sent.
    """

    transcript: Transcript
    case: str = ""
    ending: Ending = "unknown"
    exit_code: int | None = None
    output: str = ""
    charges: frozenset[int] | None = None
    forged: tuple[Exchange, ...] = ()

    @property
    def jobs(self) -> Mapping[str, Job]:
        """The jobs that it made or asked after, by request_id."""
        return self.transcript.jobs

    @cached_property
    def submits(self) -> tuple[Exchange, ...]:
        """Its submits, answered or not."""
        return self.transcript.of("submit")

    @cached_property
    def made(self) -> tuple[Job, ...]:
        """The jobs whose acceptance it was told of."""
        return tuple(job for job in self.jobs.values() if job.submit)

    @cached_property
    def charged(self) -> tuple[Exchange, ...]:
        """The submits that were paid for; without a ledger, those accepted that did not end as ERROR."""
        if self.charges is not None:
            return tuple(each for each in self.submits if each.number in self.charges)
        free = {job.submit for job in self.made if (end := end_of(job)) and end[1] == "ERROR"}
        return tuple(each for each in self.submits if each.accepted and each not in free)

    @property
    def over(self) -> bool:
        """Tell whether the program was watched to its end, so that what it did not do can be judged."""
        return self.ending != "unknown" and self.last is not None

    @cached_property
    def last(self) -> Exchange | None:
        """Its last exchange; a callback is none of its own."""
        own = [each for each in self.transcript.exchanges if each.kind != "callback"]
        return own[-1] if own else None

    @cached_property
    def links(self) -> Mapping[str, Exchange]:
        """Every link to a picture that it was told of, with the exchange that told it first."""
        found: dict[str, Exchange] = {}
        for job in self.made:
            for told, document in told_of(job):
                for link in _links(document):
                    found.setdefault(link, told)
        return found

    @cached_property
    def had(self) -> Mapping[str, tuple[Exchange, ...]]:
        """The whole downloads of every link that it was told of."""
        media = self.transcript.of("media")
        return {
            link: tuple(each for each in media if same_place(each.url, link) and whole(each))
            for link in self.links
        }

    @property
    def satisfied(self) -> bool:
        """Tell whether it was told of pictures and has them all."""
        return bool(self.links) and all(self.had.values())


def told_of(job: Job) -> list[tuple[Exchange, dict[str, object]]]:
    """Return what told the program of its job, polls and callbacks, in the order of time."""
    callbacks = [(each, each.document) for each in job.callbacks if each.document and _reached(each)]
    return sorted([*job.seen, *callbacks], key=lambda pair: pair[0].until)


def _reached(callback: Exchange) -> bool:
    """Tell whether a callback came to its receiver: one that hung up or was too slow had it all the same."""
    return callback.status is not None or callback.broken.startswith(_WITHOUT_ANSWER)


_WITHOUT_ANSWER = ("no answer", "the receiver hung up", "the answer", "the head of the answer")
"""How a mock's words begin for a callback that was sent whole."""


def end_of(job: Job) -> tuple[Exchange, str] | None:
    """Return the exchange that first told of the job's end, and the state; None when none did."""
    for told, document in told_of(job):
        status = str(document.get("status", "")).upper()
        if status in FINAL_STATUSES:
            return told, status
    return None


def whole(download: Exchange) -> bool:
    """Tell whether a download brought a picture to its end."""
    return download.succeeded and not download.broken


def same_place(url: str, link: str) -> bool:
    """Tell whether a URL leads to what a link names, whatever scheme, port and query were put to it."""
    found, named = _after_origin(url), _after_origin(link)
    return found == named or ("?" not in named and found.partition("?")[0] == named)


def _after_origin(url: str) -> str:
    return url.partition("://")[2].partition("/")[2]


def _links(document: dict[str, object]) -> list[str]:
    output = document.get("output")
    found = output.get("media_url") if isinstance(output, dict) else None
    if isinstance(found, str):  # as some gateways answered: it is one link all the same
        return [found]
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
