"""A report for CI systems: JUnit's XML, a test case for each check."""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from zimage_contract.report.program import program_junit
from zimage_contract.report.told import told
from zimage_contract.report.view import View, conclusion
from zimage_contract.report.xml import element
from zimage_contract.verdict import Report, Result


def junit(report: Report) -> str:
    """Write the report: a suite for each chapter, a case for each check.

    What makes the run fail is a failure, or an error where there was no evidence; what was not run or is
    excused is skipped; warnings and information pass and have their findings in `system-out`.
    """
    view = View(report)
    root = ET.Element("testsuites", name="zimage-contract", time=f"{report.seconds:.3f}")
    totals = [_suite(root, view, chapter, results) for chapter, results in view.chapters]
    totals.append(program_junit(root, view))
    if report.error:
        totals.append(_error_suite(root, view))
    for index, name in enumerate(("tests", "failures", "errors")):
        root.set(name, str(sum(total[index] for total in totals)))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: ET.Element, view: View, chapter: str, results: tuple[Result, ...]) -> tuple[int, int, int]:
    suite = element(
        root,
        "testsuite",
        name=chapter,
        timestamp=datetime.fromtimestamp(view.report.started, UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        hostname=view.text(view.report.target),
    )
    kinds = [_case(suite, view, result) for result in results]
    for name, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(kinds.count(kind)))
    suite.set("tests", str(len(kinds)))
    suite.set("time", "0")
    return len(kinds), kinds.count("failure"), kinds.count("error")


def _case(suite: ET.Element, view: View, result: Result) -> str:
    """Add the case of a check, and return what it has in it: "failure", "error", "skipped" or ""."""
    case = element(suite, "testcase", name=result.check.id, classname=result.check.chapter, time="0")
    kind = _kind(result)
    if kind == "skipped":
        element(case, kind, message=view.text(result.reason))
    elif kind:
        said = view.text(result.reason) or result.check.title
        element(case, kind, told(view, result), message=said, type=result.verdict)
    elif result.findings:
        element(case, "system-out", told(view, result))
    return kind


def _kind(result: Result) -> str:
    if result.fatal:
        return "error" if result.verdict == "inconclusive" else "failure"
    return "skipped" if result.verdict in {"fail", "inconclusive", "not-run"} else ""


def _error_suite(root: ET.Element, view: View) -> tuple[int, int, int]:
    suite = element(root, "testsuite", name="run", tests="1", failures="0", errors="1", skipped="0", time="0")
    case = element(suite, "testcase", name="verdict", classname="run", time="0")
    element(case, "error", message=view.text(conclusion(view.report)), type="error")
    return 1, 0, 1
