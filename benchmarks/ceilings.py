"""What Python and the server under us can do at most: the same two answers, with nothing behind them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Flask, Response
from work import EXAMPLE_ID, STATUS_PATH, SUBMIT_PATH, completed, queued

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

ACCEPTED = json.dumps(queued(EXAMPLE_ID, "http://127.0.0.1")).encode()
COMPLETED = json.dumps(completed(EXAMPLE_ID, "http://127.0.0.1")).encode()

flask_app = Flask(__name__)


@flask_app.post(SUBMIT_PATH)
def submit() -> Response:
    """Accept whatever comes."""
    return Response(ACCEPTED, 202, mimetype="application/json")


@flask_app.get(STATUS_PATH + "<request_id>")
def status(request_id: str) -> Response:  # noqa: ARG001 - Flask passes it by name
    """Answer with the one document."""
    return Response(COMPLETED, 200, mimetype="application/json")


def bare_app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer as the Flask application does, without a framework."""
    post = environ["REQUEST_METHOD"] == "POST"
    body = ACCEPTED if post else COMPLETED
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response("202 Accepted" if post else "200 OK", headers)
    return [body]
