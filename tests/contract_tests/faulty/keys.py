"""Faults at the door: keys that are let in, and words that are missing when they are not."""

from collections.abc import Callable, Iterator

from faulty.fault import FAULTS, Fault, fault
from faulty.gateway import KEYS, Gateway, Job
from faulty.wire import Answer, Request

_HEADER = "ocp-apim-subscription-key"


def _with_key(request: Request) -> Request:
    headers = {**request.headers, _HEADER: request.key or KEYS["valid"]}
    return Request(request.method, request.path, headers, request.body)


def _is_submit(request: Request) -> bool:
    return request.method == "POST"


def _is_missing(request: Request) -> bool:
    return not {_HEADER, "authorization", "x-api-key"} & request.headers.keys()


def _is_empty(request: Request) -> bool:
    others = {"authorization", "x-api-key"} & request.headers.keys()
    return request.headers.get(_HEADER) == "" and not others


def _letting_in(wrong: Callable[[Request], bool], *, submits: bool) -> Callable[[], Gateway]:
    class LettingIn(Gateway):
        def answer(self, request: Request) -> Answer:
            let_in = _is_submit(request) == submits and wrong(request)
            return super().answer(_with_key(request) if let_in else request)

    return LettingIn


def _open_doors() -> Iterator[Fault]:
    for submits, name, what in ((True, "submit", "a submit"), (False, "status", "a poll")):
        for way, wrong, how in (
            ("missing", _is_missing, "without a key"),
            ("empty", _is_empty, "with an empty key"),
        ):
            says = f"serves {what} {how}"
            yield Fault(f"key.{name}-{way}", says, _letting_in(wrong, submits=submits))


FAULTS.extend(_open_doors())


class _Trusting(Gateway):
    """Takes the wrong key for a good one, where `trusts` says so."""

    def situation(self, request: Request) -> str:
        trusted = request.key == KEYS["invalid"] and self.trusts(request)
        return "valid" if trusted else super().situation(request)

    def trusts(self, request: Request) -> bool:
        raise NotImplementedError


@fault("key.submit-invalid", "takes a submit with a wrong key")
class _AnySubmitter(_Trusting):
    def trusts(self, request: Request) -> bool:
        return _is_submit(request)


@fault("key.status-invalid", "answers a poll with a wrong key")
class _AnyReader(_Trusting):
    def trusts(self, request: Request) -> bool:
        return not _is_submit(request)


@fault("key.not-in-authorization", "takes a bearer token for a key")
class _Bearer(Gateway):
    def answer(self, request: Request) -> Answer:
        return super().answer(_with_key(request) if "authorization" in request.headers else request)


@fault("key.not-in-x-api-key", "takes the key from x-api-key")
class _OtherHeader(Gateway):
    def answer(self, request: Request) -> Answer:
        return super().answer(_with_key(request) if "x-api-key" in request.headers else request)


@fault("key.refused-is-not-queued", "answers 401 to a submit, with a request_id")
class _QueuedAnyway(Gateway):
    def no_entry(self, request: Request, message: str) -> Answer:
        answer = super().no_entry(request, message)
        return answer.saying({**answer.got, "request_id": self.new_id(self.models[0])})


@fault("key.challenge", "answers 401 without WWW-Authenticate", hides=("key.challenge-names-header",))
class _NoChallenge(Gateway):
    def no_entry(self, request: Request, message: str) -> Answer:
        answer = super().no_entry(request, message)
        del answer.headers["WWW-Authenticate"]
        return answer


@fault("key.challenge-names-header", "asks for a bearer token in WWW-Authenticate")
class _OtherChallenge(Gateway):
    def no_entry(self, request: Request, message: str) -> Answer:
        answer = super().no_entry(request, message)
        answer.headers["WWW-Authenticate"] = 'Bearer realm="gateway"'
        return answer


@fault("key.missing-message", "says “Unauthorized” to who has no key")
class _Curt(Gateway):
    def missing_key(self, request: Request, _words: str) -> Answer:
        return self.no_entry(request, "Unauthorized")


@fault("key.invalid-message", "says “Unauthorized” to who has a wrong key")
class _CurtToo(Gateway):
    def invalid_key(self, request: Request, _words: str) -> Answer:
        return self.no_entry(request, "Unauthorized")


@fault("key.own-jobs-only", "shows a job to every key")
class _Shared(Gateway):
    def may_read(self, _request: Request, _job: Job) -> bool:
        return True
