"""How an API key is shown: so that it is recognised and cannot be used."""

from __future__ import annotations

import json
from urllib.parse import quote

SHORTEST_SECRET = 6
"""Characters; a shorter key is a word that stands anywhere, so it is not looked for in texts."""

_HEAD, _TAIL = 4, 2


def shorten(key: str) -> str:
    """Write a key so that it is recognised but cannot be used: never more than a third of it."""
    third = len(key) // 3
    head, tail = min(_HEAD, third), min(_TAIL, max(0, third - _HEAD))
    return f"{key[:head]}…{key[len(key) - tail :]}"


def redact(text: str, key: str) -> str:
    """Return the text with the key shortened wherever it stands: plain, or escaped for JSON or a URL.

    Of a key that was sent twice, each is. Keys of fewer than 6 characters are left: they are
    words that stand anywhere.
    """
    for secret in {part.strip() for part in key.split(",")} | {key}:
        if len(secret) >= SHORTEST_SECRET:
            for spelling in (secret, json.dumps(secret)[1:-1], quote(secret, safe="")):
                text = _hidden(text, spelling, shorten(secret))
    return text


def _hidden(text: str, secret: str, shown: str) -> str:
    text = text.replace(secret, shown)
    if "…" in text:  # where a long value was cut, it may have been cut within the key
        for end in range(len(secret) - 1, len(shown), -1):
            text = text.replace(f"{secret[:end]}…", f"{shown}…")
    return text
