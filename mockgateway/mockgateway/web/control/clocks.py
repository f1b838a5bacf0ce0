"""Advancing time in the control API."""

from functools import partial
from typing import Any

from mockgateway.domain.clock import iso
from mockgateway.domain.control import Change, Control
from mockgateway.domain.mail import Mail
from mockgateway.web.control.delivering import Round, begun_round, delivered, round_of
from mockgateway.web.control.problem import Problem
from mockgateway.web.control.reading import number, read_object
from mockgateway.web.wire import Answer, Call, json_answer

LONGEST_ADVANCE = 366 * 24 * 3600


def advance(control: Control, mail: Mail, call: Call, key: str) -> Answer:
    """Move an account's time forward, and tell what happened on the way; `deliver` waits for callbacks."""
    made = round_of(call) or _round(control, mail, call, key)
    now = iso(control.now(control.account(key)))
    happened = [*map(described, made.changes), *map(delivered, made.happened)]
    return json_answer({"now": now, "happened": happened}, 200)


def _round(control: Control, mail: Mail, call: Call, key: str) -> Round:
    body = read_object(call, "seconds", "to", "deliver")
    if ("seconds" in body) == ("to" in body):
        raise Problem(400, 'Say how far: either {"seconds": 30} or {"to": "next"}.')
    if "to" in body and body["to"] != "next":
        raise Problem(400, 'The only place to go "to" is "next".')
    if not isinstance(body.get("deliver", False), bool):
        raise Problem(400, "deliver must be true or false.")
    if "to" in body:
        advance = partial(control.advance_to_next, key, mail.next_due)
    else:
        seconds = number(body["seconds"], "seconds", 0, LONGEST_ADVANCE)
        advance = partial(control.advance, key, round(seconds * 1000))
    return begun_round(mail, key, call, advance) if body.get("deliver") else Round(advance())


def described(change: Change) -> dict[str, Any]:
    """Write something that happened."""
    return {"at": iso(change.at), "request_id": change.request_id, "status": change.status}
