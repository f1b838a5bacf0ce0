"""Rules that a run exercised."""

from dataclasses import replace

from reports import passing, report_of
from support import conforming

from zimage_contract.checks import CHECKS
from zimage_contract.report.coverage import cover, cover_by_basis
from zimage_contract.verdict import Terms
from zimage_schemas import rules


def test_every_rule_and_every_check_counts_once() -> None:
    """Those of the schemas, and the checks that are none of them; each with its own basis."""
    names = [name for found in cover_by_basis(passing().results).values() for name in found.counts]
    assert sorted(names) == sorted({rule.id for rule in rules()} | {check.id for check in CHECKS})


def test_gaps_are_what_nothing_exercised() -> None:
    """The rest was."""
    found = cover(passing().results)
    judged = {result.check.id for result in passing().results if result.examples}
    assert "submit.status-202" in judged
    assert judged.isdisjoint(found.gaps)
    assert "base-request.acceleration.default" in found.gaps
    assert found.exercised == len(found.counts) - len(found.gaps)


def test_what_was_left_out_is_no_gap() -> None:
    """Only the rules of the checks that were chosen count."""
    others = {check.id: "left out by --only" for check in CHECKS if check.chapter != "submit"}
    chosen = {check.id for check in CHECKS if check.chapter == "submit" and check.basis == "documented"}
    found = cover(report_of(conforming(), Terms(left_out=others)).results)
    assert set(found.counts) == chosen


def test_no_result_is_all_gaps() -> None:
    """Nothing was exercised."""
    assert replace(passing(), results=()).results == ()
    assert cover(()).exercised == 0
