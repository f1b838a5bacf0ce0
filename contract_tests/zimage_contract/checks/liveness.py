"""Answers: there is one to every request, in time, and it is not that the gateway itself failed."""

from __future__ import annotations

from collections.abc import Iterator

from zimage_contract.checks.check import Chapterful, Judgement, demand
from zimage_contract.checks.keys import polls_of_others
from zimage_contract.checks.oddities import LARGEST_BODY
from zimage_contract.checks.reading import BROKEN_SERVER, answered, good_key, polls
from zimage_contract.checks.routes import unknown_ids
from zimage_contract.checks.sent_bodies import plain
from zimage_contract.exchange import Exchange, Transcript

CHAPTER = Chapterful("liveness", wants="a request")

_SECTION = "Response Handling"


def _requests(seen: Transcript) -> Iterator[Exchange]:
    """Return what was asked of the gateway itself, but for what a server may hang up on."""
    for each in seen.exchanges:
        if each.kind in {"submit", "status", "other"} and len(each.body) <= LARGEST_BODY:
            yield each


@CHAPTER.check("answered", "every request gets a whole answer", section=_SECTION, basis="documented")
def _answered(seen: Transcript) -> Iterator[Judgement]:
    patient = seen.slowest is not None  # else whoever asked may have left: a page that is closed
    for each in _requests(seen):
        if each.status is not None or (each.broken and patient):
            yield demand(each, not each.broken, "a whole answer", each.broken)


@CHAPTER.check(
    "in-time",
    "every answer comes in time",
    section=_SECTION,
    basis="assumed",
    wants="an answer, and how long one may take",
)
def _in_time(seen: Transcript) -> Iterator[Judgement]:
    if seen.slowest is None:
        return
    for each in _requests(seen):
        if each.status is not None:
            actual = f"{each.took:.1f} s"
            yield demand(each, each.took <= seen.slowest, f"at most {seen.slowest:g} s", actual)


@CHAPTER.check(
    "no-server-error",
    "a request with nothing wrong is not answered with 500 or above",
    section=_SECTION,
    basis="assumed",
    wants="a submit with nothing wrong, or a poll of a job",
    needs=("paid",),
)
def _no_server_error(seen: Transcript) -> Iterator[Judgement]:
    strange = {each.number for each in (*seen.once(unknown_ids), *polls_of_others(seen))}
    submits = (each for each in plain(seen) if not each.problems)
    reads = (each for each in polls(seen) if each.number not in strange and good_key(seen, each))
    for each in (*submits, *reads):
        if answered(each):
            yield demand(each, (each.status or 0) < BROKEN_SERVER, "below 500", each.status)
