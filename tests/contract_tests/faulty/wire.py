"""Requests and answers, as far as a small gateway needs them."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """What came in; the names of headers are in small letters."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def origin(self) -> str:
        """Where the client thinks we are."""
        return f"http://{self.headers.get('host', 'localhost')}"

    @property
    def key(self) -> str:
        """The key; "" when there is none."""
        return self.headers.get("ocp-apim-subscription-key", "")


@dataclass(slots=True)
class Answer:
    """What goes out; of one that is `cut` only half."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False

    @property
    def got(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)

    def saying(self, value: object) -> "Answer":
        """Return it with another JSON body."""
        return Answer(self.status, json.dumps(value).encode(), self.headers)


def answer_json(status: int, value: object, **headers: str) -> Answer:
    """Answer in JSON; underscores in the names of headers become hyphens."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json", **named})
