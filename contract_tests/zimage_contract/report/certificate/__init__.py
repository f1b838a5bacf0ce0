"""Reports of certificates, as pure functions. No API key stands whole in any of them."""

from zimage_contract.report.certificate.badge import badge
from zimage_contract.report.certificate.console import case_line, ending
from zimage_contract.report.certificate.html import html
from zimage_contract.report.certificate.json import as_json
from zimage_contract.report.certificate.junit import junit
from zimage_contract.report.certificate.view import badge_text

__all__ = ["as_json", "badge", "badge_text", "case_line", "ending", "html", "junit"]
