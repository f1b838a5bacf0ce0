"""A case: one situation that a program is put in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from zimage_contract.obligations.evidence import Evidence
from zimage_contract.obligations.fired import asked_for_a_call

Style = Literal["polling", "webhook"]
Expected = Literal["picture", "failure", "either"]


@dataclass(frozen=True, slots=True)
class Case:
    """One situation.

    Attributes:
        id: such as "poll-503"; never changes once released.
        title: what happens, as a sentence without its full stop.
        scenario: the mock's scenario that brings it about.
        fired: tells whether it came about; a case whose situation did not is no evidence.
        unless: what to say when it did not.
        expects: what a correct program ends with.
        style: of the programs that it is about; None: of all.
        seconds: how long jobs are processed, in gateway seconds, where the scenario does not say it.
        model: what the program is asked for through ZIMAGE_MODEL.
        pictures: how many, through ZIMAGE_NUM_IMAGES.
        forged: a callback that somebody else sends to the program before the gateway does.
        optional: whether it is no fault of a program that the situation does not come about.
    """

    id: str
    title: str
    scenario: str
    fired: Callable[[Evidence], bool]
    unless: str
    expects: Expected = "picture"
    style: Style | None = None
    seconds: float = 3.0
    model: str = "turbo"
    pictures: int = 1
    forged: Literal["foreign-id", "not-final"] | None = None
    optional: bool = False


def style_of(seen: Evidence) -> Style | None:
    """Tell a program's style: "webhook" when it asked for callbacks; None when it submitted nothing."""
    if not seen.submits:
        return None
    return "webhook" if asked_for_a_call(seen) else "polling"


def suits(case: Case, style: Style | None) -> bool:
    """Tell whether a case is about programs of a style."""
    return case.style is None or style is None or case.style == style
