"""What the tests of the suite make of a report."""

import pytest

from zimage_contract.checks import CHECKS
from zimage_contract.suite import examine  # here: pytester forgets what tests import, but not whole packages

pytest_plugins = ["pytester"]

MADE_UP = """
import sys
from decimal import Decimal
from pathlib import Path
from zimage_contract.checks import CHECKS, demand
from zimage_contract.exchange import Exchange, Transcript
from zimage_contract.suite import examine
from zimage_contract.verdict import Report, Result, Spend

KEY = "a-secret-key-of-some-length"
URL = "http://127.0.0.1:1/z-image-base/v1/z-image-base-request"
HEADERS = (("Ocp-Apim-Subscription-Key", KEY),)
SUBMIT = Exchange(1, "submit", "POST", URL, HEADERS, b'{{"prompt": "x"}}', 200, (), b"{{}}")
FOUND = (demand(SUBMIT, False, "202", 200),)
SEEN = Transcript((SUBMIT,), {{"valid": KEY}})
CHECKED = {{check.id: check for check in CHECKS}}

def report_on(config):
    with open({log!r}, "a") as log:
        log.write("probed\\n")
    {first}
    known = {results}
    results = tuple(known.get(check.id) or Result(check, "pass", 1) for check in CHECKS)
    spend = Spend(2, Decimal("0.018"))
    return Report(target=URL, results=results, transcript=SEEN, seed=7, spend=spend, error={error!r})

examine.report_on = report_on
"""


class Suite:
    """Runs the suite over a report that is made up."""

    def __init__(self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
        self._pytester, self._monkeypatch = pytester, monkeypatch
        self._log = pytester.path / "probes.log"

    def __call__(
        self, *options: str, results: str = "{}", error: str = "", first: str = "pass"
    ) -> pytest.RunResult:
        """Run it with these options, most strictly."""
        made = MADE_UP.format(results=results, error=error, first=first, log=str(self._log))
        self._pytester.makepyfile(made_up=made)
        self._pytester.syspathinsert()
        self._monkeypatch.setenv("PYTHONPATH", str(self._pytester.path))
        # Workers begin with the path that this process began with, so they need one that begins anew.
        run = self._pytester.runpytest_subprocess if "-n2" in options else self._pytester.runpytest
        strict = ("-p", "no:asyncio", "-p", "no:anyio", "-W", "error", "--strict-markers")
        return run("-p", "made_up", "--pyargs", "zimage_contract.suite", *strict, *options)

    @property
    def probes(self) -> int:
        """How often the gateway was probed."""
        return len(self._log.read_text().splitlines())


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Suite:
    """The suite, with whatever patches it undone afterwards."""
    monkeypatch.setattr(examine, "report_on", examine.report_on)
    return Suite(pytester, monkeypatch)


def test_there_is_a_test_for_every_check_by_its_id(suite: Suite) -> None:
    """In the order of the contract."""
    ended = suite("-v")
    ended.assert_outcomes(passed=len(CHECKS))
    passed = [line.split("::")[1].split(" ")[0] for line in ended.outlines if " PASSED" in line]
    assert passed == [f"test_{check.chapter}[{check.id}]" for check in CHECKS]
    assert suite.probes == 1


def test_money_and_seed_are_told_at_the_end(suite: Suite) -> None:
    """Once, though every test knows them."""
    ended = suite("-k", "status-202")
    ended.stdout.fnmatch_lines(["*1 exchanges in *--gateway-seed 7 repeats it; spent: 2 jobs, $0.018*"])


def test_a_chapter_can_be_chosen(suite: Suite) -> None:
    """By its name, or a check by its id."""
    chapter = sum(1 for check in CHECKS if check.chapter == "submit")
    assert suite("-k", "test_submit").parseoutcomes()["passed"] == chapter


def test_a_check_that_fails_tells_the_whole_story(suite: Suite) -> None:
    """Expected, actual, exchange and the line that repeats it; no source of ours, and no whole key."""
    broken = '{"submit.status-202": Result(CHECKED["submit.status-202"], "fail", 1, FOUND, fatal=True)}'
    ended = suite("-k", "test_submit", "--showlocals", results=broken)
    assert ended.parseoutcomes()["failed"] == 1
    ended.stdout.fnmatch_lines(
        [
            "submit.status-202: an accepted request is answered with 202*",
            "*expected 202",
            "*got      200",
            "*exchange 1: POST http://127.0.0.1:1/z-image-base/v1/z-image-base-request",
            '*repeat curl *$PIXAZO_API_KEY*{"prompt": "x"}*',
            "FAILED *test_submit[[]submit.status-202[]]*",
        ]
    )
    assert "a-secret-key-of-some-length" not in ended.stdout.str()
    assert "pytest.fail" not in ended.stdout.str()


@pytest.mark.parametrize(
    ("result", "outcome", "said"),
    [
        ('"inconclusive", reason="nothing showed it", fatal=True', "failed", "*nothing showed it*"),
        ('"inconclusive", reason="nothing showed it"', "skipped", "*inconclusive: nothing showed it*"),
        ('"not-run", reason="no key for it"', "skipped", "*not-run: no key for it*"),
        ('"fail", 1, FOUND, reason="known to fail: later"', "xfailed", "*known to fail: later*"),
        ('"pass", 1, reason="listed, and passes", fatal=True', "failed", "*listed, and passes*"),
        ('"warn", 1, FOUND', "passed", "warn: submit.status-202:*"),
        ('"info", 1, FOUND', "passed", "info: submit.status-202:*"),
    ],
)
def test_a_verdict_becomes_an_outcome(suite: Suite, result: str, outcome: str, said: str) -> None:
    """Its reason is told; what is softer than the level is told at the end."""
    made = f'{{"submit.status-202": Result(CHECKED["submit.status-202"], {result})}}'
    ended = suite("-k", "submit.status-202", "-rsx", results=made)
    assert ended.parseoutcomes()[outcome] == 1
    ended.stdout.fnmatch_lines([said])


def test_without_a_report_the_first_test_fails_and_says_why(suite: Suite) -> None:
    """And what was spent; the others are skipped: it is the same for all of them."""
    ended = suite("-k", "test_submit", error="cannot reach http://127.0.0.1:1")
    assert ended.parseoutcomes()["failed"] == 1
    assert set(ended.parseoutcomes()) == {"failed", "skipped", "deselected"}
    ended.stdout.fnmatch_lines(["cannot reach http://127.0.0.1:1", "*; spent: 2 jobs, $0.018*"])


def test_under_xdist_the_gateway_is_probed_once(suite: Suite) -> None:
    """Whichever worker begins."""
    ended = suite("-n2", first="import time; time.sleep(0.3)")
    ended.assert_outcomes(passed=len(CHECKS))
    assert suite.probes == 1
    assert ended.stdout.str().count("spent: 2 jobs") == 1


def test_under_xdist_a_probe_that_fails_fails_everywhere(suite: Suite) -> None:
    """With its message, and is not repeated."""
    ended = suite("-n2", "-k", "test_submit", first="raise RuntimeError('no luck')")
    assert ended.parseoutcomes()["failed"] >= 1
    assert "passed" not in ended.parseoutcomes()
    ended.stdout.fnmatch_lines(["the probe failed: RuntimeError: no luck (*made_up.py, line *)"])
    assert suite.probes == 1


def test_the_outcomes_are_in_junits_format_too(suite: Suite, pytester: pytest.Pytester) -> None:
    """With the check's id in the name of its test."""
    ended = suite("-k", "test_submit", "--junit-xml", "out.xml")
    assert set(ended.parseoutcomes()) == {"passed", "deselected"}
    assert 'name="test_submit[submit.status-202]"' in (pytester.path / "out.xml").read_text()
