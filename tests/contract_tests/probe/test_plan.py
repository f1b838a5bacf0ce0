"""A plan shows as much as its money can, and never costs more."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zimage_contract.probe.plan import Candidate, Plan, candidates, choose, describe, shown, total
from zimage_contract.probe.shapes import bad, fields_of, good, is_refused
from zimage_schemas import MODELS, Model, rules

OFFERED = candidates(MODELS.values(), webhook=True, situations={"job-failed", "job-error"})
CHEAPEST = min(each.cost for each in OFFERED)

budgets = st.decimals(0, "1.5", places=3)
offers = st.lists(st.sampled_from(OFFERED), unique_by=id, max_size=20).map(tuple)
models = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


@settings(max_examples=50, deadline=None)
@given(offers, budgets)
def test_a_plan_never_costs_more_than_the_budget(offered: Plan, budget: Decimal) -> None:
    """Its price is the sum of pictures times the published price, exactly."""
    plan = choose(offered, budget)

    prices = [
        each.model.price * int(each.body.get("num_images", 1)) * each.copies for each in plan
    ]  # fmt: skip
    assert total(plan) == sum(prices) <= budget
    assert len(set(map(id, plan))) == len(plan)


@settings(max_examples=50, deadline=None)
@given(offers, budgets)
def test_nothing_that_would_show_more_is_left_out_while_it_can_be_paid(
    offered: Plan, budget: Decimal
) -> None:
    """What a plan leaves is too dear, or shows nothing new; and each job in it shows something of its own."""
    plan = choose(offered, budget)
    left = budget - total(plan)

    assert all(each.cost > left or each.features <= shown(plan) for each in offered)
    assert all(each in offered for each in plan)


@settings(max_examples=50, deadline=None)
@given(offers, budgets)
def test_the_first_job_to_be_paid_is_the_one_that_shows_most_for_a_dollar(
    offered: Plan, budget: Decimal
) -> None:
    """That is what greed means."""
    payable = [each for each in offered if each.cost <= budget]
    if payable:
        worth = max(len(each.features) / each.cost for each in payable)
        assert any(len(each.features) / each.cost == worth for each in choose(offered, budget))


def test_enough_money_shows_everything_with_fewer_jobs_than_there_are() -> None:
    """A budget is not spent where nothing new comes of it; without one, all jobs are paid for."""
    plan = choose(OFFERED, Decimal(100))

    assert shown(plan) == shown(OFFERED)
    assert total(plan) < total(OFFERED) / 2
    assert choose(OFFERED, None) == OFFERED


def test_a_little_money_goes_to_the_job_that_shows_most() -> None:
    """One job of the cheaper model, with every field, several checks' worth and a callback."""
    (only,) = choose(OFFERED, CHEAPEST)

    assert only.model.name == "turbo"
    assert only.webhook
    assert only.body.keys() == fields_of(only.model).keys()


def test_no_money_buys_nothing() -> None:
    """Not even a look."""
    assert choose(OFFERED, Decimal(0)) == ()
    assert describe(()) == "no job will be paid for"


def test_a_plan_is_described_before_it_is_carried_out() -> None:
    """The whole in one line, and each job with its price and what it is for."""
    body = {"prompt": "A hen", "image_size": "square_1_1", "num_images": 2}
    plan = (
        Candidate(MODELS["turbo"], body, "several pictures", copies=2),
        Candidate(MODELS["base"], body, "to see job-failed", webhook=True, situation="job-failed"),
    )

    assert describe(plan) == (
        "3 jobs for $0.052 at the most:\n"
        "  $0.032  Z-Image Turbo, several pictures, 2 times\n"
        "  $0.02  Z-Image Base, to see job-failed, with a callback, with the key for job-failed"
    )
    assert describe(plan, each=False) == "3 jobs for $0.052 at the most"
    assert describe(plan[1:], each=False) == "1 job for $0.02 at the most"


def test_callbacks_and_failing_jobs_are_offered_where_they_can_be_seen_only() -> None:
    """Nobody pays for a callback that cannot arrive."""
    plain = candidates(MODELS.values(), webhook=False)

    assert not any(each.webhook or each.situation for each in plain)
    assert {each.situation for each in OFFERED} == {None, "job-failed", "job-error"}
    assert {each.model.name for each in OFFERED if each.webhook} == {"turbo", "base"}


@models
def test_good_bodies_are_valid_and_show_every_value(model: Model) -> None:
    """Each listed value and each end of a range, alone with what is required."""
    bodies = [shape.body for shape in good(model)]

    assert all(model.is_valid(body) for body in bodies)
    alone = [(set(body) - {"prompt", "image_size"}, body) for body in bodies]
    for name, schema in fields_of(model).items():
        wanted = {*schema.get("enum", ()), schema.get("minimum"), schema.get("maximum")} - {None}
        wanted |= {True, False} if schema["type"] == "boolean" else set()
        assert wanted <= {body[name] for others, body in alone if name in body and others <= {name}}


@models
def test_bad_bodies_break_one_rule_each_and_together_all(model: Model) -> None:
    """For each field: null, other types, strangers, one step beyond each end."""
    broken = [model.problems(shape.body) for shape in bad(model)]

    assert all(len(problems) == 1 for problems in broken)
    asked = {each.id for each in rules() if each.document == model.request.name and each.keyword != "default"}
    assert {problems[0].rule for problems in broken} == asked


@models
def test_only_documented_refusals_are_free(model: Model) -> None:
    """An empty prompt is merely assumed to be refused, a missing one documented."""
    assert is_refused(model, {"image_size": "square_1_1"})
    assert not is_refused(model, {"prompt": "", "image_size": "square_1_1"})
    assert not is_refused(model, {"prompt": "A hen", "image_size": "square_1_1"})
