"""Submitting jobs and asking after them."""

from functools import partial

from flask import Flask, Response, request

from mockgateway.domain.body import read_body
from mockgateway.domain.document import status_document, submit_answer
from mockgateway.domain.gateway import Gateway
from mockgateway.domain.refusals import BadRequest, MethodRefused, ModelNotFound, ResourceNotFound
from mockgateway.domain.webhook import check_target
from mockgateway.web.wire import json_answer, origin, sent_key
from zimage_schemas import MODELS, WEBHOOK_HEADER, Model, model_by_slug


def add_routes(app: Flask, gateway: Gateway) -> None:
    """Serve submit and status, and answer for models that there are not."""
    for model in MODELS.values():
        app.add_url_rule(
            model.submit_path,
            endpoint=f"submit_{model.name}",
            view_func=partial(_submit, gateway, model),
            methods=["POST"],
            provide_automatic_options=False,
        )
    app.add_url_rule(
        "/v2/requests/status/<request_id>",
        endpoint="status",
        view_func=partial(_status, gateway),
        methods=["GET"],
        provide_automatic_options=False,
    )
    for rule in app.url_map.iter_rules("status"):
        (rule.methods or set()).discard("HEAD")  # which Flask adds, and this API has not
    app.add_url_rule(
        "/<slug>/v1/<operation>",
        endpoint="no_model",
        view_func=partial(_no_model, gateway),
        provide_automatic_options=False,
    )
    for rule in app.url_map.iter_rules("no_model"):
        rule.methods = None  # all, made-up ones too: which are right depends on the path


def _submit(gateway: Gateway, model: Model) -> Response:
    key = sent_key()
    gateway.admit(key)
    here = origin()
    check_target(request.headers.get(WEBHOOK_HEADER))
    job = gateway.submit(key, model.slug, _valid_request(model))
    return json_answer(submit_answer(job, here), 202)


def _status(gateway: Gateway, request_id: str) -> Response:
    key = sent_key()
    gateway.admit(key)
    job = gateway.job(key, request_id)
    return json_answer(status_document(job, gateway.now(), origin()), 200)


def _no_model(gateway: Gateway, slug: str, operation: str) -> Response:
    model = model_by_slug(slug)
    if model and model.operation == operation:
        raise MethodRefused(["POST"])
    if model or request.method != "POST":
        raise ResourceNotFound
    gateway.admit(sent_key())
    raise ModelNotFound(slug)


def _valid_request(model: Model) -> dict[str, object]:
    body = read_body(request.content_type, request.get_data(cache=False))
    if not model.is_valid(body):
        raise BadRequest(" ".join(f"{problem.message}." for problem in model.problems(body)))
    if unknown := model.unknown_fields(body):
        request.environ["mockgateway.note"] = f"unknown field ignored: {', '.join(unknown)}"
    return model.with_defaults(body)
