"""Faults in the reading of bodies: each takes, or falls over, one kind that is wrong as a whole."""

from collections.abc import Iterator
from typing import Any

from faulty.bodies import BadBodyError
from faulty.fault import FAULTS, Fault
from faulty.gateway import Gateway, Refusal
from faulty.wire import Answer, Request, answer_json


class _Lenient(Gateway):
    """Takes what it cannot read for a request with defaults."""

    taken = ""

    def unreadable(self, error: BadBodyError) -> dict[str, Any]:
        return {} if error.kind == self.taken else super().unreadable(error)


class _Fragile(Gateway):
    """Fails at what it cannot read."""

    taken = ""

    def unreadable(self, error: BadBodyError) -> dict[str, Any]:
        if error.kind == self.taken:
            raise Refusal("failure")
        return super().unreadable(error)

    def failure(self, _request: Request, _words: str) -> Answer:
        """Answer 500."""
        said = {"statusCode": 500, "message": "Internal server error", "activityId": "c0ffee"}
        return answer_json(500, said)


_TAKEN = {
    "empty": "an empty body",
    "duplicate-name": "a body with a name twice",
    "not-a-number": "a body with NaN",
    "large-number": "a body with a number beyond 64 bits",
    "too-large": "a body over 1 MiB",
    "content-type": "a body that says it is something else than JSON",
}
_FALLEN_OVER = {
    "malformed": "a body that is not JSON",
    "not-utf-8": "a body that is not UTF-8",
    "lone-surrogate": "half of a surrogate pair",
    "nul": "a NUL character",
    "deep": "a body nested too deeply",
}


def _faults() -> Iterator[Fault]:
    for kind, what in _TAKEN.items():
        yield Fault(f"body.{kind}", f"accepts {what}", type("Taking", (_Lenient,), {"taken": kind}))
    for kind, what in _FALLEN_OVER.items():
        yield Fault(f"body.{kind}", f"answers 500 to {what}", type("Failing", (_Fragile,), {"taken": kind}))


FAULTS.extend(_faults())
