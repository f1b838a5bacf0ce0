"""Downloading pictures: public, as from a content delivery network, with ranges and validators."""

from hashlib import blake2b

from flask import Flask, Response, request

from mockgateway.domain.document import MEDIA_TYPES
from mockgateway.domain.gateway import Gateway
from mockgateway.domain.job import Job
from mockgateway.pictures import Gallery, Picture
from zimage_schemas import model_by_slug

# The network in front of the pictures answers in HTML, unlike the gateway.
_NOT_FOUND = "<!doctype html><title>404</title><h1>404</h1><p>There is no such picture.</p>\n"
# A picture never changes.
_FOR_EVER = "public, max-age=31536000, immutable"


def add_routes(app: Flask, gateway: Gateway, gallery: Gallery) -> None:
    """Serve the pictures of finished jobs."""

    @app.route("/v1/<request_id>/<name>", methods=["GET"], provide_automatic_options=False)
    def media(request_id: str, name: str) -> Response:
        found = gateway.picture(request_id, name)
        if found is None:
            return Response(_NOT_FOUND, 404, content_type="text/html; charset=utf-8")
        job, index = found
        return _answer(gallery.bytes_of(_picture(job, index)), MEDIA_TYPES[job.output_format])


def _answer(content: bytes, media_type: str) -> Response:
    answer = Response(content, 200, content_type=media_type)
    answer.headers["Cache-Control"] = _FOR_EVER
    answer.set_etag(blake2b(content, digest_size=16).hexdigest())
    answer.make_conditional(request.environ, accept_ranges=True, complete_length=len(content))
    return answer


def _picture(job: Job, index: int) -> Picture:
    model = model_by_slug(job.model)
    return Picture(
        request_id=job.request_id,
        model=model.title if model else job.model,
        prompt=job.prompt,
        image_size=job.image_size,
        output_format=job.output_format,
        index=index,
        count=job.num_images,
    )
