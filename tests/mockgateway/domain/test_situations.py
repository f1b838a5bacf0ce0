"""Which scenario an account is in, what a new account begins with, and the counting of calls."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mock_support import Clock

from mockgateway.domain.control import Control
from mockgateway.domain.counting import Counters
from mockgateway.domain.gateway import Gateway, Rules
from mockgateway.domain.limit import RateLimit
from mockgateway.domain.patch import Patch
from mockgateway.domain.rule import Event
from mockgateway.domain.scenario import Scenario
from mockgateway.domain.situations import USUAL, NoScenarios, Situations, Submitted, UnknownScenario
from mockgateway.scenarios import ScenarioBook
from mockgateway.store import SQLiteStore

REQUEST: dict[str, Any] = {"prompt": "p", "image_size": "square_1_1", "output_format": "png", "num_images": 1}
HEAD = 'description = "d"\nbasis = "assumed"\ngood_for = "g"\n'


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A gateway with all scenarios, whose accounts hold a dollar and may submit twice an hour."""
    book = ScenarioBook()
    book.put("poor", HEAD + '[account]\nbalance = "0.01"\nrate_limit = "1/day"\nrate_limit_on = "calls"\n')
    book.put("second", HEAD + '[[rules]]\non = "submit"\nnth = 2\nhang = true\n')
    rules = Rules(balance=1_000_000, rate_limit=RateLimit(2, "hour"))
    store = SQLiteStore()
    yield Gateway(store, rules, Clock(), book)
    store.close()


def test_a_new_account_begins_as_its_scenario_says(gateway: Gateway) -> None:
    """What the scenario leaves open is as the mock was told."""
    poor, usual = gateway.account("mock-poor-1"), gateway.account("key")
    assert (poor.scenario, poor.balance, str(poor.rate_limit)) == ("poor", 10_000, "1/day")
    assert poor.limits(submit=False)
    assert (usual.scenario, usual.balance, str(usual.rate_limit)) == (None, 1_000_000, "2/hour")
    assert not usual.limits(submit=False)


def test_an_account_that_moves_takes_on_what_the_scenario_says_and_puts_it_off_again(
    gateway: Gateway,
) -> None:
    """Wallet and limit change with the scenarios that speak of them, and stay otherwise."""
    control = Control(gateway, gateway._store)
    gateway.submit("key", "z-image-base", REQUEST)
    left = control.account("key").balance
    assert control.patch("key", Patch(scenario="stuck")).balance == left
    poor = control.patch("key", Patch(scenario="poor"))
    assert (poor.scenario, poor.balance, str(poor.rate_limit)) == ("poor", 10_000, "1/day")
    back = control.patch("key", Patch(scenario=None))
    assert (back.scenario, back.balance, str(back.rate_limit)) == (None, 1_000_000, "2/hour")
    assert control.patch("key", Patch(scenario="poor", balance=5)).balance == 5


def test_a_scenario_that_is_not_there_changes_nothing(gateway: Gateway) -> None:
    """The account stays where it was."""
    control = Control(gateway, gateway._store)
    with pytest.raises(UnknownScenario):
        control.patch("key", Patch(scenario="gone"))
    assert control.account("key").scenario is None


def test_back_means_back_to_what_the_key_says(gateway: Gateway) -> None:
    """A key that selects a scenario returns to it."""
    control = Control(gateway, gateway._store)
    control.patch("mock-stuck-1", Patch(scenario="fast"))
    assert control.patch("mock-stuck-1", Patch(scenario=None)).scenario == "stuck"
    assert control.scenario_of("mock-stuck-1") == "stuck"
    assert control.scenario_of("key") == "happy"


def test_forgetting_an_account_forgets_its_counts(gateway: Gateway) -> None:
    """It counts from 1 again, and others do not."""
    control = Control(gateway, gateway._store)

    def hangs(key: str) -> bool:
        account = gateway.account(key)
        scenario = gateway.situations.of(account, key)
        return gateway.situations.on_submit(account, scenario, 0, Submitted("base", "p")) is not None

    keys = ("mock-second-1", "mock-second-2")
    assert [hangs(key) for key in keys] == [False, False]
    control.forget(keys[0])
    assert [hangs(key) for key in keys] == [False, True]
    control.reset()
    assert [hangs(key) for key in keys] == [False, False]


def test_a_job_ends_as_its_scenario_and_then_its_submit_say(gateway: Gateway) -> None:
    """The plan is the scenario's; an outcome of a rule goes before the scenario's own."""
    failed = gateway.submit("mock-job-failed-1", "z-image-base", REQUEST)
    assert failed.plan.outcome == "FAILED"
    outcome = Scenario.parse("x", HEAD + '[outcome]\nstatus = "ERROR"\nerror = "e"\n').outcome
    errored = gateway.submit("mock-job-failed-1", "z-image-base", REQUEST, outcome=outcome)
    assert (errored.plan.outcome, errored.plan.error) == ("ERROR", "e")
    fast = gateway.submit("mock-fast-1", "z-image-base", REQUEST)
    assert fast.plan.ends == fast.created


def test_without_scenarios_all_goes_well() -> None:
    """A gateway needs no book."""
    alone = NoScenarios()
    assert alone.chosen("stuck") is alone.get("happy") is USUAL
    assert alone.name_for_key("mock-stuck") is None
    with pytest.raises(UnknownScenario):
        alone.get("stuck")
    assert Situations(alone).on_job("status", USUAL, 0, "id", None) is None


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 9)), max_size=40))
def test_calls_are_counted_apart(calls: list[tuple[str, int]]) -> None:
    """Each kind of call has its own number and its own beginning."""
    counters, now = Counters(), 0
    seen: dict[str, list[int]] = {}
    for who, gap in calls:
        now += gap
        seen.setdefault(who, []).append(now)
        assert counters.count((who, "status", "s"), now) == (len(seen[who]), now - seen[who][0])


def test_counts_are_bounded() -> None:
    """Those that were called longest ago make room."""
    counters = Counters(most=2)
    numbers = [counters.count((who, "status", "s"), 0)[0] for who in "abacab"]
    assert numbers == [1, 1, 2, 1, 3, 1]


def test_a_poll_for_a_job_that_is_not_there_is_an_event_too(gateway: Gateway) -> None:
    """So that a key that is refused is refused for any id."""
    scenario = gateway.situations.scenarios.get("invalid-key")
    effect = gateway.situations.on_job("status", scenario, 0, "nothing", None)
    assert effect == scenario.effect(Event(on="status"))
    assert effect is not None
    assert replace(effect, accepted=None) == effect
