"""A comparison in words, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zimage_contract.compare.differences import Difference
from zimage_contract.compare.sending import Comparison
from zimage_contract.report.curl import curl
from zimage_contract.report.shown import body_words, printable
from zimage_contract.veil import Veil
from zimage_contract.verdict import Level, counts


def drift(comparison: Comparison, level: Level | None) -> tuple[Difference, ...]:
    """Return the differences that count at a level; None: all of them do."""
    return tuple(each for each in comparison.differences if _matters(each, level))


def told(comparison: Comparison, names: tuple[str, str], level: Level | None) -> str:
    """Write the comparison for people: a line over all, then every difference with curl lines for both."""
    lines = [f"A {names[0]}", f"B {names[1]}", ""]
    for number, each in enumerate(comparison.differences, 1):
        lines += [*_difference(number, each, comparison, counts=_matters(each, level)), ""]
    counted, all_of_them = len(drift(comparison, level)), len(comparison.differences)
    rest = f", and {all_of_them - counted} that do not count" if all_of_them > counted else ""
    lines.append(
        f"{'DRIFT' if counted else 'NO DRIFT'}: {_number(counted, 'difference')}{rest}; "
        f"{_number(comparison.pairs, 'pair')} of exchanges compared, seed {comparison.seed}"
    )
    lines.append(_spent(comparison))
    return Veil([key for keys in comparison.keys for key in keys.values()]).text("\n".join(lines)) + "\n"


def as_json(comparison: Comparison, names: tuple[str, str], level: Level | None) -> dict[str, Any]:
    """Return the comparison for programs; docs/compare.md says what the fields are."""
    veil = Veil([key for keys in comparison.keys for key in keys.values()])
    return {
        "verdict": "drift" if drift(comparison, level) else "same",
        "a": veil.text(names[0]),
        "b": veil.text(names[1]),
        "seed": comparison.seed,
        "pairs": comparison.pairs,
        "spend": {
            side: {"jobs": spend.jobs, "estimated_usd": float(spend.estimated_usd)}
            for side, spend in zip("ab", comparison.spend, strict=True)
        },
        "differences": [
            {
                "subject": each.subject,
                "aspect": each.aspect,
                "a": veil.text(each.a),
                "b": veil.text(each.b),
                "departs": each.departs,
                "basis": each.basis,
                "section": each.section,
                "expected": veil.text(each.expected),
                "counts": _matters(each, level),
                "count": each.count,
                "request": veil.text(_request(each)),
                "reproduce": {
                    side: curl(exchange, keys)
                    for side, exchange, keys in zip("ab", each.pair, comparison.keys, strict=True)
                },
            }
            for each in comparison.differences
        ],
    }


def _difference(number: int, each: Difference, comparison: Comparison, *, counts: bool) -> Iterator[str]:
    yield f"{number}. {each.subject} ({each.basis or 'not in the contract'}), {each.aspect}"
    yield f"   A: {each.a}"
    yield f"   B: {each.b}"
    yield f"   {_judged(each)}{'' if counts else '; does not count at this level'}"
    yield f"   least of {_number(each.count, 'request')}: {_request(each)}"
    for side, exchange, keys in zip("AB", each.pair, comparison.keys, strict=True):
        yield f"   {side}> {curl(exchange, keys)}"


def _judged(each: Difference) -> str:
    if each.departs == "neither":
        return "the contract does not say which is right"
    who = "both depart" if each.departs == "both" else f"{each.departs} departs"
    return f"{who} from the contract: expected {each.expected} ({each.section})"


def _request(each: Difference) -> str:
    exchange = each.pair[0]
    body = f" {body_words(exchange.body, 300)}" if exchange.body else ""
    return printable(f"{exchange.method} {exchange.path}{body}")


def _matters(each: Difference, level: Level | None) -> bool:
    return level is None or (each.basis is not None and counts(each.basis, level))


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _spent(comparison: Comparison) -> str:
    said = (
        f"{side} {_number(spend.jobs, 'job')} for ${spend.estimated_usd}"
        for side, spend in zip("AB", comparison.spend, strict=True)
    )
    return f"accepted: {', '.join(said)}, by the published prices"
