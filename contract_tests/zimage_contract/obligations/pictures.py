"""What a program does with the links that it is given."""

from __future__ import annotations

from collections.abc import Iterator

from zimage_contract.checks import Judgement, demand
from zimage_contract.exchange import Exchange
from zimage_contract.obligations.evidence import Evidence, same_place, whole
from zimage_contract.obligations.obligation import Obligations

obligation = Obligations()


@obligation(
    "picture.all",
    "every picture of a completed job is downloaded",
    level="must",
    section="Typical Workflow",
    basis="documented",
    remedy="Go through the whole list in output.media_url.",
)
def _all(seen: Evidence) -> Iterator[Judgement]:
    if not seen.over or seen.case in _TOLD_OF:
        return
    for link, told in seen.links.items():
        yield demand(told, _tries(seen, link), f"a download of {link}", "none")


_TOLD_OF = frozenset({"extra-fields"})
"""Cases in which another obligation is about what happens to the picture."""


@obligation(
    "picture.honest",
    "a program that could not have its picture whole exits with another code than 0",
    level="must",
    section="Typical Workflow",
    basis="assumed",
    remedy="Look at the status of a download and at its length before you call it a picture.",
)
def _honest(seen: Evidence) -> Iterator[Judgement]:
    for link in seen.links if seen.exit_code is not None else ():
        tries = _tries(seen, link)
        if tries and not any(whole(each) for each in tries):
            said = f"0 after {tries[-1].broken or tries[-1].status}"
            yield demand(tries[-1], seen.exit_code != 0, "an exit code that is not 0", said)


@obligation(
    "picture.again",
    "a download that went wrong is tried again",
    level="should",
    section="Typical Workflow",
    basis="assumed",
    remedy="Download again, a few times and with pauses, before giving up: the picture is paid for.",
)
def _again(seen: Evidence) -> Iterator[Judgement]:
    for link in seen.links if seen.over else ():
        tries = _tries(seen, link)
        taken_for_whole = seen.exit_code == 0 and not seen.had[link]
        if tries and not whole(tries[0]) and not taken_for_whole:
            said = f"none after {tries[0].broken or tries[0].status}"
            yield demand(tries[0], tries[1:], "another download", said)


def _tries(seen: Evidence, link: str) -> list[Exchange]:
    return [each for each in seen.transcript.of("media") if same_place(each.url, link)]
