"""Submitting jobs and asking after them."""

from mockgateway.domain.body import read_body
from mockgateway.domain.delivery import Callback
from mockgateway.domain.document import status_document, submit_answer
from mockgateway.domain.gateway import Gateway
from mockgateway.domain.refusals import BadRequest, MethodRefused, ModelNotFound, ResourceNotFound
from mockgateway.domain.webhook import check_target, shown_url
from mockgateway.web.recorder import found
from mockgateway.web.wire import Answer, Call, json_answer
from zimage_schemas import WEBHOOK_HEADER, Model, model_by_slug


def submit(gateway: Gateway, model: Model, call: Call) -> Answer:
    """Accept a job."""
    key = call.key
    gateway.admit(key, submit=True)
    here = call.origin
    callback = _callback(gateway, call, here)
    job = gateway.submit(key, model.slug, _valid_request(model, call), callback=callback)
    found(call.environ, "submit", job, job.created)
    return json_answer(submit_answer(job, here), 202)


def status(gateway: Gateway, call: Call, request_id: str) -> Answer:
    """Say how a job is doing."""
    key = call.key
    gateway.admit(key)
    job, now = gateway.job(key, request_id)
    found(call.environ, "status", job, now)
    return json_answer(status_document(job, now, call.origin), 200)


def no_model(gateway: Gateway, call: Call, slug: str, operation: str) -> Answer:
    """Answer for what looks like the path of a model."""
    model = model_by_slug(slug)
    if model and model.operation == operation:
        raise MethodRefused(["POST"])
    if model or call.environ["REQUEST_METHOD"] != "POST":
        raise ResourceNotFound
    gateway.admit(call.key)
    raise ModelNotFound(slug)


def _callback(gateway: Gateway, call: Call, here: str) -> Callback | None:
    url = call.header(WEBHOOK_HEADER)
    check_target(url, gateway.rules.policy)
    return None if url is None else Callback(url, shown_url(url, call.key), here)


def _valid_request(model: Model, call: Call) -> dict[str, object]:
    body = read_body(call.environ.get("CONTENT_TYPE"), call.body())
    if not model.is_valid(body):
        raise BadRequest(" ".join(f"{problem.message}." for problem in model.problems(body)))
    if unknown := model.unknown_fields(body):
        call.note(f"unknown field ignored: {', '.join(unknown)}")
    return model.with_defaults(body)
