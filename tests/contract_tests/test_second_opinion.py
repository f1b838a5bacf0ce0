"""The conforming gateway judges bodies by a table of its own, and comes to the schemas' verdicts."""

import pytest
from faulty.bodies import MODELS, Model
from hypothesis import given, settings
from hypothesis import strategies as st
from schema_strategies import breaking, disturbed, valid

import zimage_schemas
from zimage_schemas import rules

each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)


@each_model
@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_breaches_are_the_schemas(model: Model, data: st.DataObject) -> None:
    """A body breaks the same rules by the table and by the schema, valid or not."""
    name = f"{model.name}-request"
    own = [rule for rule in rules() if rule.document == name and rule.keyword != "default"]
    body = data.draw(valid(name) | st.sampled_from(own).flatmap(breaking) | disturbed(name))
    judge = zimage_schemas.MODELS[model.name]
    assert set(model.breaches(body)) == {problem.rule for problem in judge.problems(body)}


@each_model
def test_every_rule_is_in_the_table(model: Model) -> None:
    """The table has the rules of the model's schema, and no others."""
    name = f"{model.name}-request"
    ruled = {f"{name}.{field}.{rule}" for field, named in model.fields.items() for rule in named}
    stated = {rule.id for rule in rules() if rule.document == name and rule.keyword != "default"}
    assert ruled | {f"{name}.type"} == stated
