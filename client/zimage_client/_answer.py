"""What came back: status, headers and a body of bounded size."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any
from urllib.parse import quote

LARGEST_ANSWER = 1 << 20
_SECRET = 4


def shortened(key: str) -> str:
    """Return as much of a key as may be shown: a third of it, at most four characters."""
    return f"{key[: min(4, len(key) // 3)]}…"


def hide(key: str, text: str) -> str:
    """Return the text without the key, whole or as JSON, HTML or a URL would write it.

    Of fewer than four characters it is no secret, and would be found in every word.
    """
    for written in (
        {key, json.dumps(key)[1:-1], escape(key), quote(key, safe="")} if len(key) >= _SECRET else ()
    ):
        text = text.replace(written, shortened(key))
    return text


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer.

    The names in `headers` are in small letters. `body` is cut off after a mebibyte.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 becomes the replacement character."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return what the body says; raise ValueError when it is no JSON."""
        try:
            return json.loads(self.body)
        except RecursionError:
            raise ValueError("nested too deeply") from None

    def without(self, key: str) -> Answer:
        """Return a copy in which the key is nowhere whole."""
        headers = {name: hide(key, value) for name, value in self.headers.items()}
        body = hide(key, self.text)
        return (
            self
            if (headers, body) == (self.headers, self.text)
            else replace(self, headers=headers, body=body.encode())
        )
