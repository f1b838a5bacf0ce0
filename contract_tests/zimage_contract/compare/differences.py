"""Drift: where two gateways answer the same request differently, and which of them the contract is with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from zimage_contract.checks import CHECKS, Check, Judgement
from zimage_contract.compare.aspects import aspects
from zimage_contract.compare.pairing import Pair
from zimage_contract.exchange import Exchange, Transcript
from zimage_schemas import BASES, Basis

Side = Literal["A", "B", "both", "neither"]
Word = tuple[Side, Check, Judgement]
"""A check that finds one side broken."""

_ABSENT = "absent"
_OR = " or "
_SPECIAL = ("integral-float", "prompt-characters", "long-prompt", "together")


@dataclass(frozen=True, slots=True)
class Difference:
    """Answers that differ in one aspect, in one way, for one reason.

    Attributes:
        subject: the check or rule that it is about; else the kind of request.
        aspect: what differs: "status", a header, a field of the body.
        a: what gateway A shows there.
        b: what gateway B shows.
        departs: who departs from the contract in this; "neither" where the contract does not say.
        basis: what the contract's word rests on; None where it does not say.
        section: the heading of the documentation where it stands; "" likewise.
        expected: what the contract wants; "" likewise.
        pair: the exchanges with the least request.
        count: how many pairs differ so.
    """

    subject: str
    aspect: str
    a: str
    b: str
    departs: Side
    basis: Basis | None
    section: str
    expected: str = field(compare=False)
    pair: Pair = field(compare=False)
    count: int = field(default=1, compare=False)


def differences(
    pairs: Iterable[Pair], keys: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {})
) -> tuple[Difference, ...]:
    """Compare the answers to each pair of equal requests, and put together what differs in the same way.

    What rests on the firmest ground comes first, and then what is most frequent.

    Args:
        pairs: exchanges with gateway A and with gateway B.
        keys: which key stands for which situation at A and at B, as in `Transcript.keys`.
    """
    pairs = tuple(pairs)
    words = _words("A", pairs, keys[0]), _words("B", pairs, keys[1])
    single = [
        each
        for number, pair in enumerate(pairs, 1)
        for each in _of_pair(pair, [word for side in words for word in side.get(number, ())])
    ]
    found = _merged(_laid_to_fields(single), lambda each: each)
    found = _merged(found, lambda each: replace(each, a=""))
    found = _merged(found, lambda each: replace(each, b=""))
    return tuple(sorted(found, key=_weight))


def _merged(found: Iterable[Difference], alike: Callable[[Difference], Difference]) -> list[Difference]:
    """Put together what is alike; where one side shows various things, all of them are named."""
    groups: dict[Difference, Difference] = {}
    for each in found:
        name = alike(each)
        groups[name] = _joined(groups[name], each) if name in groups else each
    return list(groups.values())


def _words(side: Side, pairs: Iterable[Pair], keys: Mapping[str, str]) -> dict[int, list[Word]]:
    """Let every check judge one side; what it finds broken, by the number of the pair."""
    place = 1 if side == "B" else 0
    exchanges = (replace(pair[place], number=number) for number, pair in enumerate(pairs, 1))
    seen = Transcript(tuple(exchanges), keys=keys)
    found: dict[int, list[Word]] = {}
    for check in CHECKS:
        for judgement in check.judge(seen):
            if not judgement.kept:
                found.setdefault(judgement.exchange.number, []).append((side, check, judgement))
    return found


def _of_pair(pair: Pair, words: list[Word]) -> Iterator[Difference]:
    shown = aspects(pair[0]), aspects(pair[1])
    names = [name for name in {**shown[0], **shown[1]} if shown[0].get(name) != shown[1].get(name)]
    if names[:1] == ["status"]:
        names = ["status"]  # all else follows from it, and so do words on what else is wrong
        words = [word for word in words if word[2].actual.startswith(shown[word[0] == "B"]["status"])]
    names = _outermost(names)
    for name in names:
        about = words if len(names) == 1 else [word for word in words if _is_about(word[1], name)]
        yield _explained(pair, name, about, *(each.get(name, _ABSENT) for each in shown))


def _explained(pair: Pair, aspect: str, words: list[Word], a: str, b: str) -> Difference:
    """Say what the contract says of a difference: the word of the rule that was broken, or the firmest."""
    subject = _subject(pair[0])
    if not words:
        return Difference(subject, aspect, a, b, "neither", None, "", "", pair)
    _, check, judgement = min(words, key=lambda word: (word[1].id != subject, BASES.index(word[1].basis)))
    sides = {side for side, other, _ in words if other.id == check.id}
    side: Side = "both" if len(sides) > 1 else sides.pop()
    return Difference(check.id, aspect, a, b, side, check.basis, check.section, judgement.expected, pair)


def _subject(exchange: Exchange) -> str:
    """Name what a request is about that no check has a word on."""
    if exchange.document is not None:
        return "status-document"
    if exchange.kind != "submit":
        return {"status": "status", "media": "pictures"}.get(exchange.kind, "routes")
    if exchange.problems:
        return exchange.problems[0].rule
    return f"{exchange.model.name} request" if exchange.model else "routes"


def _is_about(check: Check, aspect: str) -> bool:
    """Tell whether a check's id names the aspect; hyphens and underscores are one."""
    last = aspect.rpartition(".")[2].removesuffix("[*]").lower().replace("_", "-")
    return last in check.id.lower().replace("_", "-")


def _outermost(names: list[str]) -> list[str]:
    """Leave out what lies within another difference: the fields of an object that one side does not have."""
    return [
        name
        for name in names
        if not any(name != other and name.startswith((f"{other}.", f"{other}[")) for other in names)
    ]


def _laid_to_fields(found: list[Difference]) -> Iterator[Difference]:
    """Lay the refusal of a body with many fields to the one that was refused alone, where there is one."""
    alone = {(each.a, each.b, each.subject): each for each in found if each.departs != "neither"}
    for each in found:
        names = _fields(each.pair[0]) if each.departs == "neither" and each.aspect == "status" else ()
        known = (alone.get((each.a, each.b, name)) for name in names)
        cause = next(filter(None, known), None)
        yield replace(cause, pair=each.pair) if cause else each


def _fields(submit: Exchange) -> Iterator[str]:
    """Name the checks that could be about a valid body, those of its fields first."""
    if submit.model and isinstance(submit.sent, dict):
        strange = ("unknown-field", "other-models-field") if submit.model.unknown_fields(submit.sent) else ()
        names = (*submit.sent, *strange, *_SPECIAL)
        yield from (f"request.{submit.model.name}.{name}" for name in names)


def _weight(found: Difference) -> tuple[int, int]:
    return BASES.index(found.basis) if found.basis else len(BASES), -found.count


def _joined(known: Difference, another: Difference) -> Difference:
    least = min(known.pair, another.pair, key=lambda pair: len(pair[0].body))
    a, b = _both(known.a, another.a), _both(known.b, another.b)
    return replace(known, a=a, b=b, pair=least, count=known.count + another.count)


def _both(known: str, another: str) -> str:
    return known if another in known.split(_OR) else f"{known}{_OR}{another}"
