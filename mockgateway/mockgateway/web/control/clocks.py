"""Advancing time in the control API."""

from typing import Any

from mockgateway.domain.clock import iso
from mockgateway.domain.control import Change, Control
from mockgateway.web.control.problem import Problem
from mockgateway.web.control.reading import number, read_object
from mockgateway.web.wire import Answer, Call, json_answer

_LONGEST = 366 * 24 * 3600


def advance(control: Control, call: Call, key: str) -> Answer:
    """Move an account's time forward, and tell what happened on the way."""
    body = read_object(call, "seconds", "to", "deliver")
    if ("seconds" in body) == ("to" in body):
        raise Problem(400, 'Say how far: either {"seconds": 30} or {"to": "next"}.')
    if "to" in body and body["to"] != "next":
        raise Problem(400, 'The only place to go "to" is "next".')
    if not isinstance(body.get("deliver", False), bool):
        raise Problem(400, "deliver must be true or false.")
    if "to" in body:
        happened = control.advance_to_next(key)
    else:
        seconds = number(body["seconds"], "seconds", 0, _LONGEST)
        happened = control.advance(key, round(seconds * 1000))
    now = iso(control.now(control.account(key)))
    return json_answer({"now": now, "happened": [described(change) for change in happened]}, 200)


def described(change: Change) -> dict[str, Any]:
    """Write something that happened."""
    return {"at": iso(change.at), "request_id": change.request_id, "status": change.status}
