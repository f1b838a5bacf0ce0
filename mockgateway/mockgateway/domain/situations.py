"""Which scenario an account is in, and what its rules do to a call."""

from dataclasses import replace
from typing import NamedTuple, Protocol

from mockgateway.domain.account import Account
from mockgateway.domain.counting import Counters
from mockgateway.domain.effect import Effect
from mockgateway.domain.job import Job
from mockgateway.domain.rule import Event
from mockgateway.domain.scenario import Scenario
from zimage_schemas import model_by_slug

USUAL = Scenario(
    name="happy",
    source="",
    description="Everything goes well.",
    basis="documented",
    good_for="The way through.",
)


class UnknownScenario(LookupError):
    """There is no scenario of that name; the message names the nearest."""


class Scenarios(Protocol):
    """Where scenarios are looked up; every method is safe from any thread."""

    def get(self, name: str) -> Scenario:
        """Return the scenario of that name; raises UnknownScenario."""

    def chosen(self, name: str | None) -> Scenario:
        """Return the scenario of that name; without one, or when it is gone, the default."""

    def name_for_key(self, key: str) -> str | None:
        """Name the scenario that a key selects; None: none."""


class NoScenarios:
    """Knows the usual scenario alone."""

    def get(self, name: str) -> Scenario:
        """Return it; raises UnknownScenario for any other."""
        if name != USUAL.name:
            raise UnknownScenario(f"there is no scenario {name!r}")
        return USUAL

    def chosen(self, _name: str | None) -> Scenario:
        """Return it."""
        return USUAL

    def name_for_key(self, _key: str) -> str | None:
        """Select nothing."""
        return None


class Submitted(NamedTuple):
    """A submit as rules see it: the model's name, and the prompt, or an empty string when it has none."""

    model: str
    prompt: str


class Situations:
    """The scenarios of accounts, and the counts that their rules ask for."""

    def __init__(self, scenarios: Scenarios) -> None:
        self.scenarios = scenarios
        self.counters = Counters()

    def of(self, account: Account, key: str = "") -> Scenario:
        """Return the scenario of an account: the one chosen for it, or by its key, or the default."""
        return self.scenarios.chosen(account.scenario or (self.scenarios.name_for_key(key) if key else None))

    def forget(self, account: str | None = None) -> None:
        """Count an account's submits from 1 again; without one, everything."""
        self.counters.forget(lambda what: account in {None, what[0]})

    def on_submit(self, account: Account, scenario: Scenario, now: int, call: Submitted) -> Effect | None:
        """Count a submit and say what happens to it; `now` is the account's time."""
        if "submit" not in scenario.calls:
            return None
        ordinal, since = self.counters.count((account.name, "submit", scenario.name), now)
        event = Event(
            on="submit", model=call.model, prompt=call.prompt, ordinal=ordinal, elapsed=since / 1000
        )
        return scenario.effect(event)

    def on_job(
        self, on: str, scenario: Scenario, now: int, request_id: str, job: Job | None
    ) -> Effect | None:
        """Count a call about a job, or about one that is not there, and say what happens to it."""
        if on not in scenario.calls:
            return None
        ordinal, since = self.counters.count((request_id, on, scenario.name), now)
        event = Event(on=on, ordinal=ordinal, elapsed=since / 1000)
        if job is not None:
            model = model_by_slug(job.model)
            name, state = model.name if model else job.model, job.plan.status_at(now)
            event = replace(event, model=name, prompt=job.prompt, state=state)
        return scenario.effect(event)
