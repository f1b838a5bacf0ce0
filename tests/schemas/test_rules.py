"""Rules as data and as a page."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from zimage_schemas import BASES, DOCUMENTS, MODELS, Rule, document, rule, rules, rules_table
from zimage_schemas._rules import pointer_to

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"

# Everything that the provider's documentation does not state. A rule moves out of here only with a reason.
OBSERVED = {
    "submit-answer.request_id.pattern",
    "status-document.request_id.pattern",
    "management-error.activityId.type",
}
ASSUMED = {
    "turbo-request.prompt.minLength",
    "turbo-request.num_inference_steps.default",
    "turbo-request.num_images.minimum",
    "turbo-request.num_images.default",
    "turbo-request.enable_safety_checker.default",
    "turbo-request.output_format.default",
    "turbo-request.acceleration.default",
    "base-request.prompt.minLength",
    "status-document.output.media_url.minItems",
    "status-document.when-unfinished.created_at.required",
    "status-document.when-unfinished.updated_at.required",
    "status-document.when-unfinished.completed_at.required",
    "status-document.when-unfinished.completed_at.type",
    "status-document.when-failed.output.required",
    "status-document.when-failed.created_at.required",
    "status-document.when-failed.updated_at.required",
    "status-document.when-failed.completed_at.required",
    "status-document.when-failed.output.type",
    "status-document.when-failed.completed_at.type",
    "status-document.when-error.completed_at.type",
    "webhook-body.status.enum",
}


def ids(basis: str) -> set[str]:
    """Return the ids of the rules on that basis."""
    return {each.id for each in rules() if each.basis == basis}


def test_what_is_not_documented_is_never_said_to_be() -> None:
    """The rules on softer ground are these, by name: none is upgraded without this list changing."""
    assert ids("observed") == OBSERVED
    assert ids("assumed") == ASSUMED
    assert ids("platform") == {
        each.id for each in rules() if each.document == "management-error" and each.id not in OBSERVED
    }
    assert all(each.basis in BASES for each in rules())


def test_ids_are_unique_and_begin_with_their_document() -> None:
    """An id names one rule; it ends in the keyword."""
    assert len({each.id for each in rules()}) == len(rules())
    for each in rules():
        assert each.document in DOCUMENTS
        assert each.id.startswith(f"{each.document}.")
        assert each.id.endswith(f".{each.keyword}")


@pytest.mark.parametrize("each", rules(), ids=lambda each: each.id)
def test_a_pointer_leads_to_the_rule(each: Rule) -> None:
    """The pointer leads to the keyword in the resolved schema, for `required` to the field's name."""
    here: Any = document(each.document).resolved
    *above, last = each.pointer.split("/")[1:]
    for step in above:
        here = here[int(step)] if isinstance(here, list) else here[step]
    if each.keyword == "required":
        assert each.id.split(".")[-2] == here[int(last)]
    else:
        assert last == each.keyword
        assert last in here


def test_a_requirement_is_a_sentence() -> None:
    """A requirement names the field as people write it and says what it must be."""
    for each in rules():
        assert each.requirement.isprintable()
        assert not each.requirement.endswith(".")
        assert " must " in each.requirement or " is " in each.requirement


@pytest.mark.parametrize(
    ("rule_id", "requirement"),
    [
        ("turbo-request.type", "the body must be an object"),
        ("turbo-request.num_inference_steps.maximum", "num_inference_steps must be at most 50"),
        ("turbo-request.acceleration.enum", "acceleration must be none"),
        ("base-request.num_images.default", "num_images is 1 when it is left out"),
        ("status-document.error.type", "error must be a string or null"),
        ("status-document.output.media_url[*].pattern", "output.media_url[*] must be an http or https URL"),
        (
            "status-document.when-unfinished.output.type",
            "output must be null when status is QUEUED or PROCESSING",
        ),
    ],
)
def test_requirements(rule_id: str, requirement: str) -> None:
    """Some requirements, word for word."""
    assert rule(rule_id).requirement == requirement


def test_a_part_shared_by_two_models_gives_each_its_own_rule() -> None:
    """At least one picture is documented for Base and assumed for Turbo, though one file says it."""
    assert rule("base-request.num_images.minimum").basis == "documented"
    assert rule("turbo-request.num_images.minimum").basis == "assumed"
    assert rule("base-request.num_images.minimum").section != rule("turbo-request.num_images.minimum").section


def test_an_unknown_rule_is_a_key_error() -> None:
    """`rule` raises KeyError for an id that there is none of."""
    with pytest.raises(KeyError):
        rule("turbo-request.prompt.maxLength")


def test_pointers_escape() -> None:
    """A pointer escapes what RFC 6901 gives a meaning to."""
    assert pointer_to(("a/b", "c~d", 0)) == "/a~1b/c~0d/0"


def test_the_page_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    """docs/rules.md is what `python -m zimage_schemas.rules_table` prints."""
    runpy.run_path(rules_table.__file__, run_name="__main__")
    assert capsys.readouterr().out == PAGE.read_text(encoding="utf-8")


def test_the_page_has_every_rule_and_price() -> None:
    """Each rule has one row with its basis, and so has each price."""
    lines = rules_table.table().splitlines()
    for each in rules():
        rows = [line for line in lines if line.startswith(f"| `{each.id}` |")]
        assert rows == [f"| `{each.id}` | {each.requirement} | {each.basis} | {each.section} |"]
    for model in MODELS.values():
        assert f"| {model.title} | ${model.price} | {model.price_basis} |" in lines
