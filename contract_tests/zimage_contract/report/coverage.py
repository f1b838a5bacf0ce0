"""Which rules of the contract a run exercised, and which it never did."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from zimage_contract.verdict import LEFT_OUT, Result, coverage
from zimage_schemas import BASES, Basis, rules

_FIRM: tuple[Basis, ...] = ("documented",)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a run exercised of the rules of some bases.

    Attributes:
        counts: how many exchanges exercised each rule, by its id.
    """

    counts: dict[str, int]

    @property
    def gaps(self) -> tuple[str, ...]:
        """The rules that nothing exercised."""
        return tuple(name for name, count in self.counts.items() if not count)

    @property
    def exercised(self) -> int:
        """How many rules were exercised."""
        return len(self.counts) - len(self.gaps)


def cover(results: Iterable[Result], bases: Collection[Basis] = _FIRM) -> Coverage:
    """Count for each rule of these bases: the schemas' rules, and the checks that are no schema rule.

    When somebody left checks out, only the rules of the others count.
    """
    results = tuple(results)
    chosen = [result for result in results if not left_out(result)]
    wanted = {name for result in chosen for name in (result.check.id, *result.check.rules)}
    basis: dict[str, Basis] = {result.check.id: result.check.basis for result in results}
    basis |= {rule.id: rule.basis for rule in rules()}
    counts = coverage(results)
    if len(chosen) < len(results):
        counts = {name: count for name, count in counts.items() if name in wanted}
    return Coverage({name: count for name, count in counts.items() if basis[name] in bases})


def left_out(result: Result) -> bool:
    """Tell whether somebody left the check out, as opposed to the target's lacking something."""
    return result.verdict == "not-run" and result.reason.startswith(LEFT_OUT)


def cover_by_basis(results: Iterable[Result]) -> dict[Basis, Coverage]:
    """Count for each basis, from the firmest to the softest."""
    results = tuple(results)
    return {basis: cover(results, (basis,)) for basis in BASES}
