"""What a probe could not show, and which option would let it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from zimage_contract.exchange import WITHHELD, Situation
from zimage_contract.probe.plan import Plan
from zimage_contract.probe.settings import ProbeSettings


def lacking(
    settings: ProbeSettings, plan: Plan, *, short: bool, withheld: str, receives: bool
) -> Mapping[str, str]:
    """Give the reason for every need of a check that was not met, and that for `WITHHELD` requests.

    Args:
        settings: of the probe.
        plan: the jobs that were to be paid for.
        short: whether the budget kept something from being shown.
        withheld: why something documented to be refused was not sent; else "".
        receives: whether callbacks could come.
    """
    reasons = {WITHHELD: withheld} if withheld else {}
    limited = settings.budget is not None
    also = f"; {_money(settings)}" if limited and not plan else ""
    for situation in get_args(Situation):
        failing = situation.startswith("job-")
        if situation not in settings.keys:
            reasons[situation] = f"no key for {situation}: give --key {situation}=KEY{also * failing}"
        elif limited and failing and not any(each.situation == situation for each in plan):
            reasons[situation] = _money(settings)
    if "second" not in settings.keys:
        reasons["second-key"] = f"no second good key: give --key second=KEY{also}"
    if limited and (short or not plan):
        reasons["paid"] = _money(settings)
    if not receives:
        reasons["webhook"] = f"no callback can come: give --webhook-url URL that leads here{also}"
    elif limited and not any(each.webhook for each in plan):
        reasons["webhook"] = _money(settings)
    return reasons


def _money(settings: ProbeSettings) -> str:
    if not settings.budget:
        return "it may cost money, and nothing may be spent: give --budget DOLLARS"
    return f"it may cost money, and ${settings.budget} did not suffice for everything: give a larger --budget"
