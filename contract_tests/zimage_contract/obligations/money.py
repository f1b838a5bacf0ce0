"""What a program pays for, and what it asks for again."""

from __future__ import annotations

from collections.abc import Iterator

from zimage_contract.checks import Judgement, demand
from zimage_contract.exchange import Exchange
from zimage_contract.obligations.evidence import Evidence
from zimage_contract.obligations.obligation import Obligations

obligation = Obligations()

_SEVERAL = "several-pictures"
_FINAL = {401: "Unauthorized", 402: "Insufficient Balance", 403: "Forbidden"}


@obligation(
    "money.once",
    "one picture is submitted and charged once",
    level="must",
    section="Typical Workflow",
    basis="assumed",
    remedy="Never submit again while a job may exist: poll its id; leave a lost answer to the user.",
)
def _once(seen: Evidence) -> Iterator[Judgement]:
    for charged in _wanted_once(seen):
        said = f"{len(charged)} charges"
        kept = len(charged) == 1 or (seen.case == _SEVERAL and _one_each(charged))
        yield demand(charged[-1], kept, "one charge", said)


def _one_each(charged: list[Exchange]) -> bool:
    """Tell whether two pictures were asked for one by one, which is another way to have them."""
    asked = [call.sent.get("num_images", 1) if isinstance(call.sent, dict) else 0 for call in charged]
    return asked == [1, 1]


def _wanted_once(seen: Evidence) -> list[list[Exchange]]:
    """Group the charges by what was wanted: of a case one picture, of recorded traffic each body's."""
    groups: dict[bytes, list[Exchange]] = {}
    for call in seen.charged:
        groups.setdefault(b"" if seen.over else call.body, []).append(call)
    return list(groups.values())


def _refusal(status: int) -> None:
    @obligation(
        f"money.{status}-final",
        f"a submit that was answered {status} is not sent again",
        level="must",
        section="Response Handling",
        basis="documented",
        remedy=f"Stop at {status} ({_FINAL[status]}) and tell the user: trying again changes nothing.",
    )
    def _final(seen: Evidence) -> Iterator[Judgement]:
        refused = [call for call in seen.submits if call.status == status]
        for first in refused[:1]:
            later = [call for call in seen.submits if call.at > first.at]
            shown = later[0] if later else first
            yield demand(shown, not later, f"no submit after {status}", f"{len(later)} more")


for _status in _FINAL:
    _refusal(_status)
