"""A gateway that keeps the contract, in one class of small methods: a fault overrides one of them.

The life of a job is counted in reads, so that a probe sees every state however busy the machine is: the first
read shows QUEUED, the second PROCESSING, the third the end. Who waits for a callback need not read: then the
job ends after a moment.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from secrets import token_hex
from threading import RLock, Thread
from time import time
from typing import Any
from urllib.parse import unquote, urlsplit

from faulty.bodies import MODELS, BadBodyError, Model, read
from faulty.job import KEYS, SITUATIONS, Job
from faulty.pictures import picture
from faulty.refusals import Refusal, Refusing
from faulty.wire import Answer, Request, answer_json

__all__ = ["KEYS", "Gateway", "Job", "Refusal"]

Deliver = Callable[[str, str, bytes, dict[str, str]], None]
"""Sends a callback: method, URL, body, headers."""

_GOOD = frozenset(KEYS) - {"invalid"}
_STATUS = "/v2/requests/status/"
_LARGEST_BODY = 1024 * 1024
_LIFE = 0.03
"""Seconds after which a job ends that nobody reads but that is to be called back about."""
_TELLING = 5
"""Seconds that a callback may take."""


def _nowhere(_method: str, _url: str, _body: bytes, _headers: dict[str, str]) -> None:
    """Send nothing: a gateway alone reaches nobody."""


class Gateway(Refusing):
    """The whole gateway."""

    models: tuple[Model, ...] = MODELS
    unenforced: frozenset[str] = frozenset()
    submit_status = 202

    def __init__(self) -> None:
        self.deliver: Deliver = _nowhere
        self.jobs: dict[str, Job] = {}
        self.lock = RLock()
        self.numbers = count(1)
        self.errands: list[Thread] = []

    # Ways through the gateway

    def answer(self, request: Request) -> Answer:
        """Answer one request."""
        try:
            return self.route(request)
        except Refusal as refusal:
            return self.refuse(refusal, request)

    def route(self, request: Request) -> Answer:
        """Find who answers, by method and path."""
        path = urlsplit(request.path).path
        if request.method == "POST" and (model := self.model_at(path)):
            return self.submit(request, model)
        if request.method == "GET" and path.startswith(_STATUS) and (name := path[len(_STATUS) :]):
            return self.status(request, unquote(name))
        parts = path.split("/")
        if request.method in {"GET", "HEAD"} and path.startswith("/v1/") and len(parts) == 4:
            return self.media(unquote(parts[2]), parts[3])
        if request.method == "POST" and len(parts) == 4 and parts[2] == "v1":
            return self.other_model(request, parts[1])
        raise Refusal("path-not-found")

    def model_at(self, path: str) -> Model | None:
        """Return the model whose submits go to that path."""
        return next((model for model in self.models if model.path == path), None)

    def other_model(self, request: Request, slug: str) -> Answer:
        """Answer at a path such as a model's."""
        if slug in {model.slug for model in self.models}:
            raise Refusal("path-not-found")
        self.admit(request)
        raise Refusal("model-not-found", slug)

    # Keys

    def admit(self, request: Request) -> str:
        """Return the situation of the key, if it is one that may go on."""
        situation = self.situation(request)
        if situation in {"missing-key", "invalid-key", "forbidden", "rate-limited"}:
            raise Refusal(situation)
        return situation

    def situation(self, request: Request) -> str:
        """Say what the key stands for."""
        if not request.key:
            return "missing-key"
        situation = SITUATIONS.get(request.key, "")
        return situation if situation in _GOOD else "invalid-key"

    # Submits

    def submit(self, request: Request, model: Model) -> Answer:
        """Take a job in, or refuse it."""
        situation = self.admit(request)
        callback = self.callback_of(request)
        body = self.body_of(request, model)
        if situation == "insufficient-balance":
            raise Refusal("insufficient-balance")
        job = self.accept(request, model, body, callback)
        return self.accepted(job, request)

    def callback_of(self, request: Request) -> str:
        """Read the URL that wants to be called back; "" for none."""
        url = request.headers.get("x-webhook-url")
        if url is None:
            return ""
        try:
            parts = urlsplit(url)
            good = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        except ValueError:
            good = False
        if not good or not url.isascii() or " " in url:
            raise Refusal("bad-request", "X-Webhook-URL must be an absolute http or https URL.")
        return url

    def body_of(self, request: Request, model: Model) -> dict[str, Any]:
        """Read and judge the body."""
        try:
            self.check_form(request)
            body = read(request.body)
        except BadBodyError as error:
            return self.unreadable(error)
        return self.judged(body, model)

    def unreadable(self, error: BadBodyError) -> dict[str, Any]:
        """Refuse a body that is wrong as a whole."""
        raise Refusal("too-large" if error.kind == "too-large" else "bad-request", str(error)) from None

    def check_form(self, request: Request) -> None:
        """Look at the body from outside."""
        if len(request.body) > _LARGEST_BODY:
            raise BadBodyError("too-large", "The body is over a mebibyte.")
        kind = request.headers.get("content-type", "").lower().replace(" ", "").replace('"', "")
        if kind not in {"application/json", "application/json;charset=utf-8"}:
            raise BadBodyError("content-type", "Content-Type must be application/json.")

    def judged(self, body: Any, model: Model) -> dict[str, Any]:
        """Return the body if it keeps the model's rules."""
        broken = next(model.breaches(body, self.unenforced), None)
        if broken:
            raise Refusal("bad-request", f"The body breaks {broken}.")
        return body if isinstance(body, dict) else {}

    def accept(self, request: Request, model: Model, body: dict[str, Any], callback: str) -> Job:
        """Take a job in."""
        job = Job(self.new_id(model), model.slug, request.key, body, callback, request.origin)
        job.updated = job.created
        self.jobs[job.request_id] = job
        if callback:
            self.begin(self.see_off, job)
        return job

    def new_id(self, model: Model) -> str:
        """Make an id that never was: milliseconds, a number, chance."""
        clock, rest = f"{int(time() * 1000):012x}", f"{next(self.numbers):06x}{token_hex(7)}"
        return f"{model.slug}_{clock[:8]}-{clock[8:]}-7{rest[:3]}-{rest[3:7]}-{rest[7:20]}"

    def accepted(self, job: Job, request: Request) -> Answer:
        """Answer a submit that was taken."""
        return answer_json(self.submit_status, self.receipt(job, request))

    def receipt(self, job: Job, request: Request) -> dict[str, Any]:
        """Write the body of that answer."""
        url = f"{request.origin}{_STATUS}{job.request_id}"
        return {"request_id": job.request_id, "status": "QUEUED", "polling_url": url}

    # Status

    def status(self, request: Request, request_id: str) -> Answer:
        """Say how a job is doing."""
        self.admit(request)
        job = self.jobs.get(request_id)
        if job is None or not self.may_read(request, job):
            raise Refusal("request-not-found", request_id)
        self.wait_for_callback(job)
        with self.lock:
            answer = answer_json(200, self.document(job, request.origin))
            self.read_on(job)
        return answer

    def wait_for_callback(self, job: Job) -> None:
        """Show that a job has ended only when its callback was sent, so that nobody waits in vain."""
        if job.callback and job.ended.is_set():
            job.told.wait(_TELLING)

    def may_read(self, request: Request, job: Job) -> bool:
        """Tell whether the job is this key's."""
        return request.key == job.key

    def read_on(self, job: Job) -> None:
        """Let the job go on, since it was read."""
        job.reads += 1
        self.move(job, job.step + 1)

    def move(self, job: Job, step: int) -> None:
        """Bring the job to a later step."""
        with self.lock:
            if job.step < step <= 2:
                job.step, job.updated = step, time()
        if job.step == 2:
            job.ended.set()

    def document(self, job: Job, origin: str) -> dict[str, Any]:
        """Write the status document."""
        final = job.step == 2
        return {
            "request_id": job.request_id,
            "status": job.status,
            "model_id": job.slug,
            "error": job.end[1] if final else None,
            "output": self.output(job, origin) if job.status == "COMPLETED" else None,
            "created_at": self.moment(job.created),
            "updated_at": self.moment(job.updated),
            "completed_at": self.moment(job.updated) if final else None,
        }

    def output(self, job: Job, origin: str) -> dict[str, Any]:
        """Write what a finished job has to show."""
        names = [f"output-{number}.{job.format}" for number in range(job.images)]
        return {
            "media_url": [f"{origin}/v1/{job.request_id}/{name}" for name in names],
            "media_type": f"image/{job.format}",
        }

    def moment(self, seconds: float) -> str:
        """Write a time."""
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")[:23] + "Z"

    # Pictures

    def media(self, request_id: str, name: str) -> Answer:
        """Send a picture."""
        job = self.jobs.get(request_id)
        names = [f"output-{number}.{job.format}" for number in range(job.images)] if job else []
        if job is None or job.status != "COMPLETED" or name not in names:
            return Answer(404, b"<h1>No such picture</h1>", {"Content-Type": "text/html"})
        return self.picture(job, names.index(name))

    def picture(self, job: Job, _index: int) -> Answer:
        """Send one of the job's pictures."""
        return Answer(200, picture(job.size, job.format), {"Content-Type": f"image/{job.format}"})

    # Callbacks

    def see_off(self, job: Job) -> None:
        """Wait until the job has ended, or end it, and tell who wants to know."""
        job.ended.wait(_LIFE)
        self.move(job, 2)
        self.call_back(job)
        job.told.set()

    def call_back(self, job: Job) -> None:
        """Send the callback."""
        self.post(job, self.document(job, job.origin))

    def post(self, job: Job, document: object) -> None:
        """Post a document to whoever waits for it."""
        headers = {
            "Content-Type": "application/json",
            "webhook-id": f"wh_{job.request_id}",
            "webhook-timestamp": str(int(time())),
        }
        self.send("POST", job.callback, json.dumps(document).encode(), headers)

    def send(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> None:
        """Send a callback."""
        self.deliver(method, url, body, headers)

    def begin(self, errand: Callable[[Job], None], job: Job) -> None:
        """Do something beside the answers."""
        thread = Thread(target=errand, args=(job,), daemon=True)
        self.errands.append(thread)
        thread.start()
