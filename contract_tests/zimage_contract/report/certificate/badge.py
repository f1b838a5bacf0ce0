"""A badge, as a small picture in SVG that needs nothing else."""

from __future__ import annotations

from html import escape

from zimage_contract.certificate import Certificate
from zimage_contract.report.certificate.view import NAME, badge_text

_COLOURS = {"pass": "#17803d", "fail": "#c0262d"}
_OTHER = "#6b7280"
_LETTER, _PAD = 6.6, 7


def badge(certificate: Certificate) -> str:
    """Draw it: what was certified on the left, the verdict on the right."""
    said = badge_text(certificate)
    left, right = (round(len(text) * _LETTER + 2 * _PAD) for text in (NAME, said))
    colour = _COLOURS.get(certificate.verdict, _OTHER)
    label = f"{NAME}: {escape(said)}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" '
        f'aria-label="{label}"><title>{label}</title>'
        f'<clipPath id="r"><rect width="{left + right}" height="20" rx="3"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#3a4252"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">'
        f"{_text(left / 2, left, NAME)}{_text(left + right / 2, right, said)}</g></svg>\n"
    )


def _text(middle: float, width: int, text: str) -> str:
    return f'<text x="{middle:.1f}" y="14" textLength="{width - 2 * _PAD}">{escape(text)}</text>'
