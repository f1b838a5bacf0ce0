"""A rule of a scenario: which calls it is about, and what happens to them."""

import re
from dataclasses import dataclass
from math import ceil

from mockgateway.domain.change import CHANGES, read_changes
from mockgateway.domain.delay import read_delay
from mockgateway.domain.dialect import read_answer, read_headers
from mockgateway.domain.effect import Effect, Outcome
from mockgateway.domain.job import Status
from mockgateway.domain.manner import Drip
from mockgateway.domain.reading import Table
from zimage_schemas import MODELS

ON = ("media", "status", "submit", "webhook")
_MOST = 1_000_000
_LONGEST_WITHIN = 86_400.0
_LEAST_SENT, _MOST_SENT = 0.0, 0.999

_COUNTS = ("nth", "every", "first")
_JSON_BODY = (*CHANGES, "malformed")
_INSTEAD = ("answer", *CHANGES, "code", "content_type", "cut", "drip", "headers", "malformed", "truncate")
_EFFECTS = (*_INSTEAD, "delay", "hang", "outcome", "reset")
# What has no meaning on a call, and why.
_NOT_ON = {
    "media": ((*_JSON_BODY, "state"), "is about JSON, and a picture is none"),
    "webhook": (
        ("answer", "code", "delay", "drip", "hang", "reset", "truncate"),
        "is about an answer, and a callback is a request",
    ),
    "submit": (("state",), "is about a job that is there"),
}
_ONLY_SUBMIT = ("accepted", "outcome")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One call, as far as rules look at it.

    Attributes:
        on: submit, status, media or webhook.
        model: the model's name, turbo or base.
        prompt: the prompt of the job, or an empty string while it is unknown.
        ordinal: which call it is, from 1: of its kind, per account for submits, per job for the others.
        elapsed: gateway seconds since the first of them.
        state: the job's, for calls about a job.
    """

    on: str
    model: str = ""
    prompt: str = ""
    ordinal: int = 1
    elapsed: float = 0.0
    state: Status | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which events match, all of it at once, and the effect; what is None does not matter."""

    on: frozenset[str]
    model: str | None = None
    prompt: re.Pattern[str] | None = None
    state: frozenset[str] = frozenset()
    nth: int | None = None
    every: int | None = None
    first: int | None = None
    within: float | None = None
    effect: Effect

    def matches(self, event: Event) -> bool:
        """Say whether the rule is about this event."""
        return (
            event.on in self.on
            and self.model in (None, event.model)
            and (not self.state or event.state in self.state)
            and self.nth in (None, event.ordinal)
            and (self.every is None or event.ordinal % self.every == 0)
            and (self.first is None or event.ordinal <= self.first)
            and (self.within is None or event.elapsed < self.within)
            and (self.prompt is None or self.prompt.search(event.prompt) is not None)
        )

    def wait(self, event: Event) -> int:
        """Return the whole seconds until this rule no longer matches, as far as it is a matter of time."""
        return 0 if self.within is None else max(1, ceil(self.within - event.elapsed))


def read_rule(table: Table, scenario: str, number: int) -> Rule:
    """Read one rule; raises BadScenario."""
    on = _on(table)
    _check(table, on)
    rule = Rule(
        on=on,
        model=table.choice("model", MODELS),
        prompt=table.made("prompt", _pattern),
        state=_states(table),
        nth=table.whole("nth", 1, _MOST),
        every=table.whole("every", 1, _MOST),
        first=table.whole("first", 1, _MOST),
        within=table.number("within", 0.001, _LONGEST_WITHIN),
        effect=_effect(table, scenario, number),
    )
    table.done()
    return rule


def read_outcome(table: Table | None) -> Outcome:
    """Read an outcome; without a table it is COMPLETED. Raises BadScenario."""
    if table is None:
        return Outcome()
    status = table.choice("status", [each for each in Status if each.terminal])
    error = table.text("error")
    table.done()
    if status is None:
        raise table.wrong("an outcome has a status: COMPLETED, FAILED or ERROR")
    if (status == Status.COMPLETED) != (error is None):
        raise table.wrong("FAILED and ERROR have an error in words, COMPLETED has none", "error")
    return Outcome(Status(status), error)


def _on(table: Table) -> frozenset[str]:
    found = table.names("on")
    if not found or not set(found) <= set(ON):
        raise table.wrong(f"on must name what the rule is about: {', '.join(ON)}", "on")
    return frozenset(found)


def _check(table: Table, on: frozenset[str]) -> None:
    """Refuse what contradicts itself."""
    if len(counts := table.has(*_COUNTS)) > 1:
        raise table.wrong(f"{' and '.join(counts)} contradict each other: keep one", counts[1])
    for call in sorted(on & _NOT_ON.keys()):
        names, reason = _NOT_ON[call]
        if wrong := table.has(*names):
            raise table.wrong(f"{wrong[0]} {reason}: it has no meaning on {call}", wrong[0])
    if on != {"submit"} and (wrong := table.has(*_ONLY_SUBMIT)):
        raise table.wrong(f"{wrong[0]} has a meaning on submit alone", wrong[0])
    if (whole := table.has("answer")) and (wrong := table.has(*CHANGES, "code", "content_type", "headers")):
        raise table.wrong(f"{whole[0]} says all of it: {wrong[0]} beside it contradicts it", wrong[0])
    if (nothing := table.has("reset", "hang")) and (wrong := [*nothing[1:], *table.has(*_INSTEAD)]):
        raise table.wrong(f"with {nothing[0]} nothing is sent: {wrong[0]} contradicts it", wrong[0])
    if not table.has(*_EFFECTS):
        raise table.wrong(f"the rule does nothing; it may hold {', '.join(sorted(_EFFECTS))}")


def _effect(table: Table, scenario: str, number: int) -> Effect:
    outcome = table.table("outcome")
    reset = table.choice("reset", ("before", "after"))
    return Effect(
        scenario=scenario,
        rules=(number,),
        accepted=_accepted(table, reset),
        answer=read_answer(table),
        code=table.whole("code", 200, 599),
        headers=read_headers(table),
        content_type=table.text("content_type"),
        changes=read_changes(table),
        outcome=read_outcome(outcome) if outcome else None,
        malformed=table.flag("malformed"),
        cut=table.number("cut", _LEAST_SENT, _MOST_SENT),
        delays=tuple(delay for delay in [read_delay(table)] if delay),
        truncate=table.number("truncate", _LEAST_SENT, _MOST_SENT),
        drip=_drip(table.table("drip")),
        hang=table.flag("hang"),
        reset=True if reset else None,
    )


def _accepted(table: Table, reset: str | None) -> bool | None:
    accepted = table.flag("accepted")
    if accepted is None:
        return None if reset is None else reset == "after"
    if reset:
        raise table.wrong("reset says already whether the job is accepted", "accepted")
    if not accepted and not table.has("answer", "hang"):
        raise table.wrong("a job that is not accepted needs an answer in its place, or hang", "accepted")
    return accepted


def _drip(table: Table | None) -> Drip | None:
    if table is None:
        return None
    pieces, gap = table.whole("pieces", 2, 10_000), table.number("gap", 0, 3600)
    table.done()
    if pieces is None or gap is None:
        raise table.wrong("a drip has pieces and a gap in seconds")
    return Drip(pieces, gap)


def _states(table: Table) -> frozenset[str]:
    found = table.names("state")
    if not set(found) <= set(Status):
        raise table.wrong(f"state must be among {', '.join(Status)}", "state")
    return frozenset(found)


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from None
