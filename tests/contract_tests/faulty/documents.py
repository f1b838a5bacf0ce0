"""Faults in status documents: one by one, and over a job's life."""

from typing import Any

from faulty.fault import fault
from faulty.gateway import Gateway, Job
from faulty.wire import Answer, Request

Body = dict[str, Any]

_HOUR = 3600


@fault("submit.content-type", "says text/plain of its answers to submits")
class _PlainReceipts(Gateway):
    def accepted(self, job: Job, request: Request) -> Answer:
        answer = super().accepted(job, request)
        answer.headers["Content-Type"] = "text/plain"
        return answer


class _OtherStatus(Gateway):
    """Changes the answer to a poll of a job that is being processed."""

    def status(self, request: Request, request_id: str) -> Answer:
        answer = super().status(request, request_id)
        return self.changed(answer) if self.jobs[request_id].reads == 2 else answer

    def changed(self, answer: Answer) -> Answer:
        raise NotImplementedError


@fault("status.content-type", "says text/plain of a status document")
class _PlainDocuments(_OtherStatus):
    def changed(self, answer: Answer) -> Answer:
        return Answer(200, answer.body, {"Content-Type": "text/plain"})


@fault(
    "status.known-200",
    "answers 202 to a poll of a job that is being processed",
    hides=("webhook.polling-works",),
)
class _Accepted(_OtherStatus):
    def changed(self, answer: Answer) -> Answer:
        return Answer(202, answer.body, answer.headers)


@fault("status.json", "answers a poll in plain text while a job is being processed")
class _PlainText(_OtherStatus):
    def changed(self, answer: Answer) -> Answer:
        return Answer(200, b"PROCESSING", answer.headers)


@fault("status.request-id", "shows another job's request_id while a job is being processed")
class _OtherId(_OtherStatus):
    def changed(self, answer: Answer) -> Answer:
        other = f"{answer.got['model_id']}_01a2093c-6657-7000-001d-77f2a4c315eb5"
        return answer.saying({**answer.got, "request_id": other})


class _Changed(Gateway):
    """Changes the documents of a few jobs."""

    def document(self, job: Job, origin: str) -> Body:
        document = super().document(job, origin)
        return {**document, **self.changes(job)} if job.is_odd else document

    def changes(self, job: Job) -> Body:
        raise NotImplementedError


@fault("status.model-id", "shows a job of Z-Image Base as Z-Image Turbo's")
class _OtherModel(_Changed):
    def changes(self, _job: Job) -> Body:
        return {"model_id": "z-image-turbo-834"}


@fault("status.real-dates", "shows a job created on 30 February")
class _Unreal(_Changed):
    def changes(self, _job: Job) -> Body:
        return {"created_at": "1970-02-30T00:00:00.000Z"}


@fault("life.forward", "shows a job QUEUED again after PROCESSING")
class _Back(Gateway):
    def read_on(self, job: Job) -> None:
        super().read_on(job)
        if job.reads == 2 and not job.callback:
            job.step = 0
        if job.reads == 3 and not job.callback:
            self.move(job, 2)


class _Late(_Changed):
    """Changes finished jobs once they were read."""

    def changes(self, job: Job) -> Body:
        return self.later(job) if job.step == 2 and job.reads > 2 and not job.callback else {}

    def later(self, job: Job) -> Body:
        raise NotImplementedError


@fault("life.final", "shows a COMPLETED job as ERROR later")
class _SecondThoughts(_Late):
    def later(self, job: Job) -> Body:
        return {"status": "ERROR", "error": "The picture was lost.", "output": None} if job.reads > 3 else {}


@fault("life.unchanging", "gives a finished job a later completed_at at every poll")
class _Restless(_Late):
    def later(self, job: Job) -> Body:
        return {"completed_at": self.moment(job.updated + job.reads)}


@fault("life.created-constant", "shows a later created_at at every poll")
class _Younger(_Changed):
    def changes(self, job: Job) -> Body:
        return {"created_at": self.moment(job.created + job.reads - _HOUR)}


@fault("life.created-first", "shows an updated_at before created_at")
class _EarlyUpdate(_Changed):
    def changes(self, job: Job) -> Body:
        return {"updated_at": self.moment(job.updated - _HOUR)}


@fault("life.completed-last", "shows a completed_at before updated_at")
class _EarlyEnd(_Changed):
    def changes(self, job: Job) -> Body:
        return {"completed_at": self.moment(job.created - _HOUR)} if job.step == 2 else {}


@fault("life.updated-forward", "shows a later updated_at for a QUEUED job than afterwards")
class _BackInTime(_Changed):
    def changes(self, job: Job) -> Body:
        return {"updated_at": self.moment(job.updated + _HOUR)} if job.step == 0 else {}


@fault("life.ends", "never finishes a job of four pictures", deadline=1.5)
class _Endless(Gateway):
    def move(self, job: Job, step: int) -> None:
        endless = job.images == 4 and not job.callback
        super().move(job, min(step, 1) if endless else step)


class _Wordless(Gateway):
    """Says nothing of what went wrong."""

    end = ""

    def document(self, job: Job, origin: str) -> Body:
        document = super().document(job, origin)
        return {**document, "error": ""} if document["status"] == self.end else document


@fault("life.failed-says-why", "shows a FAILED job with an empty error")
class _WordlessFailed(_Wordless):
    end = "FAILED"


@fault("life.error-says-why", "shows an ERROR job with an empty error")
class _WordlessError(_Wordless):
    end = "ERROR"
