"""The Content-Type of answers that are no errors."""

from __future__ import annotations

from collections.abc import Iterator

from zimage_contract.checks.check import Chapterful, Judgement
from zimage_contract.checks.errors import says_json
from zimage_contract.exchange import Transcript

OF_SUBMIT = Chapterful("submit", wants="an accepted submit with an answer in JSON", needs=("paid",))
OF_STATUS = Chapterful("status", wants="a status document", needs=("paid",))


@OF_SUBMIT.check(
    "content-type",
    "the answer to an accepted submit says that it is application/json",
    section="Response",
    basis="assumed",
)
def _of_submit(seen: Transcript) -> Iterator[Judgement]:
    return (says_json(each) for each in seen.accepted if each.got_json)


@OF_STATUS.check(
    "content-type",
    "a status document says that it is application/json",
    section="Endpoint",
    basis="assumed",
)
def _of_status(seen: Transcript) -> Iterator[Judgement]:
    return (says_json(each) for each, _ in seen.documents)
