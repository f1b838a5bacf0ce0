"""Two validators that share no code, given the files as they are, agree with the one that judges."""

from __future__ import annotations

from functools import cache

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schema_strategies import anything, breaking, disturbed, valid

from zimage_schemas import DOCUMENTS, Document, Example, examples, rules
from zimage_schemas._loader import DOCUMENT_NAMES, PART_NAMES, raw, registry

bounded = settings(deadline=None, max_examples=120)
each_document = pytest.mark.parametrize("judge", DOCUMENTS.values(), ids=list(DOCUMENTS))


@cache
def rust(name: str) -> jsonschema_rs.Draft202012Validator:
    """Return jsonschema-rs's validator, which follows the `$ref`s itself."""
    parts = [(raw(each)["$id"], raw(each)) for each in (*DOCUMENT_NAMES, *PART_NAMES)]
    return jsonschema_rs.Draft202012Validator(raw(name), registry=jsonschema_rs.Registry(parts))


@cache
def stock(name: str) -> Draft202012Validator:
    """Return python-jsonschema's validator without our keywords, which follows the `$ref`s itself."""
    return Draft202012Validator(raw(name), registry=registry())


def agree(judge: Document, instance: object) -> bool:
    """Tell whether all three say the same."""
    said = judge.is_valid(instance)
    return said == rust(judge.name).is_valid(instance) == stock(judge.name).is_valid(instance)


@each_document
@bounded
@given(data=st.data())
def test_on_generated_instances(judge: Document, data: st.DataObject) -> None:
    """Valid, broken by one rule, disturbed or anything at all: all three agree."""
    own = [each for each in rules() if each.document == judge.name and each.keyword != "default"]
    one_broken = st.sampled_from(own).flatmap(breaking)
    assert agree(judge, data.draw(valid(judge.name) | one_broken | disturbed(judge.name) | anything))


@pytest.mark.parametrize("example", examples(), ids=lambda each: each.name)
def test_on_examples(example: Example) -> None:
    """Every example is judged alike under every document, not only its own."""
    assert all(agree(judge, example.instance) for judge in DOCUMENTS.values())
