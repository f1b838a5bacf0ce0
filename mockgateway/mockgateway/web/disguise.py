"""Looking like the live gateway, which is two hosts: one for calls, one for pictures, and nothing else.

Who stands in front of the application and speaks for those hosts leaves in the environment which of
them a call is for. What the live host would not serve there is then not served either: no control
API, no OpenAPI document, and pictures on their own host only.
"""

from enum import Enum
from typing import TYPE_CHECKING

from flask import Response

from mockgateway.domain.refusals import ResourceNotFound
from mockgateway.web.refused import refused
from mockgateway.web.wire import PLACE, Call
from zimage_schemas import MEDIA_PATH, MODELS, STATUS_PATH

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_STATUS = STATUS_PATH.partition("{")[0]
_PICTURES = MEDIA_PATH.replace("{", "<").replace("}", ">")
_CALLS = frozenset(
    {
        *(model.submit_path for model in MODELS.values()),
        STATUS_PATH.replace("{", "<").replace("}", ">"),
        "/<slug>/v1/<operation>",
    }
)


class Place(Enum):
    """Which host a call came for."""

    CALLS = "calls"
    PICTURES = "pictures"
    NOWHERE = "nowhere"


def takes_calls(environ: "WSGIEnvironment") -> bool:
    """Say whether submits and polls are answered here."""
    return environ.get(PLACE, Place.CALLS) is Place.CALLS


def misplaced(call: Call, rule: str | None) -> Response | None:
    """Answer a call that the live host would not serve; `rule` is the route that it takes, if any."""
    place = call.environ.get(PLACE)
    if place is Place.CALLS and not _is_call(call.environ["PATH_INFO"], rule):
        answer = refused(ResourceNotFound(), call)
        return Response(answer.body, answer.status, answer.headers)
    if place is Place.PICTURES and rule != _PICTURES:
        page = "<!doctype html><title>404</title><h1>404</h1><p>This object could not be viewed.</p>\n"
        return Response(page, 404, content_type="text/html; charset=utf-8")
    if place is Place.NOWHERE:
        said = "The Host header names neither the gateway nor its pictures.\n"
        return Response(said, 421, content_type="text/plain; charset=utf-8")
    return None


def _is_call(path: str, rule: str | None) -> bool:
    # No route: a path that is nowhere, or a method that it does not take, which only a status may tell.
    return rule in _CALLS if rule else path.startswith(_STATUS)
