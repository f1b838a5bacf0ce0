"""Submitting jobs and asking after them."""

from typing import Any

from mockgateway.domain.account import Account
from mockgateway.domain.body import read_body
from mockgateway.domain.delivery import Callback
from mockgateway.domain.document import status_document, submit_answer
from mockgateway.domain.effect import Effect
from mockgateway.domain.gateway import Gateway
from mockgateway.domain.refusals import (
    BadRequest,
    MethodRefused,
    ModelNotFound,
    Refusal,
    ResourceNotFound,
)
from mockgateway.domain.scenario import Scenario
from mockgateway.domain.situations import Submitted
from mockgateway.domain.webhook import check_target, shown_url
from mockgateway.web.effects import affected, precedes
from mockgateway.web.recorder import found
from mockgateway.web.wire import Answer, Call, json_answer
from zimage_schemas import WEBHOOK_HEADER, Model, model_by_slug


def submit(gateway: Gateway, model: Model, call: Call) -> Answer:
    """Accept a job, if the scenario lets it."""
    key = call.key
    account = gateway.admit(key, submit=True)
    here = call.origin
    scenario = gateway.situations.of(account, key)
    try:
        callback = _callback(gateway, call)
        request = _valid_request(model, call, strict=scenario.switches.strict)
    except Refusal:
        effect = _on_submit(gateway, account, scenario, Submitted(model.name, ""))
        if effect and precedes(effect):
            return affected(gateway, effect, call)
        raise
    effect = _on_submit(gateway, account, scenario, Submitted(model.name, request["prompt"]))
    if effect and not effect.accepts:
        return affected(gateway, effect, call)
    outcome = effect.outcome if effect else None
    job = gateway.submit(key, model.slug, request, callback, outcome)
    found(call.environ, "submit", job, job.created)
    return affected(gateway, effect, call, json_answer(submit_answer(job, here), 202))


def _callback(gateway: Gateway, call: Call) -> Callback | None:
    url = call.header(WEBHOOK_HEADER)
    check_target(url, gateway.rules.policy)
    return None if url is None else Callback(url, shown_url(url, call.key), call.media_origin)


def _on_submit(gateway: Gateway, account: Account, scenario: Scenario, call: Submitted) -> Effect | None:
    if "submit" not in scenario.calls:
        return None
    return gateway.situations.on_submit(account, scenario, account.clock.at(gateway.real()), call)


def status(gateway: Gateway, call: Call, request_id: str) -> Answer:
    """Say how a job is doing, if the scenario lets it."""
    key = call.key
    account = gateway.admit(key)
    scenario = gateway.situations.of(account, key)
    try:
        job, now = gateway.job(key, request_id)
    except Refusal:
        now = account.clock.at(gateway.real())
        effect = gateway.situations.on_job("status", scenario, now, request_id, None)
        if effect and precedes(effect):
            return affected(gateway, effect, call)
        raise
    found(call.environ, "status", job, now)
    answer = json_answer(status_document(job, now, call.media_origin), 200)
    return affected(
        gateway, gateway.situations.on_job("status", scenario, now, request_id, job), call, answer
    )


def no_model(gateway: Gateway, call: Call, slug: str, operation: str) -> Answer:
    """Answer for what looks like the path of a model."""
    model = model_by_slug(slug)
    if model and model.operation == operation:
        raise MethodRefused(["POST"])
    if model or call.environ["REQUEST_METHOD"] != "POST":
        raise ResourceNotFound
    gateway.admit(call.key)
    raise ModelNotFound(slug)


def _valid_request(model: Model, call: Call, *, strict: bool) -> dict[str, Any]:
    body = read_body(call.environ.get("CONTENT_TYPE"), call.body())
    if not model.is_valid(body):
        raise BadRequest(" ".join(f"{problem.message}." for problem in model.problems(body)))
    if unknown := model.unknown_fields(body):
        if strict:
            raise BadRequest(f"{model.title} does not know the field {', '.join(unknown)}.")
        call.note(f"unknown field ignored: {', '.join(unknown)}")
    return model.with_defaults(body)
