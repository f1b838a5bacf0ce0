"""The peers' own configuration files, made from the one schema and the one pair of answers in `work`."""

import json
from pathlib import Path
from typing import Any

from work import EXAMPLE_ID, HERE, KEY_HEADER, MODEL, STATUS_PATH, SUBMIT_PATH, completed, queued

SCHEMA: dict[str, Any] = json.loads((HERE / "peers" / "submit.schema.json").read_text())
JSON = {"Content-Type": "application/json"}
NO_KEY = {"statusCode": 401, "message": "Access denied due to missing subscription key."}
BAD = {"error": "Bad Request", "message": "the body does not satisfy the schema"}


def write(path: Path, document: object) -> Path:
    """Write a JSON document, with the folders that lead to it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1))
    return path


# --- WireMock: stubs by priority; the best answer first, then the two refusals ---


def _stub(priority: int, request: dict[str, Any], status: int, body: str) -> dict[str, Any]:
    return {
        "priority": priority,
        "request": request,
        "response": {
            "status": status,
            "headers": JSON,
            "body": body,
            "transformers": ["response-template"],
        },
    }


def wiremock(folder: Path) -> Path:
    """Write WireMock's root folder: header and JSON-schema matching, templated answers."""
    key = {"headers": {KEY_HEADER: {"matches": ".+"}}}
    post = {"method": "POST", "urlPath": SUBMIT_PATH}
    get = {"method": "GET", "urlPathTemplate": STATUS_PATH + "{id}"}
    schema = {"bodyPatterns": [{"matchesJsonSchema": json.dumps(SCHEMA), "schemaVersion": "V202012"}]}
    accepted = f"{{{{#assign 'id'}}}}{MODEL}_{{{{randomValue type='UUID'}}}}{{{{/assign}}}}" + json.dumps(
        queued("{{id}}", "{{request.baseUrl}}")
    )
    document = json.dumps(completed("{{request.path.id}}", "{{request.baseUrl}}"))
    stubs = [
        _stub(1, post | key | schema, 202, accepted),
        _stub(1, get | key, 200, document),
        _stub(2, post | key, 400, json.dumps(BAD)),
        _stub(3, post, 401, json.dumps(NO_KEY)),
        _stub(3, get, 401, json.dumps(NO_KEY)),
    ]
    write(folder / "mappings" / "gateway.json", {"mappings": stubs})
    return folder


# --- Prism: an OpenAPI document; it can only answer with the examples ---


def _reply(what: str, example: object) -> dict[str, Any]:
    content = {"application/json": {"schema": {"type": "object"}, "example": example}}
    return {"description": what, "content": content}


def prism(folder: Path) -> Path:
    """Write Prism's OpenAPI document: security scheme, request schema, one example per answer."""
    refusals = {"400": _reply("refused", BAD), "401": _reply("no key", NO_KEY)}
    submit = {
        "requestBody": {"required": True, "content": {"application/json": {"schema": SCHEMA}}},
        "responses": {"202": _reply("accepted", queued(EXAMPLE_ID, "http://127.0.0.1")), **refusals},
    }
    status = {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "responses": {"200": _reply("status", completed(EXAMPLE_ID, "http://127.0.0.1")), **refusals},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "gateway", "version": "1"},
        "security": [{"key": []}],
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": KEY_HEADER}}},
        "paths": {SUBMIT_PATH: {"post": submit}, STATUS_PATH + "{id}": {"get": status}},
    }
    return write(folder / "openapi.json", document)


# --- Mockoon: responses by rules in order; the schema lies in a data bucket ---

_KEY_RULE = {"target": "header", "modifier": KEY_HEADER, "value": "", "operator": "null"}
_SCHEMA_RULE = {
    "target": "body",
    "modifier": "",
    "value": "submit",
    "invert": False,
    "operator": "valid_json_schema",
}


def _response(number: int, status: int, body: str, rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "uuid": f"00000000-0000-4000-8000-0000000000{number:02}",
        "statusCode": status,
        "headers": [{"key": "Content-Type", "value": "application/json"}],
        "body": body,
        "bodyType": "INLINE",
        "rules": rules,
        "rulesOperator": "AND",
        "default": not rules,
    }


def _route(number: int, method: str, endpoint: str, responses: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "uuid": f"00000000-0000-4000-8000-0000000001{number:02}",
        "type": "http",
        "method": method,
        "endpoint": endpoint.lstrip("/"),
        "responses": responses,
    }


def mockoon(folder: Path) -> Path:
    """Write Mockoon's environment: rules on the header and the schema, templated answers."""
    with_key, without_key = {**_KEY_RULE, "invert": True}, {**_KEY_RULE, "invert": False}
    accepted = (
        f"{{{{#with (concat '{MODEL}_' (uuid))}}}}"
        + json.dumps(queued("{{this}}", "{{baseUrl}}"))
        + "{{/with}}"
    )
    document = json.dumps(completed("{{urlParam 'id'}}", "{{baseUrl}}"))
    submit = [
        _response(1, 202, accepted, [with_key, _SCHEMA_RULE]),
        _response(2, 401, json.dumps(NO_KEY), [without_key]),
        _response(3, 400, json.dumps(BAD), []),
    ]
    status = [
        _response(4, 200, document, [with_key]),
        _response(5, 401, json.dumps(NO_KEY), []),
    ]
    routes = [_route(1, "post", SUBMIT_PATH, submit), _route(2, "get", STATUS_PATH + ":id", status)]
    bucket = {
        "uuid": "00000000-0000-4000-8000-000000000200",
        "id": "submit",
        "name": "submit",
        "documentation": "",
        "value": json.dumps(SCHEMA),
    }
    children = [{"type": "route", "uuid": route["uuid"]} for route in routes]
    environment = {"uuid": "00000000-0000-4000-8000-000000000300", "name": "gateway", "lastMigration": 33}
    return write(
        folder / "environment.json",
        environment | {"routes": routes, "rootChildren": children, "data": [bucket]},
    )
