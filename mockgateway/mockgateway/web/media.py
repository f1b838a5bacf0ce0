"""Downloading pictures: public, as from a content delivery network, with ranges and validators."""

import re
from hashlib import blake2b
from http import HTTPStatus

from flask import Flask, Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from mockgateway.domain.document import MEDIA_TYPES
from mockgateway.domain.gateway import Gateway
from mockgateway.domain.job import Job
from mockgateway.pictures import Gallery, Picture
from mockgateway.web.effects import affected
from mockgateway.web.wire import Answer, Call
from zimage_schemas import model_by_slug

_ONE_RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))")
# A picture never changes.
_FOR_EVER = "public, max-age=31536000, immutable"


def add_routes(app: Flask, gateway: Gateway, gallery: Gallery) -> None:
    """Serve the pictures of finished jobs."""

    @app.route("/v1/<request_id>/<name>", methods=["GET"], provide_automatic_options=False)
    def media(request_id: str, name: str) -> Response:
        found = gateway.picture(request_id, name)
        if found is None:
            return _page(404, "There is no such picture.")
        job, index = found
        plain = gateway.scenario_of(job).switches.plain_pictures
        picture = gallery.bytes_of(_picture(job, index, plain=plain))
        return _affected(gateway, job, _answer(picture, MEDIA_TYPES[job.output_format]))


def _affected(gateway: Gateway, job: Job, answer: Response) -> Response:
    effect = gateway.effect_on_job("media", job) if request.method == "GET" else None
    if effect is None:
        return answer
    headers = [(name, value) for name, value in answer.headers.items() if name != "Content-Length"]
    content = Answer(answer.status_code, answer.get_data(), headers)
    sent = affected(gateway, effect, Call(request.environ), content)
    return Response(sent.body, sent.status, sent.headers)


def _answer(content: bytes, media_type: str) -> Response:
    answer = Response(content, 200, content_type=media_type)
    answer.headers["Cache-Control"] = _FOR_EVER
    answer.set_etag(blake2b(content, digest_size=16).hexdigest())
    environ = {name: value for name, value in request.environ.items() if name != "HTTP_RANGE"}
    if wanted := _range(len(content)):
        environ["HTTP_RANGE"] = wanted
    try:
        answer.make_conditional(environ, accept_ranges=True, complete_length=len(content))
    except RequestedRangeNotSatisfiable:
        refusal = _page(416, "The picture ends before that range.")
        refusal.headers["Content-Range"] = f"bytes */{len(content)}"
        return refusal
    if answer.status_code == HTTPStatus.PRECONDITION_FAILED:
        return _page(412, "The picture is another than you ask for.")
    return answer


def _range(length: int) -> str | None:
    """Return the range asked for; None for all that HTTP says to ignore (RFC 9110, section 14.2)."""
    found = _ONE_RANGE.fullmatch(request.headers.get("Range", "")) if request.method == "GET" else None
    if found is None:
        return None
    first, last, suffix = found.groups()
    if suffix:
        return f"bytes=-{min(int(suffix), length)}"
    return None if last and int(last) < int(first) else found[0]


def _page(status: int, sentence: str) -> Response:
    # The network in front of the pictures answers in HTML, unlike the gateway.
    page = f"<!doctype html><title>{status}</title><h1>{status}</h1><p>{sentence}</p>\n"
    return Response(page, status, content_type="text/html; charset=utf-8")


def _picture(job: Job, index: int, *, plain: bool) -> Picture:
    model = model_by_slug(job.model)
    return Picture(
        request_id=job.request_id,
        model=model.title if model else job.model,
        prompt=job.prompt,
        image_size=job.image_size,
        output_format=job.output_format,
        index=index,
        count=job.num_images,
        plain=plain,
    )
