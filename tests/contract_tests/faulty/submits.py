"""Faults in the answer to a submit."""

from itertools import count
from time import time
from typing import Any

from faulty.bodies import Model
from faulty.fault import fault
from faulty.gateway import Gateway, Job
from faulty.wire import Answer, Request

Body = dict[str, Any]


@fault("submit.status-202", "answers 200 to an accepted request")
class _Ok(Gateway):
    submit_status = 200


@fault("submit.json", "answers an accepted request in plain text")
class _PlainText(Gateway):
    def accepted(self, job: Job, request: Request) -> Answer:
        answer = super().accepted(job, request)
        return Answer(202, b"Accepted", answer.headers) if job.is_odd else answer


@fault("submit.id-of-model", "names jobs of Z-Image Base after Z-Image Turbo")
class _OtherSlug(Gateway):
    def new_id(self, model: Model) -> str:
        return super().new_id(model).replace("z-image-base_", "z-image-turbo-834_")


class _IdsAgain(Gateway):
    """Gives the id of a job once more to a request of which `sameness` is equal."""

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[object, Job] = {}

    def accept(self, request: Request, model: Model, body: Body, callback: str) -> Job:
        if callback:
            return super().accept(request, model, body, callback)
        before = self.given.get(self.sameness(request, body))
        if before and self.is_again(before, body):
            return self.given.pop(self.sameness(request, body))
        job = super().accept(request, model, body, callback)
        return self.given.setdefault(self.sameness(request, body), job) and job

    def sameness(self, request: Request, body: Body) -> object:
        return request.path, request.key, tuple(body.get(name) for name in ("image_size", "output_format"))

    def is_again(self, before: Job, body: Body) -> bool:
        alike = before.body.get("num_images", 1) == body.get("num_images", 1)
        return alike and before.body != body


@fault("submit.unique-id", "gives requests with different prompts the same request_id")
class _SharedId(_IdsAgain):
    pass


@fault("submit.unique-id-same-body", "takes the same body sent twice for one job")
class _Deduplicating(_IdsAgain):
    def sameness(self, request: Request, _body: Body) -> object:
        return request.path, request.key, request.body

    def is_again(self, _before: Job, _body: Body) -> bool:
        return True


@fault(
    "submit.id-shape",
    "makes a request_id with 12 digits in its last group",
    hides=("submit.id-order", "submit.id-version"),
)
class _ShortId(Gateway):
    def new_id(self, model: Model) -> str:
        return super().new_id(model)[:-1]


@fault("submit.id-version", "makes a request_id of version 4")
class _VersionFour(Gateway):
    def new_id(self, model: Model) -> str:
        slug, rest = super().new_id(model).split("_")
        return f"{slug}_{rest[:14]}4{rest[15:]}"


@fault("submit.id-order", "makes ids whose time runs backwards")
class _Backwards(Gateway):
    def __init__(self) -> None:
        super().__init__()
        self.steps = count()

    def new_id(self, model: Model) -> str:
        moment = f"{int(time() * 1000) - 5000 * next(self.steps):012x}"
        slug, rest = super().new_id(model).split("_")
        return f"{slug}_{moment[:8]}-{moment[8:]}-{rest[14:]}"


class _Elsewhere(Gateway):
    """Gives a few jobs a `polling_url` of its own."""

    def receipt(self, job: Job, request: Request) -> Body:
        receipt = super().receipt(job, request)
        return {**receipt, "polling_url": self.polling_url(job, request)} if job.is_odd else receipt

    def polling_url(self, job: Job, request: Request) -> str:
        raise NotImplementedError


@fault("submit.polling-url-id", "answers with a polling_url of another job")
class _OtherJob(_Elsewhere):
    def polling_url(self, job: Job, request: Request) -> str:
        return f"{request.origin}/v2/requests/status/{job.slug}_01a2093c-6657-7000-001d-77f2a4c315eb5"


@fault("submit.polling-url-origin", "answers with a polling_url on another host")
class _OtherHost(_Elsewhere):
    def polling_url(self, job: Job, _request: Request) -> str:
        return f"https://gateway.example/v2/requests/status/{job.request_id}"


@fault("submit.polling-url-works", "answers with a polling_url at which nothing is")
class _Nowhere(_Elsewhere):
    def polling_url(self, job: Job, request: Request) -> str:
        return f"{request.origin}/queue/v2/requests/status/{job.request_id}"

    def path_not_found(self, request: Request, words: str) -> Answer:
        lost = request.path.startswith("/queue/")
        return self.request_not_found(request, "") if lost else super().path_not_found(request, words)
