"""Reports as JSON, as JUnit's XML and as a page."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest
from reports import SECRET, broken_answers, failed, mixed, passing

from zimage_contract.checks import CHECKS, Chapter
from zimage_contract.report import as_json, console, html, junit
from zimage_contract.verdict import Report

REPORTS = {"passing": passing, "mixed": mixed, "failed": failed, "broken": broken_answers}
SCHEMA_TEXT = files("zimage_contract.report").joinpath("report.schema.json").read_text("utf-8")
SCHEMA = jsonschema_rs.validator_for(json.loads(SCHEMA_TEXT), validate_formats=True)


@pytest.fixture(params=REPORTS)
def report(request: pytest.FixtureRequest) -> Report:
    """Each of them."""
    return REPORTS[request.param]()


@pytest.mark.parametrize("written", [as_json, junit, html, console], ids=lambda each: each.__name__)
def test_no_report_holds_a_key(written: Any) -> None:
    """Wherever it stood in the traffic, in no spelling."""
    text = json.dumps(written(mixed()))
    assert SECRET not in text
    assert "nobody-may-see" not in text


def test_json_is_valid(report: Report) -> None:
    """By the schema that ships."""
    SCHEMA.validate(json.loads(json.dumps(as_json(report))))


def test_json_has_the_documented_shape() -> None:
    """To the letter; `error` is there when there is no verdict, only then."""
    found = as_json(mixed())
    assert list(found) == ["verdict", "target", "seed", "seconds", "exchanges", "spend", "checks"]
    assert (found["verdict"], found["exchanges"]) == ("fail", 24)
    assert found["spend"] == {"jobs": 3, "estimated_usd": 0.026}
    check = found["checks"][1]
    assert list(check) == [
        "id", "title", "chapter", "section", "basis", "verdict", "examples", "reason", "findings",
    ]  # fmt: skip
    assert list(check["findings"][0]) == ["expected", "actual", "exchange", "reproduce"]
    assert "error" in as_json(failed())


def test_the_schema_knows_what_the_kit_knows() -> None:
    """A new chapter belongs into it too."""
    found = json.loads(SCHEMA_TEXT)["$defs"]["check"]["properties"]["chapter"]["enum"]
    assert found == list(Chapter.__args__)


@pytest.mark.parametrize(
    "wrong", [{"verdict": "good"}, {"error": "?"}, {"checks": [{}]}, {"seconds": -1}, {"more": 1}]
)
def test_the_schema_can_fail(wrong: dict[str, Any]) -> None:
    """It is no schema that everything keeps."""
    assert not SCHEMA.is_valid(as_json(passing()) | wrong)


def suites(report: Report) -> ET.Element:
    """Read the XML again."""
    return ET.fromstring(junit(report))  # noqa: S314 - our own XML


def test_junit_is_what_ci_systems_read(report: Report) -> None:
    """Suites with sums that add up, cases with name, class and time, and one child at the most."""
    root = suites(report)
    assert root.tag == "testsuites"
    for name, tag in (("failures", "failure"), ("errors", "error"), ("tests", "testcase")):
        assert int(root.attrib[name]) == len(root.findall(f".//{tag}"))
    for suite in root:
        assert suite.tag == "testsuite"
        assert {"name", "tests", "failures", "errors", "skipped", "time"} <= suite.attrib.keys()
        assert int(suite.attrib["skipped"]) == len(suite.findall("testcase/skipped"))
        for case in suite:
            assert {"name", "classname", "time"} <= case.attrib.keys()
            assert [each.tag for each in case] in [[], ["failure"], ["error"], ["skipped"], ["system-out"]]


def test_junit_has_a_case_for_each_check() -> None:
    """Named and classed by it."""
    cases = [(case.attrib["classname"], case.attrib["name"]) for case in suites(passing()).iter("testcase")]
    assert cases == [(check.chapter, check.id) for check in CHECKS]


def test_junit_cases_tell_the_verdict() -> None:
    """Failures, errors for want of evidence, skips for what was not run or is excused."""
    found = [[each.tag for each in case] for case in suites(mixed()).iter("testcase")]
    assert found == [
        [], ["failure"], ["system-out"], ["system-out"], ["skipped"], ["failure"], ["failure"], ["error"],
        ["skipped"], ["skipped"], ["skipped"],
    ]  # fmt: skip


class _Page(HTMLParser):
    """Reads a page strictly: what is opened is closed, in order."""

    EMPTY = frozenset({"meta", "line"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open."""
        self.tags.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open and close."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Collect."""
        self.words.append(data)


def page_of(report: Report) -> _Page:
    """Read a report's page."""
    page = _Page()
    page.feed(html(report))
    page.close()
    assert page.open == []
    return page


def test_the_page_is_well_formed_and_needs_nothing(report: Report) -> None:
    """No script, and no attribute that loads anything, whatever the gateway answered."""
    page = page_of(report)
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object", "b>"}
    loading = {name for _, attributes in page.tags for name in attributes} & {"src", "style", "onload"}
    assert not loading
    assert all(link["href"].startswith("#") for tag, link in page.tags if tag == "a")
    assert not re.search(r"url\(|@import", html(report))


def test_the_page_begins_with_the_verdict() -> None:
    """Then what is to be done, then everything else."""
    words = [word for word in page_of(mixed()).words if word.strip()]
    page = html(mixed())
    assert any(word.startswith("FAIL") for word in words[:2])
    assert (
        page.index("departs from the contract")
        < page.index("What must be looked at")
        < page.index("Checks</h2>")
    )


def test_the_page_draws_every_job() -> None:
    """A row with its submit, polls, callback and downloads."""
    page = page_of(passing())
    signs = [
        attributes["class"] or ""
        for tag, attributes in page.tags
        if "sign" in (attributes.get("class") or "")
    ]
    count = {
        name: sum(f"sign {name}" in each for each in signs)
        for name in ("submit", "poll", "callback", "download")
    }
    assert count == {"submit": 6, "poll": 30, "callback": 1, "download": 10}
    assert all(job in html(passing()) for job in passing().transcript.jobs)


def test_the_page_names_the_gaps() -> None:
    """The rules that nothing exercised."""
    assert "base-request.acceleration.default" in html(passing())


@pytest.mark.parametrize("written", [junit, html], ids=lambda each: each.__name__)
def test_words_of_a_gateway_cannot_hide_or_forge_lines(written: Any) -> None:
    """What moves a cursor, turns writing round, or begins a line of its own is escaped."""
    evil = "\x1b[2J\u202e\x07\n\u2717 submit.json"
    report = mixed()
    found = replace(report.results[1].findings[0], actual=evil)
    text = written(replace(report, results=(replace(report.results[1], findings=(found,)),)))
    assert not {"\x1b", "\u202e", "\x07"} & set(text)
    assert written is html or "\n\u2717 submit.json" not in text
