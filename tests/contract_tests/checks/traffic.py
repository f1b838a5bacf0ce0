"""Exchanges as a gateway that keeps the contract has them; a test changes the one part that it is about."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from zimage_contract.checks import CHECKS
from zimage_contract.exchange import Exchange, Headers, Transcript
from zimage_schemas import KEY_HEADER, MODELS

ORIGIN = "http://gateway.test"
SITUATIONS = (
    "valid",
    "second",
    "invalid",
    "forbidden",
    "insufficient-balance",
    "rate-limited",
    "job-failed",
    "job-error",
)
KEYS = {situation: f"key-for-{situation}" for situation in SITUATIONS}
LEAST: Mapping[str, Any] = {"prompt": "A red kite over a grey sea", "image_size": "square_1_1"}
JSON: Headers = (("Content-Type", "application/json"),)
CHALLENGE: Headers = (
    ("WWW-Authenticate", f'AzureApiManagementKey realm="{ORIGIN}/v2",name="{KEY_HEADER}",type="header"'),
)
MISSING = (
    "Access denied due to missing subscription key. "
    "Make sure to include subscription key when making requests to an API."
)
INVALID = (
    "Access denied due to invalid subscription key. "
    "Make sure to provide a valid key for an active subscription."
)

_numbers = count(1)


@dataclass(frozen=True)
class Answer:
    """What a gateway answers: a status, a body (bytes, or what becomes JSON), further headers."""

    status: int | None
    body: Any = b""
    headers: Headers = ()

    def fields(self) -> dict[str, Any]:
        """Return it as the fields of an exchange."""
        is_json = not isinstance(self.body, bytes)
        named = any(name == "Content-Type" for name, _ in self.headers)
        return {
            "status": self.status,
            "answer": json.dumps(self.body).encode() if is_json else self.body,
            "answer_headers": (*self.headers, *(JSON if is_json and not named else ())),
            "broken": "" if self.status else "no answer: the connection ended",
        }


def queue(status: int, message: str = "num_images must be at most 4.", error: Any = None) -> Answer:
    """Refuse as the queue does."""
    errors = {400: "Bad Request", 402: "Insufficient Balance", 404: "Not Found"}
    return Answer(status, {"error": errors[status] if error is None else error, "message": message})


def management(status: int, message: str = "Resource not found", headers: Headers = ()) -> Answer:
    """Refuse as the API management does."""
    return Answer(status, {"statusCode": status, "message": message}, headers)


def unauthorized(message: str = MISSING, headers: Headers = CHALLENGE) -> Answer:
    """Refuse a key."""
    return management(401, message, headers)


def taken(model: str = "base", status: int = 202) -> Answer:
    """Accept a submit."""
    slug = MODELS[model].slug
    request_id = f"{slug}_019d0000-0000-7000-8000-{next(_numbers):013x}"
    return Answer(
        status,
        {
            "request_id": request_id,
            "status": "QUEUED",
            "polling_url": f"{ORIGIN}/v2/requests/status/{request_id}",
        },
    )


BAD = queue(400)


def submit(  # noqa: PLR0913 - an exchange has that many parts, each named where it is called
    body: Any = LEAST,
    answer: Answer | None = None,
    *,
    model: str = "base",
    key: str | None = KEYS["valid"],
    headers: Headers = JSON,
    path: str = "",
) -> Exchange:
    """Submit a body, bytes or what becomes JSON."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(
        number=0,
        kind="submit",
        method="POST",
        url=f"{ORIGIN}{path or MODELS[model].submit_path}",
        headers=(*headers, *_key(key)),
        body=sent,
        **(answer or taken(model)).fields(),
    )


def poll(
    request_id: str, answer: Answer, *, key: str | None = KEYS["valid"], headers: Headers = ()
) -> Exchange:
    """Ask after a job."""
    url = f"{ORIGIN}/v2/requests/status/{request_id}"
    return Exchange(0, "status", "GET", url, (*headers, *_key(key)), **answer.fields())


def other(path: str, answer: Answer, *, key: str | None = KEYS["valid"]) -> Exchange:
    """Ask for a path of which nobody speaks."""
    return Exchange(0, "other", "GET", f"{ORIGIN}{path}", _key(key), **answer.fields())


def _key(key: str | None) -> Headers:
    return () if key is None else ((KEY_HEADER, key),)


def document(job: Exchange, status: str = "COMPLETED", **changed: Any) -> Answer:
    """Show the job of an accepted submit in a state."""
    assert job.model is not None
    final = status not in {"QUEUED", "PROCESSING"}
    moment = "2026-03-31T10:00:00.000Z"
    output = {"media_url": ["http://pictures.test/output.png"], "media_type": "image/png"}
    whole = {
        "request_id": job.got["request_id"],
        "status": status,
        "model_id": job.model.slug,
        "error": "It did not work." if status in {"FAILED", "ERROR"} else None,
        "output": output if status == "COMPLETED" else None,
        "created_at": moment,
        "updated_at": moment,
        "completed_at": moment if final else None,
    }
    return Answer(200, {**whole, **changed})


def read(job: Exchange, answer: Answer | None = None, **more: Any) -> Exchange:
    """Poll the job of an accepted submit."""
    return poll(job.got["request_id"], answer or document(job), **more)


def transcript(*exchanges: Exchange, keys: Mapping[str, str] = KEYS, slowest: float = 10.0) -> Transcript:
    """Put exchanges one after the other, a second apart."""
    placed = (replace(each, number=place, at=float(place)) for place, each in enumerate(exchanges, 1))
    return Transcript(tuple(placed), keys=keys, slowest=slowest)


def shown(seen: Transcript, check: str) -> list[bool]:
    """Return what the transcript shows of one check: of every exchange judged, whether it was kept."""
    (judge,) = (each.judge for each in CHECKS if each.id == check)
    return [judgement.kept for judgement in judge(seen)]


def blamed(seen: Transcript) -> set[str]:
    """Return the ids of all checks that find something wrong."""
    return {check.id for check in CHECKS if not all(judgement.kept for judgement in check.judge(seen))}


@dataclass(frozen=True)
class Case:
    """A check, traffic that keeps it and traffic that breaks it."""

    check: str
    kept: tuple[Exchange, ...]
    broken: tuple[Exchange, ...]


def case(check: str, kept: Exchange | tuple[Exchange, ...], broken: Exchange | tuple[Exchange, ...]) -> Case:
    """Make a case; a single exchange stands for a transcript of one."""
    return Case(
        check,
        kept if isinstance(kept, tuple) else (kept,),
        broken if isinstance(broken, tuple) else (broken,),
    )


def told_apart(each: Case) -> tuple[list[bool], set[str], set[str]]:
    """Return what the kept traffic shows, whom it blames, and whom the broken one blames."""
    kept, broken = transcript(*each.kept), transcript(*each.broken)
    return shown(kept, each.check), blamed(kept), blamed(broken)
