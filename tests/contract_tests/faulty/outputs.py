"""Faults in what a completed job has to show."""

from collections import Counter
from typing import Any

from faulty.fault import fault
from faulty.gateway import Gateway, Job, Refusal
from faulty.pictures import picture
from faulty.wire import Answer

Body = dict[str, Any]


class _Shown(Gateway):
    """Changes the output of jobs."""

    def output(self, job: Job, origin: str) -> Body:
        output = super().output(job, origin)
        return {**output, **self.shown(job, output)}

    def shown(self, job: Job, output: Body) -> Body:
        raise NotImplementedError


@fault(
    "output.count",
    "shows three links for four pictures",
    hides=("turbo-request.num_images.default", "base-request.num_images.default"),
)
class _TooFew(_Shown):
    def shown(self, _job: Job, output: Body) -> Body:
        return {"media_url": output["media_url"][:3]}


@fault("output.distinct", "shows the same link for every picture of a job")
class _Repeating(_Shown):
    def shown(self, job: Job, output: Body) -> Body:
        return {"media_url": output["media_url"][:1] * job.images}


@fault("output.own-links", "shows the links of another job with pictures of the same kind")
class _Borrowing(_Shown):
    def __init__(self) -> None:
        super().__init__()
        self.lenders: dict[object, list[str]] = {}

    def shown(self, job: Job, output: Body) -> Body:
        kind = job.size, job.format, job.images
        return {"media_url": self.lenders.setdefault(kind, output["media_url"])}


@fault("output.media-type", "says image/png whatever the pictures are")
class _AlwaysPng(_Shown):
    def shown(self, _job: Job, _output: Body) -> Body:
        return {"media_type": "image/png"}


class _Sent(Gateway):
    """Sends something else for the pictures of a few jobs."""

    def picture(self, job: Job, index: int) -> Answer:
        answer = super().picture(job, index)
        return self.sent(job, index, answer) if job.is_odd or job.images == 4 else answer

    def sent(self, job: Job, index: int, answer: Answer) -> Answer:
        raise NotImplementedError


@fault("output.downloads", "does not find the last of four pictures")
class _Lost(_Sent):
    def sent(self, _job: Job, index: int, answer: Answer) -> Answer:
        return Answer(404, b"Not found", {"Content-Type": "text/plain"}) if index == 3 else answer


@fault("output.image", "sends a page in place of a picture")
class _Page(_Sent):
    def sent(self, _job: Job, _index: int, _answer: Answer) -> Answer:
        return Answer(200, b"<h1>Your picture</h1>", {"Content-Type": "text/html"})


@fault("output.shape", "sends wide pictures whatever the size asked for")
class _Wide(_Sent):
    def sent(self, job: Job, _index: int, answer: Answer) -> Answer:
        return Answer(200, picture((160, 90), job.format), answer.headers)


@fault("output.content-type", "says image/gif of a picture that is none")
class _Gif(_Sent):
    def sent(self, _job: Job, _index: int, answer: Answer) -> Answer:
        return Answer(200, answer.body, {"Content-Type": "image/gif"})


@fault(
    "output.format",
    "makes PNG where WebP is asked for",
    hides=("turbo-request.output_format.default", "base-request.output_format.default"),
)
class _NoWebp(Gateway):
    def judged(self, body: Any, asked: Any) -> Body:
        judged = super().judged(body, asked)
        return {**judged, "output_format": "png"} if judged.get("output_format") == "webp" else judged


@fault("output.no-key", "wants a key for some of the pictures")
class _Private(_Sent):
    def sent(self, _job: Job, _index: int, _answer: Answer) -> Answer:
        raise Refusal("missing-key")


@fault("output.again", "lets a picture be downloaded once")
class _Once(Gateway):
    def __init__(self) -> None:
        super().__init__()
        self.sent: Counter[object] = Counter()

    def picture(self, job: Job, index: int) -> Answer:
        self.sent[job.request_id, index] += 1
        if self.sent[job.request_id, index] > 1:
            return Answer(410, b"Gone", {"Content-Type": "text/plain"})
        return super().picture(job, index)
