"""Faults in callbacks."""

from faulty.fault import fault
from faulty.gateway import Gateway, Job
from faulty.wire import Request

Headers = dict[str, str]


@fault("webhook.arrives", "sends no callback for jobs that failed", deadline=2.5)
class _Silent(Gateway):
    def post(self, job: Job, document: object) -> None:
        if job.end[0] != "FAILED":
            super().post(job, document)


@fault("webhook.once", "sends every callback twice")
class _Twice(Gateway):
    def post(self, job: Job, document: object) -> None:
        super().post(job, document)
        super().post(job, document)


@fault("webhook.only-asked", "calls back about every job once somebody has left a URL")
class _Unasked(Gateway):
    url = ""

    def callback_of(self, request: Request) -> str:
        url = super().callback_of(request)
        self.url = self.url or url
        return url

    def read_on(self, job: Job) -> None:
        super().read_on(job)
        if job.reads == 2 and not job.callback and self.url:
            self.call_back(job)

    def post(self, job: Job, document: object) -> None:
        job.callback, asked = job.callback or self.url, job.callback
        super().post(job, document)
        job.callback = asked


class _Sending(Gateway):
    """Sends callbacks in another way."""

    def send(self, method: str, url: str, body: bytes, headers: Headers) -> None:
        super().send(*self.other(method, url, body, headers))

    def other(self, method: str, url: str, body: bytes, headers: Headers) -> tuple[str, str, bytes, Headers]:
        return method, url, body, headers


@fault("webhook.post", "calls back with PUT")
class _Put(_Sending):
    def other(self, _method: str, url: str, body: bytes, headers: Headers) -> tuple[str, str, bytes, Headers]:
        return "PUT", url, body, headers


@fault("webhook.url", "adds a query to the URL that it calls back")
class _Query(_Sending):
    def other(self, method: str, url: str, body: bytes, headers: Headers) -> tuple[str, str, bytes, Headers]:
        return method, f"{url}{'&' if '?' in url else '?'}attempt=1", body, headers


@fault("webhook.content-type", "says text/plain of a callback")
class _PlainText(_Sending):
    def other(self, method: str, url: str, body: bytes, headers: Headers) -> tuple[str, str, bytes, Headers]:
        return method, url, body, {**headers, "Content-Type": "text/plain"}


@fault(
    "webhook.json",
    "calls back with a form",
    hides=("webhook-body.status.enum", "webhook.not-early", "webhook.same-document"),
)
class _Form(_Sending):
    def other(self, method: str, url: str, _body: bytes, headers: Headers) -> tuple[str, str, bytes, Headers]:
        return method, url, b"status=COMPLETED", headers


@fault("webhook.id-header", "calls back without webhook-id")
class _NoId(_Sending):
    def other(self, method: str, url: str, body: bytes, headers: Headers) -> tuple[str, str, bytes, Headers]:
        return method, url, body, {name: each for name, each in headers.items() if name != "webhook-id"}


@fault("webhook.timestamp-header", "calls back with a date in webhook-timestamp")
class _Date(_Sending):
    def other(self, method: str, url: str, body: bytes, headers: Headers) -> tuple[str, str, bytes, Headers]:
        return method, url, body, {**headers, "webhook-timestamp": "2026-03-31T10:00:15.000Z"}


@fault("webhook.same-document", "calls back with a completed_at that no poll shows")
class _OtherTime(Gateway):
    def call_back(self, job: Job) -> None:
        later = self.moment(job.updated + 1)
        self.post(job, {**self.document(job, job.origin), "completed_at": later})


@fault("webhook.not-early", "calls back before the job has ended")
class _Early(Gateway):
    def see_off(self, job: Job) -> None:
        early = Job(job.request_id, job.slug, job.key, job.body, step=2, created=job.created)
        early.updated = job.created
        self.post(job, self.document(early, job.origin))
        job.told.set()

    def move(self, job: Job, step: int) -> None:
        super().move(job, step)
        job.updated = job.created

    def wait_for_callback(self, job: Job) -> None:
        if job.callback:
            job.told.wait(5)


@fault("webhook.polling-works", "does not know a job that is called back about at the first poll")
class _NoPolling(Gateway):
    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def may_read(self, request: Request, job: Job) -> bool:
        known = not job.callback or job.request_id in self.asked
        self.asked.add(job.request_id)
        return known and super().may_read(request, job)
