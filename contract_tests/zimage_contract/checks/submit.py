"""The answer to a submit that was accepted."""

from collections.abc import Iterator

from zimage_contract.checks.check import Chapterful, Judgement, demand
from zimage_contract.exchange import Transcript

CHAPTER = Chapterful("submit", wants="an accepted submit", needs=("paid",))


@CHAPTER.check(
    "status-202",
    "an accepted request is answered with 202",
    section="Response Handling",
    basis="documented",
)
def _status(seen: Transcript) -> Iterator[Judgement]:
    for submit in seen.accepted:
        yield demand(submit, submit.status == 202, "202", submit.status)
