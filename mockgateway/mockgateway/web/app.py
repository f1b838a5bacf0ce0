"""The Flask application: its routes, and the one place where refusals become answers."""

from uuid import uuid4

from flask import Flask, Request, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge
from werkzeug.routing import MapAdapter

from mockgateway.domain.body import BODY_LIMIT
from mockgateway.domain.gateway import Gateway
from mockgateway.domain.keys import redact
from mockgateway.domain.refusals import (
    BadRequest,
    BodyTooLarge,
    InternalError,
    KeyRefused,
    MethodRefused,
    Refusal,
    ResourceNotFound,
)
from mockgateway.pictures import Gallery
from mockgateway.web import jobs, media, openapi
from mockgateway.web.wire import challenge, json_answer, sent_key


class _App(Flask):
    """Flask without what this gateway has no use for: hosts and subdomains in routing, sessions."""

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Match the path alone: saves a fifth of a poll."""
        if request is None:
            return None
        return MapAdapter(self.url_map, "", "", "", request.scheme, request.path, request.method)


def create_wsgi_app(gateway: Gateway, gallery: Gallery) -> Flask:
    """Make the application that serves one gateway."""
    app = _App("mockgateway", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    # Platforms of this kind do not redirect a misspelt path: it is not found.
    app.url_map.merge_slashes = False
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _crashed)
    app.before_request(_exactly)
    jobs.add_routes(app, gateway)
    media.add_routes(app, gateway, gallery)
    openapi.add_routes(app)
    return app


def _exactly() -> None:
    """Refuse what Werkzeug would set right: a method in small letters, slashes before the path."""
    if request.environ["PATH_INFO"].startswith("//"):
        raise ResourceNotFound
    if request.url_rule and request.environ["REQUEST_METHOD"] != request.method:
        raise MethodRefused(request.url_rule.methods or ("POST",))


def _refused(refusal: Refusal) -> Response:
    body = {name: _safe(value) for name, value in refusal.body().items()}
    answer = json_answer(body, refusal.code)
    if isinstance(refusal, KeyRefused):
        answer.headers["WWW-Authenticate"] = challenge()
    if isinstance(refusal, MethodRefused):
        answer.headers["Allow"] = ", ".join(refusal.allowed)
    return answer


def _safe(value: object) -> object:
    return redact(value, sent_key()) if isinstance(value, str) else value


def _http_error(error: HTTPException) -> Response:
    if isinstance(error, NotFound):
        return _refused(ResourceNotFound())
    if isinstance(error, MethodNotAllowed):
        return _refused(MethodRefused(error.valid_methods or ()))
    if isinstance(error, RequestEntityTooLarge):
        return _refused(BodyTooLarge(BODY_LIMIT))
    return _refused(BadRequest(error.description or "The request cannot be read."))


def _crashed(error: Exception) -> Response:
    refusal = InternalError(str(uuid4()))
    request.environ["wsgi.errors"].write(
        f"mockgateway: internal error {refusal.activity}: {_safe(repr(error))}\n"
    )
    return _refused(refusal)
