"""The Flask application: its routes, and a short way for the calls that come most."""

from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from mockgateway._version import __version__
from mockgateway.domain.gateway import Gateway
from mockgateway.domain.refusals import BadRequest, MethodRefused, Refusal, ResourceNotFound
from mockgateway.pictures import Gallery
from mockgateway.web import jobs, media, openapi
from mockgateway.web.control import Room
from mockgateway.web.control import add_routes as add_control
from mockgateway.web.control.described import PREFIX
from mockgateway.web.control.problem import Problem
from mockgateway.web.disguise import misplaced, takes_calls
from mockgateway.web.recorder import Recorder
from mockgateway.web.refused import crashed, refused
from mockgateway.web.wire import Answer, Call
from zimage_schemas import MODELS, STATUS_PATH

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Endpoint = Callable[..., Answer]

_STATUS = STATUS_PATH.partition("{")[0]
_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class _App(Flask):
    """Flask, with submits and polls answered before a request context is opened for them.

    They need nothing of it, come a thousand times as often as the rest, and take half the time
    without it. A call that is not exactly one of them goes Flask's way.
    """

    def __init__(self, gateway: Gateway, recorder: Recorder) -> None:
        super().__init__("mockgateway", static_folder=None)
        self._recorder = recorder
        self._status: Endpoint = partial(jobs.status, gateway)
        self._submits: dict[str, Endpoint] = {
            model.submit_path: partial(jobs.submit, gateway, model) for model in MODELS.values()
        }

    def wsgi_app(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one call, and record it."""
        began = perf_counter()
        endpoint = self._short_way(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if endpoint is None or not takes_calls(environ):
            return self._way_of_flask(environ, start_response, began)
        answer = _answered(endpoint, Call(environ))
        body, headers = answer.body, [*answer.headers, ("Content-Length", str(len(answer.body)))]
        self._recorder.record(environ, began, answer.status, headers, body)
        start_response(_LINES.get(answer.status) or f"{answer.status} Unknown", headers)
        return [body]

    def _way_of_flask(
        self, environ: "WSGIEnvironment", start_response: "StartResponse", began: float
    ) -> list[bytes]:
        started: list[Any] = []

        def start(*said: Any) -> Any:
            started[:] = said

        body = b"".join(super().wsgi_app(environ, start))
        status, headers = started[:2]
        self._recorder.record(environ, began, int(status[:3]), headers, body)
        start_response(status, headers)
        return [body]

    def _short_way(self, method: str, path: str) -> Endpoint | None:
        if method == "POST":
            return self._submits.get(path)
        if method == "GET" and path.startswith(_STATUS):
            request_id = path[len(_STATUS) :]
            if request_id and "/" not in request_id:
                return partial(self._status, request_id=request_id)
        return None


def create_wsgi_app(gateway: Gateway, gallery: Gallery, room: Room) -> Flask:
    """Make the application that serves one gateway, and the hand of the test on it; safe from any thread."""
    # Werkzeug compiles routes by way of `ast`, which in Python 3.11 counts one depth for all threads.
    with _COMPILING:
        return _app(gateway, gallery, room)


_COMPILING = Lock()


def _app(gateway: Gateway, gallery: Gallery, room: Room) -> Flask:
    app = _App(gateway, Recorder(gateway, room.control.journals))
    # Platforms of this kind do not redirect a misspelt path: it is not found.
    app.url_map.merge_slashes = False
    app.register_error_handler(HTTPException, _http_error)
    app.before_request(_exactly)
    for model in MODELS.values():
        _route(app, model.submit_path, partial(jobs.submit, gateway, model), {"POST"})
    _route(app, "/v2/requests/status/<request_id>", partial(jobs.status, gateway), {"GET"})
    # Made-up methods too: which are right depends on the path.
    _route(app, "/<slug>/v1/<operation>", partial(jobs.no_model, gateway), None)
    media.add_routes(app, gateway, gallery)
    openapi.add_routes(app)
    add_control(app, room, __version__)
    return app


def _route(app: Flask, path: str, endpoint: Endpoint, methods: set[str] | None) -> None:
    app.add_url_rule(path, path, partial(_view, endpoint), provide_automatic_options=False)
    for rule in app.url_map.iter_rules(path):
        rule.methods = methods  # exactly: Flask adds HEAD, which this API has not


def _view(endpoint: Endpoint, **parts: Any) -> Response:
    return _response(_answered(partial(endpoint, **parts), Call(request.environ)))


def _answered(endpoint: Endpoint, call: Call) -> Answer:
    try:
        return endpoint(call=call)
    except Refusal as refusal:
        return refused(refusal, call)
    except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
        return crashed(error, call)


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, answer.headers)


def _exactly() -> Response | None:
    """Refuse what is not served on this host, and what Werkzeug would set right: small letters, slashes."""
    call = Call(request.environ)
    if answer := misplaced(call, request.url_rule.rule if request.url_rule else None):
        return answer
    if call.environ["PATH_INFO"].startswith("//"):
        return _response(refused(ResourceNotFound(), call))
    if request.url_rule and call.environ["REQUEST_METHOD"] != request.method:
        return _response(refused(MethodRefused(request.url_rule.methods or ("POST",)), call))
    return None


def _http_error(error: HTTPException) -> Response:
    call = Call(request.environ)
    if call.environ["PATH_INFO"].startswith(PREFIX):
        allowed = error.valid_methods if isinstance(error, MethodNotAllowed) else None
        headers = [("Allow", ", ".join(sorted(allowed)))] if allowed else []
        problem = Problem(error.code or 400, "The control API has no such call.", headers)
        return _response(problem.answer())
    if isinstance(error, NotFound):
        return _response(refused(ResourceNotFound(), call))
    if isinstance(error, MethodNotAllowed):
        return _response(refused(MethodRefused(error.valid_methods or ()), call))
    if original := getattr(error, "original_exception", None):
        return _response(crashed(original, call))
    return _response(refused(BadRequest(error.description or "The request cannot be read."), call))
