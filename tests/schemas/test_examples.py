"""The examples that ship are the schemas' own tests."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import zimage_schemas
from zimage_schemas import DOCUMENTS, Example, document, examples, rules

each_example = pytest.mark.parametrize("example", examples(), ids=lambda each: each.name)


@each_example
def test_an_example_breaks_what_it_says_and_nothing_else(example: Example) -> None:
    """A valid example has no problem; an invalid one has one, with just the rule that it names."""
    judge = document(example.document)
    assert [each.rule for each in judge.problems(example.instance)] == (
        [example.breaks] if example.breaks else []
    )
    assert judge.is_valid(example.instance) is (example.breaks is None)


def test_every_rule_that_can_be_broken_is() -> None:
    """Each rule has an example that breaks it; only a default cannot be broken."""
    broken = {each.breaks for each in examples()} - {None}
    assert broken == {each.id for each in rules() if each.keyword != "default"}


def test_names_are_unique_and_begin_with_their_document() -> None:
    """A name finds its example."""
    assert len({each.name for each in examples()}) == len(examples())
    assert all(each.name.startswith(f"{each.document}/") for each in examples())


def test_there_are_enough_of_each() -> None:
    """Every document has several valid and several invalid examples."""
    valid = Counter(each.document for each in examples() if each.breaks is None)
    invalid = Counter(each.document for each in examples() if each.breaks)
    assert min(valid[name] for name in DOCUMENTS) >= 5
    assert min(invalid[name] for name in DOCUMENTS) >= 5


def test_every_file_is_read() -> None:
    """No file of examples lies beside those of the documents."""
    folder = Path(zimage_schemas.__file__).parent / "examples"
    assert {path.name for path in folder.iterdir()} == {f"{name}.json" for name in DOCUMENTS}


def test_the_documentation_s_own_samples_are_there() -> None:
    """The provider's samples are among the valid examples."""
    own = Counter(each.document for each in examples() if "/documentation: " in each.name and not each.breaks)
    assert own == {
        "turbo-request": 1,
        "base-request": 2,
        "submit-answer": 2,
        "status-document": 4,
        "webhook-body": 2,
        "queue-error": 3,
    }
