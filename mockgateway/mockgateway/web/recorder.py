"""Recording exchanges: from a WSGI environment and what was answered to an entry of a journal."""

from contextlib import suppress
from io import BytesIO
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from mockgateway.domain.entry import Entry, Headers, Kind
from mockgateway.domain.gateway import Gateway
from mockgateway.domain.job import Job
from mockgateway.domain.journal import ANONYMOUS, Journals
from mockgateway.domain.keys import plausible
from mockgateway.domain.manner import Manner
from mockgateway.web.wire import PLACE, Call
from zimage_schemas import MEDIA_PATH, MODELS, STATUS_PATH

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

FOUND = "mockgateway.found"
"""Where an endpoint leaves what it found out, to spare the recorder looking again; see `found`."""

HEADERS = "mockgateway.headers"
"""Where the server leaves the headers as they were sent; else they are read from the environment."""

MANNER = "mockgateway.manner"
"""Where a rule leaves how the answer travels."""

RULE = "mockgateway.rule"
"""Where a rule leaves its name."""

_CONTROL = "/__mock__/"
_STATUS = STATUS_PATH.partition("{")[0]
_MEDIA = MEDIA_PATH.partition("{")[0]
_SUBMITS = {model.submit_path: model.slug for model in MODELS.values()}
_NO_FIELDS = ("HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH")


class _Asked(NamedTuple):
    """What a request line asks for."""

    kind: Kind
    request_id: str | None = None
    model: str | None = None


_OTHER = _Asked("other")


class Recorder:
    """Records what a gateway is asked and answers, but for its control API."""

    def __init__(self, gateway: Gateway, journals: Journals) -> None:
        self._gateway = gateway
        self._journals = journals

    def record(
        self, environ: "WSGIEnvironment", began: float, status: int, headers: Headers, body: bytes
    ) -> None:
        """Record an exchange that `began` then, by `perf_counter`; its answer is ready to be sent."""
        path = environ["PATH_INFO"]
        if path.startswith(_CONTROL) and PLACE not in environ:
            return
        took = (perf_counter() - began) * 1000
        real = self._gateway.real() - int(took)
        found = environ.get(FOUND)
        if found is not None:
            kind, job, told = found
            account, request_id, model = job.account, job.request_id, job.model
        else:
            kind, request_id, model = _asked(environ["REQUEST_METHOD"], path)
            account, told = self._whose(environ, kind, request_id, real)
        entry = Entry(
            account=account,
            kind=kind,
            real=real,
            told=told,
            took=took,
            client=environ.get("REMOTE_ADDR", ""),
            scheme=environ["wsgi.url_scheme"],
            protocol=environ["SERVER_PROTOCOL"],
            method=environ["REQUEST_METHOD"],
            path=path if path.isascii() else path.encode("latin-1", "replace").decode("utf-8", "replace"),
            query=environ.get("QUERY_STRING", ""),
            headers=environ.get(HEADERS) or _headers(environ),
            body=_body(environ),
            status=status,
            answer_headers=headers,
            answer=body,
            request_id=request_id,
            model=model,
            rule=environ.get(RULE),
        )
        if (manner := environ.get(MANNER)) is not None:
            _travel(entry, manner, body)
        self._journals.record(entry)

    def _whose(
        self, environ: "WSGIEnvironment", kind: Kind, request_id: str | None, real: int
    ) -> tuple[str, int]:
        """Name the account of an exchange that found no job, and its time."""
        key, gateway = Call(environ).key, self._gateway
        exists = key and plausible(key) and (gateway.rules.keys is None or key in gateway.rules.keys)
        account = gateway.name(key) if exists else ANONYMOUS
        with suppress(Exception):  # a store that fails is no reason not to answer
            if kind == "media" and (found := gateway.find(request_id or "")):
                return found[0].account, found[1]
            if exists:
                return account, gateway.account(key).clock.at(real)
        return account, real


def found(environ: "WSGIEnvironment", kind: Kind, job: Job, now: int) -> None:
    """Leave word of what a call asked for, of which job, and of its account's time."""
    environ[FOUND] = kind, job, now


def _asked(method: str, path: str) -> _Asked:
    if method == "GET" and path.startswith(_STATUS):
        request_id = path[len(_STATUS) :]
        return _Asked("status", request_id) if "/" not in request_id else _OTHER
    if method == "POST" and path in _SUBMITS:
        return _Asked("submit", None, _SUBMITS[path])
    if path.startswith(_MEDIA):
        return _Asked("media", path[len(_MEDIA) :].partition("/")[0])
    return _OTHER


def _headers(environ: "WSGIEnvironment") -> list[tuple[str, str]]:
    headers = [
        (name[5:].replace("_", "-").lower(), value)
        for name, value in environ.items()
        if name.startswith("HTTP_") and name not in _NO_FIELDS
    ]
    plain = (("content-type", "CONTENT_TYPE"), ("content-length", "CONTENT_LENGTH"))
    return headers + [(name, environ[variable]) for name, variable in plain if environ.get(variable)]


def _body(environ: "WSGIEnvironment") -> bytes:
    """Return the body, whether or not the call was answered before anybody read it."""
    stream = environ["wsgi.input"]
    if type(stream) is BytesIO:
        return stream.getvalue()  # the same bytes, not a copy
    read: bytes = environ.get("mockgateway.body", b"")
    return read


def _travel(entry: Entry, manner: Manner, body: bytes) -> None:
    """Note what becomes of an answer on its way."""
    entry.took += manner.delay * 1000
    if manner.reset or manner.hang:
        entry.broken = "connection reset" if manner.reset else "no answer until the client left"
        entry.status, entry.answer_headers, entry.answer = 0, [], b""
        return
    if manner.drip is not None:
        entry.took += manner.drip.gap * manner.drip.pieces * 1000
    if manner.truncate is not None:
        entry.answer = sent = body[: int(len(body) * manner.truncate)]
        entry.broken = f"connection closed after {len(sent):,} of {len(body):,} bytes"
