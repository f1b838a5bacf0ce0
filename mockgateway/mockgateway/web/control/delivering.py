"""Waiting in the control API until callbacks were attempted."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from mockgateway.domain.clock import iso
from mockgateway.domain.control import Change
from mockgateway.domain.mail import Mail
from mockgateway.domain.outbox import Happened
from mockgateway.web.later import LATER, Later, Tell
from mockgateway.web.wire import Call

_LONGEST = 120.0
_ROUND = "mockgateway.round"


@dataclass
class Round:
    """A move of an account's time, and the attempts at what was due then."""

    changes: list[Change] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)
    error: Exception | None = None


def round_of(call: Call) -> Round | None:
    """Return what was begun when this was asked before; raises what went wrong in it."""
    made: Round | None = call.environ.get(_ROUND)
    if made and made.error:
        raise made.error
    return made


def begun_round(mail: Mail, key: str, call: Call, advance: Callable[[], list[Change]]) -> Round:
    """Move time and attempt what is due; a server that can wait asks again when that is done."""
    made = call.environ[_ROUND] = Round()

    def run(tell: Tell) -> None:
        try:
            made.happened = mail.deliver(key, lambda: made.changes.extend(advance()))
        except Exception as error:  # noqa: BLE001 - told to who asked
            made.error = error
        tell()

    def when(tell: Tell) -> Tell:
        Thread(target=run, args=(tell,), name="mockgateway-round", daemon=True).start()
        return lambda: None

    later = Later(_LONGEST, when)
    if LATER in call.environ:
        call.environ[LATER] = later
        return made
    later.wait()
    return round_of(call) or made


def delivered(each: Happened) -> dict[str, Any]:
    """Write an attempt at a callback, and what became of it."""
    result = each.attempt.result
    return {
        "at": iso(each.attempt.at),
        "request_id": each.delivery.request_id,
        "delivery": each.delivery.id,
        "attempt": each.attempt.number,
        "status": result.status if result else None,
        "error": result.error if result else None,
        "state": each.delivery.state,
    }
