"""What a check is: a paragraph of the contract, and a function that finds where it was kept or broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from zimage_contract.exchange import Exchange, Transcript
from zimage_schemas import MODELS, Basis, Rule

Chapter = Literal[
    "submit", "request", "body", "key", "route", "status", "life", "output", "webhook", "error", "liveness"
]
"""Parts of the contract, in the order in which they are reported."""

Need = Literal[
    "paid",
    "webhook",
    "media",
    "second-key",
    "invalid",
    "forbidden",
    "insufficient-balance",
    "rate-limited",
    "job-failed",
    "job-error",
]
"""What a check cannot do without, and not every target can give: jobs that cost money, a receiver that the
gateway reaches, links that may be opened, a further good key, and the keys of the special situations."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one exchange shows of one check: kept, or not.

    `expected` and `actual` are short phrases without a full stop; both are empty when it was kept.
    """

    exchange: Exchange
    expected: str = ""
    actual: str = ""

    @property
    def kept(self) -> bool:
        """Tell whether the exchange keeps the contract here."""
        return not self.expected


Judge = Callable[[Transcript], Iterable[Judgement]]


@dataclass(frozen=True, slots=True)
class Check:
    """One demand of the contract on a gateway.

    Attributes:
        id: such as "submit.status-202"; never changes once released.
        title: what is asserted, as a sentence without its full stop.
        chapter: the part of the contract it belongs to; also what `--only` and `--skip` take.
        section: a heading of the provider's documentation where it stands, or where one would look.
        basis: what it rests on.
        judge: finds every exchange that shows it kept or broken, and passes over all others. Exchanges
            that broke something else must not be judged here: one fault, one check.
        needs: without which there can be no evidence.
        wants: what must be in a transcript for it to judge, such as "an accepted submit".
        rules: ids of the schema rules that its judgements exercise.
    """

    id: str
    title: str
    chapter: Chapter
    section: str
    basis: Basis
    judge: Judge
    wants: str
    needs: tuple[Need, ...] = ()
    rules: tuple[str, ...] = ()

    @property
    def model(self) -> str | None:
        """The name of the one model that it is about, which its id tells; None for all others."""
        said = self.id.startswith
        return next((name for name in MODELS if said((f"{name}-request.", f"request.{name}."))), None)

    @property
    def is_of_jobs(self) -> bool:
        """Tell whether an accepted job may be evidence for it, as opposed to what must not become one."""
        refused = self.chapter == "request" and any(not name.endswith(".default") for name in self.rules)
        return "paid" in self.needs and self.chapter != "body" and not refused


def demand(exchange: Exchange, kept: object, expected: str, actual: object) -> Judgement:
    """Judge one exchange: when it was not kept, say what was expected and what was found."""
    if kept:
        return Judgement(exchange)
    return Judgement(exchange, expected, actual if isinstance(actual, str) else repr(actual))


class Chapterful:
    """Collects the checks of one chapter, in the order of their definition.

    Args:
        chapter: which.
        wants: what its checks must find in a transcript to judge, where they say nothing else.
        needs: what they cannot do without, likewise.
    """

    def __init__(self, chapter: Chapter, *, wants: str, needs: tuple[Need, ...] = ()) -> None:
        self.chapter, self.wants, self.needs = chapter, wants, needs
        self.checks: list[Check] = []

    def __iter__(self) -> Iterator[Check]:
        return iter(self.checks)

    def check(  # noqa: PLR0913 - a check has that many parts, each named where it is called
        self,
        name: str,
        title: str,
        *,
        section: str,
        basis: Basis,
        wants: str = "",
        needs: tuple[Need, ...] | None = None,
        rules: tuple[str, ...] = (),
    ) -> Callable[[Judge], Judge]:
        """Make a check of the function below: its id is the chapter, a dot and `name`."""

        def add(judge: Judge) -> Judge:
            self.checks.append(
                Check(
                    f"{self.chapter}.{name}",
                    title,
                    self.chapter,
                    section,
                    basis,
                    judge,
                    wants or self.wants,
                    self.needs if needs is None else needs,
                    rules,
                )
            )
            return judge

        return add

    def of_rule(
        self, rule: Rule, judge: Judge, *, wants: str = "", needs: tuple[Need, ...] | None = None
    ) -> None:
        """Add the check of one schema rule, which has the rule's id, words, section and basis."""
        self.checks.append(
            Check(
                rule.id,
                rule.requirement,
                self.chapter,
                rule.section,
                rule.basis,
                judge,
                wants or self.wants,
                self.needs if needs is None else needs,
                (rule.id,),
            )
        )
