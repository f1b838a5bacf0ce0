"""Faults in refusals, at paths, and in answering at all."""

from time import sleep
from typing import Any

from faulty.bodies import Model
from faulty.fault import BOTH, fault
from faulty.gateway import Gateway, Job, Refusal
from faulty.wire import Answer, Request, answer_json


@fault("route.submit-path", "does not find the path of a model at the third submit")
class _LatePath(Gateway):
    submits = 0

    def submit(self, request: Request, model: Model) -> Answer:
        self.admit(request)
        self.submits += 1
        if self.submits == 3:
            raise Refusal("path-not-found")
        return super().submit(request, model)


@fault(
    "route.unknown-model",
    "answers 404 for a model that does not exist",
    hides=("route.unknown-model-error", "route.unknown-model-slug"),
)
class _ModelIsPath(Gateway):
    def model_not_found(self, request: Request, words: str) -> Answer:
        return self.path_not_found(request, words)


@fault("route.unknown-model-error", "calls a model that does not exist a bad request")
class _ModelIsBadRequest(Gateway):
    def model_not_found(self, request: Request, words: str) -> Answer:
        answer = super().model_not_found(request, words)
        return answer.saying({**answer.got, "error": "Bad Request"})


@fault("route.unknown-model-slug", "does not say which model does not exist")
class _NamelessModel(Gateway):
    def model_not_found(self, request: Request, _words: str) -> Answer:
        return super().model_not_found(request, "")


@fault(
    "route.unknown-path", "answers 405 at a path that does not exist", hides=("route.unknown-path-message",)
)
class _NotAllowed(Gateway):
    def path_not_found(self, _request: Request, _words: str) -> Answer:
        return answer_json(405, {"statusCode": 405, "message": "Method not allowed"})


@fault("route.unknown-path-message", "says “Not here” at a path that does not exist")
class _NotHere(Gateway):
    def path_not_found(self, _request: Request, _words: str) -> Answer:
        return answer_json(404, {"statusCode": 404, "message": "Not here"})


@fault("route.unknown-id", "answers 400 for a job that does not exist", hides=("route.unknown-id-error",))
class _BadId(Gateway):
    def request_not_found(self, request: Request, words: str) -> Answer:
        if words in self.jobs:
            return super().request_not_found(request, words)
        return self.bad_request(request, "There is no such request.")


@fault("route.unknown-id-error", "says “Unknown” for a job that does not exist")
class _Unknown(Gateway):
    def request_not_found(self, _request: Request, _words: str) -> Answer:
        return answer_json(404, {"error": "Unknown", "message": "There is no such request."})


@fault("error.status-code", "says 400 in the body of a 404")
class _OtherCode(Gateway):
    def path_not_found(self, request: Request, words: str) -> Answer:
        answer = super().path_not_found(request, words)
        return answer.saying({**answer.got, "statusCode": 400})


@fault("error.bad-request", "calls a refused body a validation error")
class _ValidationError(Gateway):
    def bad_request(self, _request: Request, words: str) -> Answer:
        return answer_json(400, {"error": "Validation Error", "message": words})


@fault("error.content-type", "says text/plain of errors that are JSON")
class _PlainErrors(Gateway):
    def refuse(self, refusal: Refusal, request: Request) -> Answer:
        answer = super().refuse(refusal, request)
        answer.headers["Content-Type"] = "text/plain"
        return answer


class _Forgiving(Gateway):
    """Takes a special key for a good one."""

    forgiven = ""

    def situation(self, request: Request) -> str:
        situation = super().situation(request)
        return "valid" if situation == self.forgiven else situation


@fault(
    "error.insufficient-balance",
    "takes a submit that the wallet cannot pay",
    hides=("error.insufficient-balance-error",),
)
class _OnCredit(_Forgiving):
    forgiven = "insufficient-balance"


@fault("error.insufficient-balance-error", "says “Payment Required” when the wallet is empty")
class _PaymentRequired(Gateway):
    def insufficient_balance(self, request: Request, words: str) -> Answer:
        answer = super().insufficient_balance(request, words)
        return answer.saying({**answer.got, "error": "Payment Required"})


@fault("error.forbidden", "serves a key that is not permitted")
class _Permissive(_Forgiving):
    forgiven = "forbidden"


@fault(
    "error.rate-limited",
    "serves any number of calls",
    hides=("error.retry-after", "error.retry-after-seconds"),
)
class _Unlimited(_Forgiving):
    forgiven = "rate-limited"


@fault("error.retry-after", "answers 429 without Retry-After", hides=("error.retry-after-seconds",))
class _NoRetryAfter(Gateway):
    def rate_limited(self, request: Request, words: str) -> Answer:
        answer = super().rate_limited(request, words)
        del answer.headers["Retry-After"]
        return answer


@fault("error.retry-after-seconds", "answers 429 with a date in Retry-After")
class _RetryAfterDate(Gateway):
    def rate_limited(self, request: Request, words: str) -> Answer:
        answer = super().rate_limited(request, words)
        answer.headers["Retry-After"] = "Wed, 21 Oct 2026 07:28:00 GMT"
        return answer


class _OtherEnd(Gateway):
    """Lets jobs of Z-Image Base end otherwise than they should."""

    end = ("", "")

    def document(self, job: Job, origin: str) -> dict[str, Any]:
        document = super().document(job, origin)
        wrong = job.slug == "z-image-base" and document["status"] == self.end[0]
        return {**document, "status": self.end[1]} if wrong else document


@fault("error.job-failed", "lets a job that fails end as ERROR", models=BOTH)
class _FailedIsError(_OtherEnd):
    end = ("FAILED", "ERROR")


@fault("error.job-error", "lets a job that the system could not run end as FAILED", models=BOTH)
class _ErrorIsFailed(_OtherEnd):
    end = ("ERROR", "FAILED")


class _OnFirstRead(Gateway):
    """Does something else at the first read of a few jobs."""

    def status(self, request: Request, request_id: str) -> Answer:
        answer = super().status(request, request_id)
        job = self.jobs[request_id]
        return self.first(answer) if job.reads == 1 and job.is_odd else answer

    def first(self, answer: Answer) -> Answer:
        raise NotImplementedError


@fault("liveness.answered", "breaks off in the middle of the first answer to a poll")
class _BreakingOff(_OnFirstRead):
    def first(self, answer: Answer) -> Answer:
        answer.cut = True
        return answer


@fault("liveness.in-time", "takes its time at the first path that does not exist", max_response=0.8)
class _Slow(Gateway):
    slept = False

    def path_not_found(self, request: Request, words: str) -> Answer:
        if not self.slept:
            self.slept = True
            sleep(1.0)
        return super().path_not_found(request, words)


@fault("liveness.no-server-error", "answers 500 to the first poll of a job")
class _Crashing(_OnFirstRead):
    def first(self, _answer: Answer) -> Answer:
        return answer_json(500, {"statusCode": 500, "message": "Internal server error"})
