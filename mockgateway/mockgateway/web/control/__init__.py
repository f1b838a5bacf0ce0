"""The control API: what a test does to the mock that no client of the gateway could."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Flask, Response, request

from mockgateway.domain.control import Control
from mockgateway.domain.keys import plausible, redact
from mockgateway.domain.mail import Mail
from mockgateway.domain.refusals import Refusal
from mockgateway.scenarios import ScenarioBook
from mockgateway.web.control import accounts, clocks, deliveries, jobs, journals, scenarios
from mockgateway.web.control.described import PREFIX
from mockgateway.web.control.problem import Problem
from mockgateway.web.control.trust import Trust
from mockgateway.web.wire import Answer, Call, json_answer

Endpoint = Callable[..., Answer]

METHODS = ("DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT")


@dataclass(frozen=True, slots=True)
class Room:
    """What the control API has its hands on, and who may use it."""

    control: Control
    mail: Mail
    scenarios: ScenarioBook
    trust: Trust


def add_routes(app: Flask, room: Room, version: str) -> None:
    """Serve the control API."""
    for path, endpoints in _endpoints(room, version).items():
        name = f"control {path}"
        view = partial(_view, endpoints, room.trust)
        app.add_url_rule(PREFIX + path, name, view, methods=METHODS, provide_automatic_options=False)


def _endpoints(room: Room, version: str) -> dict[str, dict[str, Endpoint]]:
    control, mail, book = room.control, room.mail, room.scenarios

    def of(endpoint: Endpoint) -> Endpoint:
        return partial(endpoint, control)

    return {
        "health": {"GET": lambda call: json_answer({"status": "ok", "version": version}, 200)},
        "reset": {"POST": of(_reset)},
        "accounts/<path:key>": {
            "GET": of(accounts.show),
            "PUT": of(accounts.change),
            "DELETE": of(accounts.forget),
        },
        "accounts/<path:key>/clock/advance": {"POST": partial(clocks.advance, control, mail)},
        "accounts/<path:key>/deliveries": {"GET": partial(deliveries.listed, mail)},
        "deliveries/<delivery>/redeliver": {"POST": partial(deliveries.redeliver, mail)},
        "accounts/<path:key>/jobs": {"GET": of(jobs.listed)},
        "accounts/<path:key>/ledger": {"GET": of(jobs.ledger)},
        "accounts/<path:key>/journal": {"GET": of(journals.listed), "DELETE": of(journals.clear)},
        "accounts/<path:key>/journal.har": {"GET": of(journals.archive)},
        "journal": {"GET": of(journals.listed), "DELETE": of(journals.clear)},
        "journal.har": {"GET": of(journals.archive)},
        "scenarios": {"GET": partial(scenarios.listed, book)},
        "scenarios/<name>": {
            "GET": partial(scenarios.show, book),
            "PUT": partial(scenarios.put, book),
            "DELETE": partial(scenarios.delete, book),
        },
        "jobs/<request_id>": {"GET": of(jobs.show), "PATCH": of(jobs.change)},
    }


def _reset(control: Control, call: Call) -> Answer:
    control.reset()
    return Answer(204, b"")


def _view(endpoints: dict[str, Endpoint], trust: Trust, **parts: Any) -> Response:
    call = Call(request.environ)
    answer = _answered(endpoints, trust, call, parts)
    return Response(answer.body, answer.status, [*answer.headers, *trust.grants(call)])


def _check_key(key: str | None) -> None:
    if key is not None and not plausible(key):
        raise Problem(
            400, "This cannot be a key: at most 256 printable ASCII characters, no spaces or commas."
        )


def _answered(endpoints: dict[str, Endpoint], trust: Trust, call: Call, parts: dict[str, Any]) -> Answer:
    try:
        if trust.is_preflight(call):
            return Answer(204, b"")
        trust.check(call)
        _check_key(parts.get("key"))
        endpoint = endpoints.get(call.environ["REQUEST_METHOD"])
        if endpoint is None:
            allowed = ", ".join(sorted(endpoints))
            raise Problem(405, f"This takes {allowed}.", [("Allow", allowed)])  # noqa: TRY301 - one way out
        return endpoint(call=call, **parts)
    except Refusal as refusal:
        return Problem(refusal.code, refusal.message).answer()
    except Problem as problem:
        problem.detail = redact(problem.detail, call.key)
        return problem.answer()
