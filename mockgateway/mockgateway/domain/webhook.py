"""Callbacks: where they may go."""

import re
from urllib.parse import urlsplit

from mockgateway.domain.refusals import BadRequest

LONGEST_URL = 2048
_URI_CHARACTERS = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
_HOST = re.compile(r"[A-Za-z0-9\-._~%]+|[0-9A-Fa-f:.]+")


def check_target(url: str | None) -> None:
    """Check the URL that a submit wants to be called back on; None is no wish.

    Raises:
        BadRequest: it is no absolute http or https URL, or of more than 2,048 characters (assumed).
    """
    if url is None:
        return
    if len(url) > LONGEST_URL:
        raise BadRequest(f"X-Webhook-URL is longer than {LONGEST_URL} characters.")
    if not (_URI_CHARACTERS.fullmatch(url) and _has_host(url)):
        raise BadRequest("X-Webhook-URL must be an absolute http or https URL.")


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host and _HOST.fullmatch(host))
