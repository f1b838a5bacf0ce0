"""Submitting jobs and asking after them."""

from flask import Flask, Response, request
from zimage_schemas import Model, model_by_slug

from mockgateway.domain.body import read_body
from mockgateway.domain.document import status_document, submit_answer
from mockgateway.domain.gateway import Gateway
from mockgateway.domain.refusals import BadRequest, ModelNotFound, ResourceNotFound
from mockgateway.web.wire import json_answer, origin, required_key


def add_routes(app: Flask, gateway: Gateway) -> None:
    """Serve submit and status."""

    @app.route("/<slug>/v1/<operation>", methods=["POST"], provide_automatic_options=False)
    def submit(slug: str, operation: str) -> Response:
        model = model_by_slug(slug)
        if model and model.operation != operation:
            raise ResourceNotFound
        key = required_key()
        if model is None:
            raise ModelNotFound(slug)
        here = origin()
        job = gateway.submit(key, slug, _valid_request(model))
        return json_answer(submit_answer(job, here), 202)

    @app.route("/v2/requests/status/<request_id>", methods=["GET"], provide_automatic_options=False)
    def status(request_id: str) -> Response:
        if request.method != "GET":  # HEAD, which Flask adds, is no operation of this API
            raise ResourceNotFound
        job = gateway.job(required_key(), request_id)
        return json_answer(status_document(job, gateway.now(), origin()), 200)


def _valid_request(model: Model) -> dict[str, object]:
    body = read_body(request.content_type, request.get_data(cache=False))
    if not model.is_valid(body):
        raise BadRequest(" ".join(f"{problem.message}." for problem in model.problems(body)))
    if unknown := model.unknown_fields(body):
        request.environ["mockgateway.note"] = f"unknown field ignored: {', '.join(unknown)}"
    return model.with_defaults(body)
