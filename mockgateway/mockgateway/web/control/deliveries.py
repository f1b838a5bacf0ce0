"""Callbacks in the control API."""

from typing import Any

from mockgateway.domain.clock import iso
from mockgateway.domain.delivery import Attempt
from mockgateway.domain.mail import Mail, Tried
from mockgateway.domain.outbox import CannotRedeliver, NoSuchDelivery
from mockgateway.web.control.problem import Problem
from mockgateway.web.wire import Answer, Call, json_answer


def listed(mail: Mail, call: Call, key: str) -> Answer:
    """List an account's callbacks with their attempts, the newest first."""
    return json_answer({"deliveries": [described(tried) for tried in mail.deliveries(key)]}, 200)


def redeliver(mail: Mail, call: Call, delivery: str) -> Answer:
    """Send a callback once more."""
    try:
        return json_answer(described(mail.redeliver(delivery)), 202)
    except NoSuchDelivery:
        raise Problem(404, "There is no delivery of that id.") from None
    except CannotRedeliver as refusal:
        raise Problem(409, f"{refusal}.") from None


def described(tried: Tried) -> dict[str, Any]:
    """Write a callback; keys in its address are shortened."""
    delivery = tried.delivery
    return {
        "id": delivery.id,
        "request_id": delivery.request_id,
        "url": delivery.shown,
        "state": delivery.state,
        "due_at": iso(delivery.due) if delivery.state == "pending" else None,
        "attempts": [_attempt(attempt) for attempt in tried.attempts],
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    result = attempt.result
    return {
        "number": attempt.number,
        "at": iso(attempt.at),
        "status": result.status if result else None,
        "error": result.error if result else "nobody saw how it ended",
        "milliseconds": result.duration if result else None,
        "answer": result.answer if result else "",
    }
