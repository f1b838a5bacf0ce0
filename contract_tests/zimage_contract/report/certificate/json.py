"""A certificate for programs; its shape is in certificate.schema.json and does not change."""

from __future__ import annotations

from typing import Any

from zimage_contract._har_write import instant
from zimage_contract.certificate import Certificate
from zimage_contract.report.certificate.view import CaseView, CertificateView, badge_text
from zimage_contract.report.program import obligation_json


def as_json(certificate: Certificate) -> dict[str, Any]:
    """Write the certificate: while cases are pending, its verdict is "incomplete"."""
    view = CertificateView(certificate)
    return {
        "verdict": certificate.verdict,
        "badge": badge_text(certificate),
        "command": [view.veil.text(word) for word in certificate.command],
        "style": certificate.style,
        "started": instant(certificate.started),
        "seconds": round(certificate.seconds, 3),
        "interrupted": certificate.interrupted,
        "pending": list(certificate.pending),
        "stale": list(certificate.stale),
        "cases": [_case(each) for each in view.cases],
    }


def _case(view: CaseView) -> dict[str, Any]:
    result, seen = view.result, view.result.evidence
    return {
        "id": result.case.id,
        "title": result.case.title,
        "verdict": result.verdict,
        "reason": view.text(result.reason),
        "exit_code": seen.exit_code if seen else None,
        "ending": seen.ending if seen else None,
        "seconds": round(result.seconds, 3),
        "charges": result.charges,
        "exchanges": len(seen.transcript.exchanges) if seen else 0,
        "obligations": [obligation_json(each, view) for each in result.obligations],
    }
