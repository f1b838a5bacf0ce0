"""A scenario: the situation an account is in, read from a small TOML document."""

from dataclasses import dataclass, replace
from functools import reduce
from random import Random

from mockgateway.domain.account import LimitOn
from mockgateway.domain.delay import read_span
from mockgateway.domain.effect import Effect, Outcome
from mockgateway.domain.job import Plan, Status
from mockgateway.domain.limit import RateLimit
from mockgateway.domain.money import parse_amount
from mockgateway.domain.reading import BadScenario, Table
from mockgateway.domain.rule import ON, Event, Rule, read_outcome, read_rule
from mockgateway.domain.timing import Span, Timing
from zimage_schemas import BASES

__all__ = ["BadScenario", "Scenario"]

_LONGEST_DELAY = 30 * 24 * 3600.0
_MOST_COPIES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountStart:
    """What a new account of the scenario begins with; None: what the mock was told.

    Attributes:
        balance: in millionths of a dollar.
    """

    balance: int | None = None
    rate_limit: RateLimit | None = None
    limit_on: LimitOn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """Ways in which the gateway itself is different.

    Attributes:
        strict: unknown fields of a submit are refused.
        documented_ids: request ids end in 12 digits, as in the documentation, not in 13.
        plain_pictures: pictures of one colour, of a few kilobytes.
        nameless_pictures: pictures are found under `output.ext` too, as in the documentation's example.
    """

    strict: bool = False
    documented_ids: bool = False
    plain_pictures: bool = False
    nameless_pictures: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """How webhooks are delivered.

    Attributes:
        never: not at all.
        delay: gateway seconds after the job's end.
        copies: how often each is delivered, all of them with the same id.
        out_of_order: after the one that says how the job ended, one comes that says PROCESSING.
    """

    never: bool = False
    delay: float = 0.0
    copies: int = 1
    out_of_order: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One situation, with the document it was read from as `source`.

    Attributes:
        basis: the ground it stands on: documented, observed, platform or assumed.
        good_for: what it finds out about a program.
        queue, processing: how long jobs take; None: what the mock was told.
    """

    name: str
    source: str
    description: str
    basis: str
    good_for: str
    queue: Span | None = None
    processing: Span | None = None
    outcome: Outcome = Outcome()  # noqa: RUF009 - frozen, so they may be shared
    account: AccountStart = AccountStart()
    switches: Switches = Switches()
    callbacks: Callbacks = Callbacks()
    rules: tuple[Rule, ...] = ()
    calls: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, name: str, text: str) -> "Scenario":
        """Read a scenario; raises BadScenario with the line and the reason."""
        table = Table.of(name, text)
        queue, processing = _timeline(table.table("timeline"))
        rules = tuple(read_rule(each, name, number) for number, each in enumerate(table.tables("rules"), 1))
        found = cls(
            name=name,
            source=text,
            description=_sentence(table, "description"),
            basis=_basis(table),
            good_for=_sentence(table, "good_for"),
            queue=queue,
            processing=processing,
            outcome=read_outcome(table.table("outcome")),
            account=_account(table.table("account")),
            switches=_switches(table.table("switches")),
            callbacks=_callbacks(table.table("callbacks")),
            rules=rules,
            calls=frozenset(on for on in ON if any(on in rule.on for rule in rules)),
        )
        table.done()
        return found

    def timing(self, usual: Timing) -> Timing:
        """Return how long jobs take here."""
        if self.queue is None and self.processing is None:
            return usual
        return Timing(self.queue or usual.queue, self.processing or usual.processing, usual.lanes)

    def plan(self, usual: Timing, now: int, chance: Random) -> Plan:
        """Draw the plan of a job accepted at `now`, as if a lane were free."""
        plan = self.timing(usual).plan(now, chance)
        if self.outcome.status is Status.COMPLETED:
            return plan
        return plan.ending(self.outcome.status, self.outcome.error)

    def effect(self, event: Event) -> Effect | None:
        """Return what the rules do to a call, combined in their order; None when no rule matches.

        `calls` tells without an event whether any rule is about calls of its kind.
        """
        matching = [(rule.effect, rule.wait(event)) for rule in self.rules if rule.matches(event)]
        if not matching:
            return None
        return reduce(Effect.then, (replace(effect, wait=wait) for effect, wait in matching))


def _sentence(table: Table, name: str) -> str:
    text = table.text(name)
    if text is None or not text.strip() or "\n" in text:
        raise table.wrong(f"a scenario has a {name}: write a line of text", *table.has(name))
    return text


def _basis(table: Table) -> str:
    basis = table.choice("basis", BASES)
    if basis is None:
        raise table.wrong(f"a scenario has a basis: {', '.join(BASES)}")
    return basis


def _timeline(table: Table | None) -> tuple[Span | None, Span | None]:
    if table is None:
        return None, None
    spans = read_span(table, "queue_time"), read_span(table, "processing_time")
    table.done()
    return spans


def _account(table: Table | None) -> AccountStart:
    if table is None:
        return AccountStart()
    found = AccountStart(
        balance=table.made("balance", parse_amount),
        rate_limit=table.made("rate_limit", RateLimit.parse),
        limit_on=table.made("rate_limit_on", _limit_on),
    )
    if found.limit_on and not found.rate_limit:
        raise table.wrong("rate_limit_on needs a rate_limit beside it", "rate_limit_on")
    table.done()
    return found


def _limit_on(text: str) -> LimitOn:
    try:
        return LimitOn(text)
    except ValueError:
        raise ValueError(f"{text!r} is none of {', '.join(LimitOn)}") from None


def _switches(table: Table | None) -> Switches:
    if table is None:
        return Switches()
    found = Switches(
        strict=bool(table.flag("strict")),
        documented_ids=table.choice("ids", ("documented", "observed")) == "documented",
        nameless_pictures=table.choice("names", ("documented", "observed")) == "documented",
        plain_pictures=table.choice("pictures", ("plain", "drawn")) == "plain",
    )
    table.done()
    return found


def _callbacks(table: Table | None) -> Callbacks:
    if table is None:
        return Callbacks()
    found = Callbacks(
        never=bool(table.flag("never")),
        delay=table.number("delay", 0, _LONGEST_DELAY) or 0.0,
        copies=table.whole("copies", 1, _MOST_COPIES) or 1,
        out_of_order=bool(table.flag("out_of_order")),
    )
    if found.never and (wrong := table.has("delay", "copies", "out_of_order")):
        raise table.wrong(f"never contradicts {wrong[0]}", wrong[0])
    table.done()
    return found
