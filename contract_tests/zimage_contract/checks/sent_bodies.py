"""The submits to a model that can be judged by their bodies, each read once for all checks."""

from __future__ import annotations

from collections.abc import Mapping

from zimage_contract.checks.oddities import Oddity, oddity
from zimage_contract.checks.reading import answered, good_key, knows_model, media_type
from zimage_contract.exchange import Exchange, Transcript
from zimage_schemas import WEBHOOK_HEADER


def sent(seen: Transcript) -> tuple[Exchange, ...]:
    """Return the submits whose answers say something of what was sent."""
    return tuple(
        each
        for each in seen.of("submit")
        if each.model and not each.cut and good_key(seen, each) and answered(each) and knows_model(each)
    )


def by_oddity(seen: Transcript) -> Mapping[Oddity, list[Exchange]]:
    """Group those sent as JSON by what is odd about their bodies; "" is for nothing.

    Where a callback was asked for, a refusal may be about its URL: then only an acceptance counts.
    """
    groups: dict[Oddity, list[Exchange]] = {}
    for each in seen.once(sent):
        as_json = media_type(each.header("Content-Type")) == "application/json"
        if as_json and (each.accepted or each.header(WEBHOOK_HEADER) is None):
            groups.setdefault(oddity(each.body), []).append(each)
    return groups


def plain(seen: Transcript) -> list[Exchange]:
    """Return those that are plain JSON: only the fields can be wrong."""
    return seen.once(by_oddity).get("", [])


def by_rule(seen: Transcript) -> Mapping[str, list[Exchange]]:
    """Group those that break exactly one rule by the rule's id."""
    groups: dict[str, list[Exchange]] = {}
    for each in plain(seen):
        if len(each.problems) == 1:
            groups.setdefault(each.problems[0].rule, []).append(each)
    return groups
