"""What came back: status, headers and a body of bounded size."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

LARGEST_ANSWER = 1 << 20


def shortened(key: str) -> str:
    """Return as much of a key as may be shown: a third of it, at most four characters."""
    return f"{key[: min(4, len(key) // 3)]}…"


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
        if key not in self.text and not any(key in value for value in self.headers.values()):
            return self
        hidden = shortened(key)
        headers = {name: value.replace(key, hidden) for name, value in self.headers.items()}
        return replace(self, headers=headers, body=self.text.replace(key, hidden).encode())
