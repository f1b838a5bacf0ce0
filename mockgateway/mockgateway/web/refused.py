"""The one place where refusals become answers."""

from uuid import uuid4

from mockgateway.domain.keys import redact
from mockgateway.domain.refusals import InternalError, KeyRefused, MethodRefused, RateLimited, Refusal
from mockgateway.web.wire import Answer, Call, Headers, json_answer


def refused(refusal: Refusal, call: Call) -> Answer:
    """Answer in the refusal's dialect; a key in its sentences is shortened."""
    body = {name: _safe(value, call) for name, value in refusal.body().items()}
    return json_answer(body, refusal.code, _headers(refusal, call))


def crashed(error: Exception, call: Call) -> Answer:
    """Answer 500 to what should not have happened, and write it down."""
    refusal = InternalError(str(uuid4()))
    call.environ["wsgi.errors"].write(
        f"mockgateway: internal error {refusal.activity}: {_safe(repr(error), call)}\n"
    )
    return refused(refusal, call)


def _headers(refusal: Refusal, call: Call) -> Headers:
    if isinstance(refusal, KeyRefused):
        return [("WWW-Authenticate", call.challenge())]
    if isinstance(refusal, MethodRefused):
        return [("Allow", ", ".join(refusal.allowed))]
    if isinstance(refusal, RateLimited):
        return [("Retry-After", str(refusal.seconds))]
    return []


def _safe(value: object, call: Call) -> object:
    return redact(value, call.key) if isinstance(value, str) else value
