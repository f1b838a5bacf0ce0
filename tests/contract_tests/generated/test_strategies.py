"""The strategies against the schemas: what is called valid is, and a broken rule is the only one broken."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from zimage_contract.probe import strategies
from zimage_contract.probe.session import written
from zimage_contract.probe.strategies import Strategy, breakable, breaking, valid
from zimage_schemas import MODELS, Model, Rule, rule, rules

BREAKABLE = [each for model in MODELS.values() for each in breakable(model)]
MODEL_OF = {model.request.name: model for model in MODELS.values()}
VALID = ["valid", "plain", "range_ends", "integer_valued_floats", "unknown_fields", "foreign_fields"]
BROKEN = {
    "fractions": "type",
    "booleans_for_integers": "type",
    "strings_for_numbers": "type",
    "nulls": "type",
    "one_step_beyond": "minimum maximum",
}

each_model = pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))
each_rule = pytest.mark.parametrize("broken", BREAKABLE, ids=lambda each: each.id)
quick = settings(deadline=None, max_examples=15)


def strategy(name: str, model: Model) -> Strategy:
    """Return one of the named strategies."""
    make: Callable[[Model], Strategy] = getattr(strategies, name)
    return make(model)


def drawn(bodies: Strategy, number: int) -> list[Any]:
    """Draw bodies, the same at every run."""
    found: list[Any] = []

    @settings(max_examples=number, database=None, derandomize=True, phases=[Phase.generate], deadline=None)
    @given(bodies)
    def collect(body: Any) -> None:
        found.append(body)

    collect()
    return found


@each_model
@pytest.mark.parametrize("name", VALID)
@quick
@given(data=st.data())
def test_valid_bodies_have_no_problem(model: Model, name: str, data: st.DataObject) -> None:
    """No rule is broken by what is called valid."""
    bodies = strategy(name, model)
    if not bodies.is_empty:
        assert model.problems(data.draw(bodies)) == ()


@each_rule
@quick
@given(data=st.data())
def test_a_body_breaks_just_its_rule(broken: Rule, data: st.DataObject) -> None:
    """There is one problem, and it is with the rule."""
    body = data.draw(breaking(broken))
    assert [each.rule for each in MODEL_OF[broken.document].problems(body)] == [broken.id]


@each_model
@pytest.mark.parametrize("name", BROKEN)
@quick
@given(data=st.data())
def test_named_mistakes_break_one_rule_of_their_kind(model: Model, name: str, data: st.DataObject) -> None:
    """A fraction, a boolean, a string, null and a step too far each break one rule, as they should."""
    (problem,) = model.problems(data.draw(strategy(name, model)))
    assert rule(problem.rule).keyword in BROKEN[name].split()


def test_every_rule_but_the_defaults_can_be_broken() -> None:
    """No rule of a request is forgotten."""
    asked = {each.id for each in rules() if each.document in MODEL_OF and each.keyword != "default"}
    assert {each.id for each in BREAKABLE} == asked


@each_model
def test_range_ends_and_the_steps_beyond_come_up_soon(model: Model) -> None:
    """Within a few dozen bodies every number was at both ends, and just outside of them."""
    numbers = {
        name: schema for name, schema in model.request.resolved["properties"].items() if "minimum" in schema
    }
    bodies = drawn(valid(model), 60)
    for name, schema in numbers.items():
        seen = [body[name] for body in bodies if name in body]
        assert {schema["minimum"], schema["maximum"]} <= set(seen)
        step = 1 if schema["type"] == "integer" else 0.1
        for end, beyond in (("minimum", schema["minimum"] - step), ("maximum", schema["maximum"] + step)):
            wrong = drawn(breaking(rule(f"{model.request.name}.{name}.{end}")), 20)
            assert beyond in [body[name] for body in wrong]


@each_model
def test_valid_bodies_leave_out_and_add(model: Model) -> None:
    """Every optional field is there and is not, and there are fields that nobody knows."""
    bodies = drawn(valid(model), 60)
    assert {"prompt", "image_size"} in [set(body) for body in bodies]
    for name in model.defaults:
        assert {name in body for body in bodies} == {True, False}
    assert any(model.unknown_fields(body) for body in bodies)


@each_rule
@quick
@given(data=st.data())
def test_nothing_is_sent_that_is_wrong_in_another_way(broken: Rule, data: st.DataObject) -> None:
    """No NUL, no half surrogate pair, no number beyond 64 bits: a refusal is for the rule alone."""
    raw = written(data.draw(breaking(broken)))
    assert b"\\u0000" not in raw
    assert b"\\ud" not in raw.lower()
    assert all(-(2**63) <= each < 2**63 for each in _numbers(data.draw(breaking(broken))))


def _numbers(value: Any) -> list[float]:
    if isinstance(value, dict | list):
        inside = value.values() if isinstance(value, dict) else value
        return [number for each in inside for number in _numbers(each)]
    return [value] if isinstance(value, int | float) else []
