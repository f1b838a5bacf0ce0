"""Reading the bodies of the control API."""

import json
from typing import Any

from mockgateway.domain.refusals import Refusal
from mockgateway.web.control.problem import Problem
from mockgateway.web.wire import Call


def read_object(call: Call, *known: str) -> dict[str, Any]:
    """Read a JSON object with no other fields than these; an empty body is an empty object.

    Raises:
        Problem: 400 with what is wrong.
    """
    try:
        found = json.loads(call.body() or b"{}")
    except (ValueError, RecursionError) as error:
        raise Problem(400, f"The body is not valid JSON: {error}.") from None
    except Refusal as refusal:
        raise Problem(refusal.code, refusal.message) from None
    return checked(found, "The body", *known)


def checked(value: object, name: str, *known: str) -> dict[str, Any]:
    """Return the value if it is an object with no other fields than these; raises Problem."""
    if not isinstance(value, dict):
        raise Problem(400, f"{name} must be a JSON object.")
    if strange := sorted(value.keys() - set(known)):
        raise Problem(400, f"{name} has no field {strange[0][:40]!r}; there are {', '.join(known)}.")
    return value


def number(value: object, name: str, least: float, most: float) -> float:
    """Return the value if it is a number of that range; raises Problem."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise Problem(400, f"{name} must be a number from {least:g} to {most:g}.")
    return value
