"""Callbacks: what a submit may ask for, and how its wish is shown."""

import re
from urllib.parse import unquote

from mockgateway.domain.keys import redact, shorten
from mockgateway.domain.refusals import BadRequest
from mockgateway.domain.targets import LONGEST_URL, BadTarget, Policy, read_target

__all__ = ["LONGEST_URL", "check_target", "hidden", "shown_url"]

_QUERY_VALUE = re.compile(r"(?<==)[^&#=]{12,}")
_BETWEEN = re.compile(r"[/?&=#;]")
_SHORTEST_SECRET = 6


def check_target(url: str | None, policy: Policy | None = None) -> None:
    """Check the URL that a submit wants to be called back on; None is no wish. No name is looked up.

    Raises:
        BadRequest: it is malformed, or plainly a place where callbacks may not go (assumed).
    """
    if url is None:
        return
    try:
        (policy or Policy()).check(read_target(url))
    except BadTarget as error:
        raise BadRequest(f"X-Webhook-URL {error}") from None


def shown_url(url: str, key: str) -> str:
    """Write a callback's URL without secrets: the key shortened, and every long value of its query."""
    before, mark, query = redact(url, key).partition("?")
    return before + mark + _QUERY_VALUE.sub(lambda found: shorten(found[0]), query)


def hidden(text: str, url: str, shown: str) -> str:
    """Return what a receiver said with the parts of its URL shortened that are not shown there either."""
    for secret in set(_BETWEEN.split(url)) - set(_BETWEEN.split(shown)):
        if len(secret) >= _SHORTEST_SECRET:
            text = redact(redact(text, secret), unquote(secret))
    return text
