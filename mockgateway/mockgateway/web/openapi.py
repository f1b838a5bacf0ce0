"""The OpenAPI 3.1 document of the gateway, made from the schemas."""

from functools import cache
from typing import Any

from flask import Flask, Response, jsonify

from mockgateway.domain.body import LARGEST_NUMBER
from mockgateway.domain.document import MEDIA_TYPES
from mockgateway.web.control.described import PREFIX, TAG, control_paths
from zimage_schemas import (
    DOCUMENTS,
    KEY_HEADER,
    LIVE_ORIGIN,
    MEDIA_ORIGIN,
    MEDIA_PATH,
    MODELS,
    STATUS_PATH,
    WEBHOOK_HEADER,
    Model,
)

_KEY = "subscriptionKey"
_ANY = "ignored-value"
_TEXT = {"pattern": "^[^\\u0000]*$"}
_HTML = {"text/html": {"schema": {"type": "string"}}}


def add_routes(app: Flask) -> None:
    """Serve the document."""

    @app.route("/openapi.json", methods=["GET"], provide_automatic_options=False)
    def openapi() -> Response:
        return jsonify(openapi_document())


@cache
def openapi_document() -> dict[str, Any]:
    """Return the document; it is shared, so do not change it."""
    paths: dict[str, dict[str, Any]] = {
        model.submit_path: {"post": _submit(model)} for model in MODELS.values()
    }
    paths[STATUS_PATH] = {"get": _status()}
    paths[MEDIA_PATH] = {"get": _media(), "servers": [{"url": "/"}, {"url": MEDIA_ORIGIN}]}
    paths |= {PREFIX + path: {**part, "servers": [{"url": "/"}]} for path, part in control_paths().items()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Z-Image gateway",
            "version": "1",
            "summary": "Asynchronous image generation: submit, poll or be called back, download.",
            "description": "Written from the provider's public documentation by an unofficial project.",
        },
        "servers": [{"url": "/"}, {"url": LIVE_ORIGIN}],
        "security": [{_KEY: []}],
        "tags": [TAG],
        "paths": paths,
        "components": {
            "schemas": _components(),
            "securitySchemes": {_KEY: {"type": "apiKey", "in": "header", "name": KEY_HEADER}},
        },
    }


def _component(name: str) -> dict[str, Any]:
    # Without its own $id, which would turn every "#" into a pointer to somewhere else.
    schema = DOCUMENTS[name].resolved
    return _chained({key: value for key, value in schema.items() if key not in ("$id", "$schema")})


def _chained(schema: dict[str, Any]) -> dict[str, Any]:
    """Write conditions that exclude each other as one chain: code generators make a mess of `allOf`."""
    parts = schema.get("allOf", [])
    if not parts or not all("if" in part for part in parts):
        return schema
    chain: dict[str, Any] = {}
    for part in reversed(parts):
        chain = {"if": part["if"], "then": part["then"], **({"else": chain} if chain else {})}
    return {key: value for key, value in schema.items() if key != "allOf"} | chain


def _request(name: str) -> dict[str, Any]:
    """Return a request's schema with what the reader of bodies asks of every value."""
    schema = _component(name)
    prompt = schema["properties"]["prompt"] | {"pattern": _TEXT["pattern"]}
    properties = schema["properties"] | {"prompt": prompt}
    return schema | {"properties": properties, "propertyNames": _TEXT, "additionalProperties": _ref(_ANY)}


def _any_value() -> dict[str, Any]:
    return {
        "description": "A field that the model does not know: any JSON value; it is ignored.",
        "minimum": -LARGEST_NUMBER,
        "exclusiveMaximum": LARGEST_NUMBER,
        "pattern": _TEXT["pattern"],
        "items": _ref(_ANY),
        "propertyNames": _TEXT,
        "additionalProperties": _ref(_ANY),
    }


def _components() -> dict[str, Any]:
    requests = {model.request.name: _request(model.request.name) for model in MODELS.values()}
    return {**{name: _component(name) for name in DOCUMENTS}, **requests, _ANY: _any_value()}


def _submit(model: Model) -> dict[str, Any]:
    return {
        "operationId": f"submit_{model.name}",
        "summary": f"Submit a job to {model.title}",
        "parameters": [_webhook_header()],
        "requestBody": {"required": True, "content": _json(model.request.name)},
        "responses": {"202": _accepted(), **_refusals("400", "401", "402", "403", "413", "429", "500")},
        "callbacks": {"ended": {f"{{$request.header.{WEBHOOK_HEADER}}}": {"post": _callback(model)}}},
    }


def _webhook_header() -> dict[str, Any]:
    return {
        "name": WEBHOOK_HEADER,
        "in": "header",
        "description": "Where to post the status document when the job has ended.",
        "schema": {
            "type": "string",
            "format": "uri",
            "pattern": "^https?://",
            "examples": ["https://example.com/callback"],
        },
    }


def _accepted() -> dict[str, Any]:
    link = {"operationId": "status", "parameters": {"request_id": "$response.body#/request_id"}}
    return {
        "description": "Accepted and queued.",
        "content": _json("submit-answer"),
        "links": {"status": link},
    }


def _callback(model: Model) -> dict[str, Any]:
    return {
        "operationId": f"job_ended_{model.name}",
        "summary": "The job has ended",
        "security": [],
        "requestBody": {"required": True, "content": _json("webhook-body")},
        "responses": {"2XX": {"description": "Received."}},
    }


def _status() -> dict[str, Any]:
    return {
        "operationId": "status",
        "summary": "Ask how a job is doing",
        "parameters": [_path_parameter("request_id", "As the submit answered it.")],
        "responses": {
            "200": {"description": "The job as it is now.", "content": _json("status-document")},
            **_refusals("401", "403", "404", "429", "500"),
        },
    }


def _media() -> dict[str, Any]:
    pictures = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()}
    return {
        "operationId": "download",
        "summary": "Download a picture; needs no key",
        "security": [],
        "parameters": [
            _path_parameter("request_id", "The job."),
            _path_parameter("name", "Which of its pictures, as media_url names it."),
        ],
        "responses": {
            "200": {"description": "The picture.", "content": pictures},
            "206": {"description": "The range of it that was asked for.", "content": pictures},
            "304": {"description": "It has not changed; it never does."},
            "404": {"description": "There is no such picture, or not yet.", "content": _HTML},
            "412": {"description": "It has not the ETag of If-Match.", "content": _HTML},
            "416": {"description": "It ends before that range.", "content": _HTML},
        },
    }


def _path_parameter(name: str, description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string"},
    }


_REFUSALS = {
    "400": ("The request breaks a rule, or there is no such model.", "queue-error"),
    "405": ("The method is none that the gateway passes on.", "management-error"),
    "401": ("No key, or one that is not valid.", "management-error"),
    "402": ("The wallet does not suffice.", "queue-error"),
    "403": ("The key may not do this, or its quota is used up.", "management-error"),
    "404": ("There is no such request.", "queue-error"),
    "413": ("The body is over 1 MiB.", "management-error"),
    "429": ("Too many requests: wait as long as Retry-After says.", "management-error"),
    "500": ("The gateway failed.", "management-error"),
}


def _refusals(*codes: str) -> dict[str, Any]:
    return {code: {"description": _REFUSALS[code][0], "content": _json(_REFUSALS[code][1])} for code in codes}


def _json(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": _ref(name)}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
