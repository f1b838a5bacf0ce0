"""A certificate for CI systems: JUnit's XML, a test case for each obligation in each case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from zimage_contract.certificate import Certificate
from zimage_contract.obligations import ObligationResult
from zimage_contract.report.certificate.view import CaseView, CertificateView
from zimage_contract.report.told import finding_lines
from zimage_contract.report.xml import element

_SUITE = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def junit(certificate: Certificate) -> str:
    """Write it: a suite for each case; without evidence, an error; one that is not applicable is skipped.

    Known breaches are skipped, too; a should that is broken passes, and is told in `system-out`.
    """
    view = CertificateView(certificate)
    root = ET.Element("testsuites", name="zimage-contract certify", time=f"{certificate.seconds:.3f}")
    kinds = [kind for each in view.cases for kind in _suite(root, each, certificate.started)]
    if certificate.stale or certificate.pending:
        kinds += _whole(root, certificate)
    root.set("tests", str(len(kinds)))
    for kind in ("failure", "error"):
        root.set(_SUITE[kind], str(kinds.count(kind)))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: ET.Element, view: CaseView, started: float) -> list[str]:
    result = view.result
    at = datetime.fromtimestamp(result.began or started, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    suite = element(root, "testsuite", name=result.case.id, timestamp=at, hostname="localhost")
    kinds = [*_situation(suite, view), *(_test(suite, view, each) for each in result.obligations)]
    return _counted(suite, kinds, result.seconds)


def _counted(suite: ET.Element, kinds: list[str], seconds: float) -> list[str]:
    for kind, name in _SUITE.items():
        suite.set(name, str(kinds.count(kind)))
    suite.set("tests", str(len(kinds)))
    suite.set("time", f"{seconds:.3f}")
    return kinds


def _situation(suite: ET.Element, view: CaseView) -> Iterator[str]:
    """Add what there is to say where the case itself has not come about."""
    kind = {"inconclusive": "error", "not-applicable": "skipped"}.get(view.result.verdict)
    if kind:
        test = _testcase(suite, view.result.case.id, "situation")
        element(test, kind, view.output if kind == "error" else "", message=view.text(view.result.reason))
        yield kind


def _test(suite: ET.Element, view: CaseView, result: ObligationResult) -> str:
    """Add the test of an obligation, and return what has become of it."""
    obligation = result.obligation
    test = _testcase(suite, view.result.case.id, obligation.id)
    if not result.findings:
        return ""
    told = "\n".join(
        [
            f"{obligation.id}: {obligation.title}",
            f"  {obligation.level}, {obligation.basis}, {obligation.section}",
            *(f"  {line}" for line in finding_lines(view.finding(result.findings[0]))),
            f"  to do    {obligation.remedy}",
        ]
    )
    if result.fatal:
        element(test, "failure", told, message=obligation.title, type=obligation.level)
        return "failure"
    if result.reason:
        element(test, "skipped", message=view.text(result.reason))
        return "skipped"
    element(test, "system-out", told)
    return ""


def _whole(root: ET.Element, certificate: Certificate) -> list[str]:
    """Add what is wrong with the certificate as a whole."""
    suite = element(root, "testsuite", name="certificate", hostname="localhost")
    kinds = []
    for said in certificate.stale:
        name = ": ".join(said.split(": ")[:1])
        element(_testcase(suite, "known-failing", name), "failure", message=said, type="stale")
        kinds.append("failure")
    for case in certificate.pending:
        element(_testcase(suite, case, "situation"), "error", message="not judged: it was interrupted")
        kinds.append("error")
    return _counted(suite, kinds, 0)


def _testcase(suite: ET.Element, case: str, name: str) -> ET.Element:
    return element(suite, "testcase", name=name, classname=case, time="0")
