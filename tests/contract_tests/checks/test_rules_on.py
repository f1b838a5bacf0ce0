"""Test which rules a document is subject to, which it breaks, and that no traffic upsets a check."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import schema_strategies
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import blamed, conforming, spoilt

from zimage_contract.checks import CHECKS
from zimage_contract.checks.check import Chapterful
from zimage_contract.checks.rules_on import add_rules, rule_on
from zimage_contract.exchange import Exchange, Transcript
from zimage_schemas import DOCUMENTS, Rule, document, examples, rules

_JUDGED = [rule for rule in rules() if rule.keyword != "default"]
_STATES = {
    "QUEUED": "when-unfinished",
    "PROCESSING": "when-unfinished",
    "COMPLETED": "when-completed",
    "FAILED": "when-failed",
    "ERROR": "when-error",
}


@pytest.mark.parametrize("rule", _JUDGED, ids=lambda rule: rule.id)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_one_broken_rule_is_told(rule: Rule, data: st.DataObject) -> None:
    """A document that breaks one rule breaks that rule here, and is said to keep others but not that."""
    ruling = rule_on(rule.document, data.draw(schema_strategies.breaking(rule)))
    assert list(ruling.broken) == [rule.id]
    assert rule.id not in ruling.kept


@pytest.mark.parametrize("rule", _JUDGED, ids=lambda rule: rule.id)
def test_every_rule_is_kept_by_an_example(rule: Rule) -> None:
    """Every rule can be kept: one of the published examples of its document shows it."""
    assert any(rule.id in rule_on(rule.document, each).kept for each in _samples(rule.document))


def _samples(name: str) -> list[Any]:
    return [each.instance for each in examples() if each.document == name]


@given(schema_strategies.valid("status-document"))
def test_a_rule_for_one_state_applies_in_that_state(instance: dict[str, object]) -> None:
    """The rules for a state are kept by documents in that state, and not touched by the others."""
    conditions = {
        rule.split(".")[1] for rule in rule_on("status-document", instance).kept if ".when-" in rule
    }
    assert conditions == {_STATES[str(instance["status"])]}


@given(st.data())
def test_no_rule_is_both_kept_and_broken(data: st.DataObject) -> None:
    """Whatever a document is, a rule is kept, broken or not touched, and a document in order breaks none."""
    name = data.draw(st.sampled_from(sorted(DOCUMENTS)))
    instance = data.draw(schema_strategies.disturbed(name) | schema_strategies.anything)
    ruling = rule_on(name, instance)
    assert not set(ruling.kept) & set(ruling.broken)
    assert (not ruling.broken) == document(name).is_valid(instance)


def test_a_list_keeps_a_rule_in_every_place_or_breaks_it() -> None:
    """One bad link among several breaks the rule of links, once, and says which."""
    good = next(each for each in _samples("status-document") if each.get("output"))
    ruling = rule_on(
        "status-document", {**good, "output": {**good["output"], "media_url": ["http://a", "b"]}}
    )
    (problem,) = ruling.broken.values()
    assert problem.rule == "status-document.output.media_url[*].pattern"
    assert problem.pointer == "/output/media_url/1"


def test_a_finding_says_what_was_expected_and_what_was_found() -> None:
    """The requirement is one half of the finding, the value the other; what is missing is said to be so."""
    assert _findings({"error": 5}) == {
        "queue-error.error.type": ("error must be a string", "5"),
        "queue-error.message.required": ("message is required", "it is missing"),
    }


def test_documents_are_judged_once() -> None:
    """Documents are looked for once for all rules of a transcript, so that judging stays linear."""
    looked = []

    def documents(_seen: Transcript) -> Iterator[tuple[Exchange, object]]:
        looked.append(1)
        return iter(())

    chapter = Chapterful("error", wants="")
    add_rules(chapter, "queue-error", documents)
    seen = Transcript(())
    assert [list(check.judge(seen)) for check in chapter] == [[]] * 5
    assert looked == [1]


def _findings(instance: object) -> dict[str, tuple[str, str]]:
    chapter = Chapterful("error", wants="")
    only = Exchange(1, "other", "GET", "http://gateway.example/")
    add_rules(chapter, "queue-error", lambda _seen: [(only, instance)])
    found = ((check.id, each) for check in chapter for each in check.judge(Transcript((only,))))
    return {name: (each.expected, each.actual) for name, each in found if not each.kept}


_NAMES = sorted({each.intent for each in conforming().exchanges})
_BODIES = (
    schema_strategies.anything.map(lambda value: json.dumps(value).encode())
    | schema_strategies.disturbed("status-document").map(lambda value: json.dumps(value).encode())
    | schema_strategies.disturbed("submit-answer").map(lambda value: json.dumps(value).encode())
    | st.binary(max_size=20)
)
_URLS = st.sampled_from(["http://[", "http://a:99999/", "/v2/requests/status/", "", "http://a/%ff?x#y"])


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_NAMES), _BODIES, st.integers(100, 599) | st.none(), _URLS | st.none())
def test_no_traffic_upsets_a_check(name: str, body: bytes, status: int | None, url: str | None) -> None:
    """Checks of every chapter judge any bodies, statuses and URLs, in any place, without an error."""

    def upset(each: Exchange) -> Exchange:
        sent = body if each.kind == "callback" else each.body
        return replace(each, answer=body, body=sent, status=status, url=each.url if url is None else url)

    blamed(spoilt(name, upset))


def test_a_document_without_the_value_is_not_denied() -> None:
    """What was missing is a value that the rule is about, where documents were shown."""
    wanted = {check.id: check.wants for check in CHECKS}
    assert wanted["status-document.type"] == "a status document"
    for part in ("output.media_url.minItems", "created_at.type"):
        assert wanted[f"status-document.{part}"] == "a status document with a value to which the rule applies"
