"""Reports, as pure functions of a verdict's `Report`. No API key stands whole in any of them."""

from zimage_contract.report.console import console
from zimage_contract.report.curl import curl
from zimage_contract.report.html import html
from zimage_contract.report.json import as_json
from zimage_contract.report.junit import junit

__all__ = ["as_json", "console", "curl", "html", "junit"]
