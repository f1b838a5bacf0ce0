"""A report for programs; its shape is in report.schema.json and does not change."""

from __future__ import annotations

from typing import Any

from zimage_contract.report.exchange_json import exchange_as_json
from zimage_contract.report.program import program_json
from zimage_contract.report.view import Shown, View
from zimage_contract.verdict import Report, Result


def as_json(report: Report) -> dict[str, Any]:
    """Write the report; a finding's `exchange` has no whole key in it."""
    view = View(report)
    return {
        "verdict": report.verdict,
        **({"error": view.text(report.error)} if report.error else {}),
        "target": view.text(report.target),
        "seed": report.seed,
        "seconds": round(report.seconds, 3),
        "exchanges": len(report.transcript.exchanges),
        "spend": {"jobs": report.spend.jobs, "estimated_usd": float(report.spend.estimated_usd)},
        "checks": [_check(result, view) for result in report.results],
        **program_json(view),
    }


def _check(result: Result, view: View) -> dict[str, Any]:
    check = result.check
    return {
        "id": check.id,
        "title": check.title,
        "chapter": check.chapter,
        "section": check.section,
        "basis": check.basis,
        "verdict": result.verdict,
        "examples": result.examples,
        "reason": view.text(result.reason),
        "findings": [_finding(view.finding(each)) for each in result.findings],
    }


def _finding(found: Shown) -> dict[str, Any]:
    return {
        "expected": found.expected,
        "actual": found.actual,
        "exchange": exchange_as_json(found.exchange),
        "reproduce": found.reproduce,
    }
