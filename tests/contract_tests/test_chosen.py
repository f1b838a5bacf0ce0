"""Test a probe for some checks only: it brings them all their evidence, and pays for nothing else."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from faulty.gateway import Gateway
from faulty.judging import Found, judged

from zimage_contract.checks import CHECKS, Check

_CHAPTERS = tuple(dict.fromkeys(check.chapter for check in CHECKS))


def _chosen(wanted: Callable[[Check], object]) -> Found:
    """Probe the conforming gateway for these checks, of both models, with more money than that takes."""
    return judged(Gateway(), checks=tuple(filter(wanted, CHECKS)), budget=Decimal(5), examples=2)


@pytest.mark.parametrize("chapter", _CHAPTERS)
def test_a_chapter_alone_finds_all_its_evidence(chapter: str) -> None:
    """Nothing that it needs is left out."""
    found = _chosen(lambda check: check.chapter == chapter)

    assert not found.blamed
    assert not found.silent & {check.id for check in CHECKS if check.chapter == chapter}


def test_checks_that_cost_nothing_cost_nothing() -> None:
    """However much may be spent: no job is begun, and not one body is sent that might be accepted."""
    found = _chosen(lambda check: "paid" not in check.needs and check.chapter != "error")

    assert not found.transcript.accepted
    assert {"body.duplicate-name", "turbo-request.prompt.minLength"} <= found.silent


def test_for_callbacks_each_model_is_paid_once_and_one_job_is_without() -> None:
    """That one shows that nobody is called back who did not ask."""
    found = _chosen(lambda check: check.chapter == "webhook" and check.basis == "documented")
    plain = [each for each in found.transcript.accepted if found.transcript.situation(each) == "valid"]
    called = [each for each in plain if each.header("X-Webhook-URL")]

    assert [each.model and each.model.name for each in called] == ["turbo", "base"]
    assert len(plain) == len(called) + 1


def test_a_check_of_one_model_is_paid_for_with_its_jobs_only() -> None:
    """The other model's would show nothing of it."""
    found = _chosen(lambda check: check.id == "request.base.required-only")

    assert {each.model and each.model.name for each in found.transcript.accepted} == {"base"}


def test_refusals_of_one_rule_are_generated_for_that_rule_only() -> None:
    """Others are sent as they were written by hand."""
    found = _chosen(lambda check: check.id == "turbo-request.image_size.enum")
    generated = [each for each in found.transcript.exchanges if each.intent.startswith("generated")]

    assert generated
    assert {each.rule for sent in generated for each in sent.problems} == {"turbo-request.image_size.enum"}
    assert not found.transcript.accepted
