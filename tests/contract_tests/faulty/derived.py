"""The faults of the schemas' rules: a gateway for each, which breaks or does not enforce just that one."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from faulty.bodies import BadBodyError
from faulty.fault import FAULTS, Fault
from faulty.gateway import Gateway, Job, Refusal
from faulty.wire import Answer, Request
from zimage_schemas import MODELS, Rule, rules

Body = dict[str, Any]

_OUTPUT = {"media_url": ["http://127.0.0.1:9/v1/none/output.png"], "media_type": "image/png"}
_LATER = "2026-03-31T10:00:15.000Z"

_PATTERNS = {
    "request_id": "request-7",
    "polling_url": "/status",
    "media_url[*]": "output.png",
    "media_type": "png",
    "created_at": "2026-03-31 10:00:00",
    "updated_at": "2026-03-31 10:00:00",
    "completed_at": "2026-03-31 10:00:15",
}
_TYPES = {
    "when-unfinished.error": "It takes long",
    "when-unfinished.output": _OUTPUT,
    "when-unfinished.completed_at": _LATER,
    "when-completed.error": "It went well",
    "when-completed.output": None,
    "when-completed.completed_at": None,
    "when-failed.error": None,
    "when-failed.output": _OUTPUT,
    "when-failed.completed_at": None,
    "when-error.error": None,
    "when-error.output": _OUTPUT,
    "when-error.completed_at": None,
}
_STATES = {
    "when-unfinished": "PROCESSING",
    "when-completed": "COMPLETED",
    "when-failed": "FAILED",
    "when-error": "ERROR",
    "output": "COMPLETED",
    "completed_at": "COMPLETED",
}

_WHEN = "status-document.when-"
_HIDES = {
    f"{_WHEN}failed.output.required": (f"{_WHEN}failed.output.type",),
    f"{_WHEN}failed.completed_at.required": (f"{_WHEN}failed.completed_at.type",),
    f"{_WHEN}failed.error.type": ("life.failed-says-why",),
    f"{_WHEN}error.output.required": (f"{_WHEN}error.output.type",),
    f"{_WHEN}error.error.type": ("life.error-says-why",),
}


def broken(rule: Rule, document: Any) -> Any:
    """Return the document with that one rule broken, as it is where the rule's place is not."""
    when, steps = _place(rule)
    if not steps:
        return [document]
    return _within(document, steps, lambda parent, name: _break(rule, parent, name, when))


def _place(rule: Rule) -> tuple[str, list[str]]:
    """Return the condition and the steps to the value of which the rule's id speaks."""
    steps = rule.id.split(".")[1:-1]
    when = steps.pop(0) if steps and steps[0].startswith("when-") else ""
    return when, steps


def _within(document: Any, steps: list[str], change: Callable[[Body, str], Body]) -> Any:
    if not isinstance(document, dict):
        return document
    name, *rest = steps
    if rest:
        return {**document, name: _within(document.get(name), rest, change)}
    return change(document, name)


def _break(rule: Rule, parent: Body, name: str, when: str) -> Body:
    if rule.keyword == "required":
        return {key: value for key, value in parent.items() if key != name}
    value = _wrong(rule.keyword, name, when)
    if name.endswith("[*]"):
        name = name.removesuffix("[*]")
        value = [value] * len(parent[name])
    return {**parent, name: value}


def _wrong(keyword: str, name: str, when: str) -> Any:
    values: dict[str, Any] = {
        "type": _TYPES.get(f"{when}.{name}", 7 if name != "statusCode" else "404"),
        "enum": "STRANGE",
        "pattern": _PATTERNS.get(name),
        "minimum": 42,
        "maximum": 700,
        "minItems": [],
        "not": "http://127.0.0.1:9/v2/requests/status/none",
    }
    return values[keyword]


def _taken(rule: Rule) -> str:
    """Say what a gateway takes that does not enforce the rule of a request."""
    name, demand = rule.id.split(".")[1], rule.requirement.rpartition("must be ")[2]
    return {
        "type": f"{name}, whatever its type" if rule.id.count(".") > 1 else "a body that is no object",
        "required": f"a body without {name}",
        "minLength": f"an empty {name}",
        "enum": f"any text for {name}",
        "minimum": f"{name} that is not {demand}",
        "maximum": f"{name} that is not {demand}",
    }[rule.keyword]


def _done(rule: Rule) -> str:
    """Say what `broken` does."""
    when, steps = _place(rule)
    name = ".".join(steps)
    if not steps:
        return "sends a list in place of the object"
    if rule.keyword == "required":
        return f"leaves {name} out"
    value = _wrong(rule.keyword, steps[-1], when)
    return f"says {json.dumps(value)} for {name}" if value != _OUTPUT else f"shows {name}"


def _unenforced(rule: Rule) -> Fault:
    def make() -> Gateway:
        gateway = Gateway()
        gateway.unenforced = frozenset({rule.id})
        return gateway

    model = rule.document.removesuffix("-request")
    says = f"accepts {_taken(rule)}, for {MODELS[model].title}"
    return Fault(rule.id, says, make, models=(model,))


def _in_receipts(rule: Rule) -> Fault:
    class Broken(Gateway):
        def accepted(self, job: Job, request: Request) -> Answer:
            answer = super().accepted(job, request)
            return answer.saying(broken(rule, answer.got)) if job.is_odd else answer

    class ShortIds(Gateway):
        def accepted(self, job: Job, request: Request) -> Answer:
            answer = super().accepted(job, request)
            short = job.request_id.rpartition("_")[2]
            self.jobs[short] = job
            return answer.saying({**answer.got, "request_id": short}) if job.is_odd else answer

    if rule.id == "submit-answer.request_id.pattern":
        return Fault(rule.id, "in answers to submits, leaves the slug out of request_id", ShortIds)
    return Fault(rule.id, f"in answers to submits, {_done(rule)}", Broken)


def _in_documents(rule: Rule) -> Fault:
    state = next((state for part, state in _STATES.items() if part in rule.id.split(".")), "PROCESSING")

    class Broken(Gateway):
        def document(self, job: Job, origin: str) -> Body:
            document = super().document(job, origin)
            wrong = job.status == state and (state != "COMPLETED" or job.is_odd)
            return broken(rule, document) if wrong else document

    says = f"in documents of jobs that are {state}, {_done(rule)}"
    return Fault(rule.id, says, Broken, hides=frozenset(_HIDES.get(rule.id, ())))


def _in_letters(rule: Rule) -> Fault:
    class Broken(Gateway):
        def call_back(self, job: Job) -> None:
            document = self.document(job, job.origin)
            self.post(job, {**document, "status": "PROCESSING"} if job.status == "FAILED" else document)

    return Fault(rule.id, "calls back about a FAILED job as PROCESSING", Broken)


def _in_queue_errors(rule: Rule) -> Fault:
    class Broken(Gateway):
        def unreadable(self, error: BadBodyError) -> Body:
            if error.kind == "malformed":
                raise Refusal("odd-error", str(error))
            return super().unreadable(error)

        def odd_error(self, request: Request, words: str) -> Answer:
            answer = self.bad_request(request, words)
            return answer.saying(broken(rule, answer.got))

    return Fault(rule.id, f"in the refusal of an unreadable body, {_done(rule)}", Broken)


def _in_management_errors(rule: Rule) -> Fault:
    class Broken(Gateway):
        def rate_limited(self, request: Request, words: str) -> Answer:
            answer = super().rate_limited(request, words)
            return answer.saying(broken(rule, answer.got))

    return Fault(rule.id, f"in a 429, {_done(rule)}", Broken)


_MAKERS = {
    "turbo-request": _unenforced,
    "base-request": _unenforced,
    "submit-answer": _in_receipts,
    "status-document": _in_documents,
    "webhook-body": _in_letters,
    "queue-error": _in_queue_errors,
    "management-error": _in_management_errors,
}


def _derived() -> Iterator[Fault]:
    for rule in rules():
        if rule.keyword != "default":
            yield _MAKERS[rule.document](rule)


FAULTS.extend(_derived())
