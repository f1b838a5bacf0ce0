"""What an obligation is: a demand of the contract, or of prudence, on a program that calls the gateway."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from zimage_contract.checks import Judgement
from zimage_contract.obligations.evidence import Evidence
from zimage_schemas import Basis

Force = Literal["must", "should"]
Judge = Callable[[Evidence], Iterable[Judgement]]


@dataclass(frozen=True, slots=True)
class Obligation:
    """One demand on a program.

    Attributes:
        id: such as "money.once"; never changes once released.
        title: what is demanded, as a sentence about the program without its full stop.
        level: "must" when money or truth is lost otherwise, or it is documented; else "should".
        section: a heading of the provider's documentation where it stands, or where one would look.
        basis: what it rests on.
        judge: finds every exchange that shows it kept or broken. A program with one fault breaks one
            obligation, so what follows from another breach must not be judged here.
        remedy: what to change in the program, in a sentence.
        cases: ids of the cases in which it is judged; empty: in all of them, and in recorded traffic.
    """

    id: str
    title: str
    level: Force
    section: str
    basis: Basis
    judge: Judge
    remedy: str
    cases: tuple[str, ...] = ()


class Obligations:
    """Collects the obligations of one module in their order: `obligation = Obligations()`, then decorate."""

    def __init__(self) -> None:
        self._found: list[Obligation] = []

    def __iter__(self) -> Iterator[Obligation]:
        return iter(self._found)

    def __call__(  # noqa: PLR0913 - an obligation has that many parts, each named where it is called
        self,
        name: str,
        title: str,
        *,
        level: Force,
        section: str,
        basis: Basis,
        remedy: str,
        cases: tuple[str, ...] = (),
    ) -> Callable[[Judge], Judge]:
        """Make an obligation of the function below."""

        def add(judge: Judge) -> Judge:
            self._found.append(Obligation(name, title, level, section, basis, judge, remedy, cases))
            return judge

        return add
