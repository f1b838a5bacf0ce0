"""A report for programs; its shape is in report.schema.json and does not change."""

from __future__ import annotations

from typing import Any

from zimage_contract._har_write import body_text, instant
from zimage_contract.exchange import Exchange, Headers
from zimage_contract.report.view import Shown, View
from zimage_contract.verdict import Report, Result

_LONGEST = 4096


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
        "exchange": _exchange(found.exchange),
        "reproduce": found.reproduce,
    }


def _exchange(exchange: Exchange) -> dict[str, Any]:
    return {
        "number": exchange.number,
        "kind": exchange.kind,
        "at": instant(exchange.at),
        "seconds": round(exchange.took, 6),
        "intent": exchange.intent,
        "request": {
            "method": exchange.method,
            "url": exchange.url,
            "headers": _headers(exchange.headers),
            "body": _body(exchange.body),
        },
        "answer": {
            "status": exchange.status,
            "headers": _headers(exchange.answer_headers),
            "body": _body(exchange.answer),
            "broken": exchange.broken,
        },
    }


def _headers(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _body(body: bytes) -> dict[str, Any]:
    """Write a body: `length` in bytes, its `text`, cut when it is long, in Base64 when it is no UTF-8."""
    text, coded = body_text(body)
    found: dict[str, Any] = {"length": len(body), "text": text[:_LONGEST]}
    if coded:
        found["encoding"] = "base64"
    return found | {"cut": True} if len(text) > _LONGEST else found
