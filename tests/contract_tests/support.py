"""A conforming transcript, written by hand, and ways to spoil one thing in it."""

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from PIL import Image

from zimage_contract.checks import CHECKS
from zimage_contract.exchange import Exchange, Headers, Transcript
from zimage_schemas import FINAL_STATUSES, KEY_HEADER, MODELS, STATUS_PATH, WEBHOOK_HEADER, Rule

ORIGIN = "http://gateway.example:8080"
RECEIVER = "http://receiver.example/hooks"
KEYS = {"valid": "key-valid", "job-failed": "key-job-failed", "job-error": "key-job-error"}
START = 1_790_000_000.0
JSON: Headers = (("Content-Type", "application/json"),)

Change = Callable[[Exchange], Exchange]


def moment(seconds: float) -> str:
    """Write a time as the gateway does."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")[:23] + "Z"


@cache
def picture(width: int = 64, height: int = 64, kind: str = "png") -> bytes:
    """Make a picture."""
    file = io.BytesIO()
    Image.new("RGB", (width, height)).save(file, kind)
    return file.getvalue()


class Tape:
    """Writes exchanges one after the other, one a second, each answered in a tenth of it.

    What an exchange is about is its `intent`, so that tests find it again: "turbo/submit".
    """

    def __init__(self, **known: Any) -> None:
        self.known = {"keys": KEYS, "receiver": RECEIVER, "patience": 2.0, "deadline": 60.0, **known}
        self.exchanges: list[Exchange] = []

    @property
    def now(self) -> float:
        """When the next exchange begins."""
        return START + len(self.exchanges)

    def transcript(self) -> Transcript:
        """Return what was written."""
        return Transcript(tuple(self.exchanges), **self.known)

    def add(self, **fields: Any) -> Exchange:
        """Write an exchange."""
        exchange = Exchange(**{"number": len(self.exchanges) + 1, "at": self.now, "took": 0.1, **fields})
        self.exchanges.append(exchange)
        return exchange

    def submit(
        self, body: Any, *, model: str = "turbo", name: str = "job", key: str = "valid", webhook: str = ""
    ) -> str:
        """Write an accepted submit, and return its request_id."""
        digits = f"{int(self.now * 1000):012x}"
        request_id = f"{MODELS[model].slug}_{digits[:8]}-{digits[8:]}-7abc-8def-{len(self.exchanges):013x}"
        answer = {"request_id": request_id, "status": "QUEUED", "polling_url": status_url(request_id)}
        self.add(
            kind="submit",
            method="POST",
            url=ORIGIN + MODELS[model].submit_path,
            headers=(*JSON, (KEY_HEADER, KEYS[key]), *(((WEBHOOK_HEADER, webhook),) if webhook else ())),
            body=json.dumps(body).encode(),
            status=202,
            answer_headers=JSON,
            answer=json.dumps(answer).encode(),
            intent=f"{name}/submit",
        )
        return request_id

    def poll(self, document: Any, *, name: str = "job", key: str = "valid", **fields: Any) -> Exchange:
        """Write a poll that brings this document."""
        told = {
            "url": status_url(document["request_id"]),
            "status": 200,
            "answer": json.dumps(document).encode(),
            "intent": f"{name}/{document['status']}",
        }
        headers = ((KEY_HEADER, KEYS[key]),)
        return self.add(
            **{
                "kind": "status",
                "method": "GET",
                "headers": headers,
                "answer_headers": JSON,
                **told,
                **fields,
            }
        )

    def download(self, url: str, content: bytes, kind: str, *, name: str = "job") -> Exchange:
        """Write a download without a key."""
        return self.add(
            kind="media",
            method="GET",
            url=url,
            status=200,
            answer=content,
            answer_headers=(("Content-Type", f"image/{kind}"),),
            intent=f"{name}/download",
        )

    def callback(self, document: Any, url: str, *, name: str = "job") -> Exchange:
        """Write a callback that the receiver takes."""
        return self.add(
            kind="callback",
            method="POST",
            url=url,
            headers=(*JSON, ("webhook-id", f"wh-{name}"), ("webhook-timestamp", str(int(self.now)))),
            body=json.dumps(document).encode(),
            status=204,
            intent=f"{name}/callback",
        )


def status_url(request_id: str) -> str:
    """Return where a job is polled."""
    return ORIGIN + STATUS_PATH.format(request_id=request_id)


def status_document(request_id: str, status: str, *, links: tuple[str, ...] = (), kind: str = "png") -> Any:
    """Write the status document of a job that was created when `Tape` begins."""
    final = status in FINAL_STATUSES
    output = {"media_url": list(links), "media_type": f"image/{kind}"}
    since = START + ("QUEUED", "PROCESSING", status).index(status)
    return {
        "request_id": request_id,
        "status": status,
        "model_id": request_id.partition("_")[0],
        "error": "It did not work." if status in {"FAILED", "ERROR"} else None,
        "output": output if status == "COMPLETED" else None,
        "created_at": moment(START),
        "updated_at": moment(since),
        "completed_at": moment(since) if final else None,
    }


_BODIES = {
    "plain": ("turbo", {"prompt": "a hen", "image_size": "square_1_1", "output_format": "png"}),
    "twin": ("turbo", {"prompt": "a hen", "image_size": "square_1_1", "output_format": "png"}),
    "wide": (
        "base",
        {"prompt": "a hen", "image_size": "landscape_16_9", "num_images": 2, "output_format": "jpeg"},
    ),
    "called": ("base", {"prompt": "a cock", "image_size": "square_1_1", "output_format": "png"}),
    "failed": ("turbo", {"prompt": "an egg", "image_size": "square_1_1"}),
    "error": ("base", {"prompt": "an egg", "image_size": "square_1_1"}),
}
_ENDS = {"failed": "FAILED", "error": "ERROR"}


@cache
def conforming() -> Transcript:
    """Return a transcript of six jobs, by name, that shows everything that a job can show and breaks nothing.

    "wide" has two pictures, "called" a callback; "plain" and "twin" were asked for with the same body.
    """
    tape = Tape()
    ids = {}
    for name, (model, body) in _BODIES.items():
        key, webhook = _key(name), f"{RECEIVER}?job=1" if name == "called" else ""
        ids[name] = tape.submit(body, model=model, name=name, key=key, webhook=webhook)
    for name, request_id in ids.items():
        _live(tape, name, request_id)
    return tape.transcript()


def _key(name: str) -> str:
    return f"job-{name}" if name in _ENDS else "valid"


def _live(tape: Tape, name: str, request_id: str) -> None:
    """Write a job's life: its polls, its callback, its pictures, which are got twice."""
    kind, size = ("jpeg", (160, 90)) if name == "wide" else ("png", (64, 64))
    links = tuple(f"{ORIGIN}/v1/{request_id}/{index}.{kind}" for index in range(2 if name == "wide" else 1))
    end = _ENDS.get(name, "COMPLETED")
    documents = {
        status: status_document(request_id, status, links=links, kind=kind)
        for status in ("QUEUED", "PROCESSING", end)
    }
    for status in ("QUEUED", "PROCESSING", "PROCESSING", end):
        tape.poll(documents[status], name=name, key=_key(name))
    if name == "called":
        tape.callback(documents[end], f"{RECEIVER}?job=1", name=name)
    for url in (*links, *links) if end == "COMPLETED" else ():
        tape.download(url, picture(*size, kind), kind, name=name)
    tape.poll(documents[end], name=name, key=_key(name))


# Ways to spoil it


def spoilt(pattern: str, change: Change, *, last: bool = False, seen: Transcript | None = None) -> Transcript:
    """Change the exchanges whose name fits the pattern, or the `last` of them only."""
    seen = seen or conforming()
    fitting = [each.number for each in seen.exchanges if fnmatchcase(each.intent, pattern)]
    assert fitting, pattern
    chosen = set(fitting[-1:] if last else fitting)
    changed = (change(each) if each.number in chosen else each for each in seen.exchanges)
    return replace(seen, exchanges=tuple(changed))


def without(pattern: str, seen: Transcript | None = None) -> Transcript:
    """Leave out the exchanges whose name fits the pattern."""
    seen = seen or conforming()
    return replace(
        seen, exchanges=tuple(each for each in seen.exchanges if not fnmatchcase(each.intent, pattern))
    )


def answering(**fields: Any) -> Change:
    """Make the answer's JSON say something else; `...` leaves a field out."""
    return lambda each: replace(each, answer=_said(each.answer, fields))


def sending(**fields: Any) -> Change:
    """Make the request's JSON say something else, likewise."""
    return lambda each: replace(each, body=_said(each.body, fields))


def having(**fields: Any) -> Change:
    """Give the exchange other fields."""
    return lambda each: replace(each, **fields)


def _said(body: bytes, fields: dict[str, Any]) -> bytes:
    said = {**json.loads(body), **fields}
    return json.dumps({name: value for name, value in said.items() if value is not ...}).encode()


def with_fault(rule: Rule, good: dict[str, Any], bad: Any) -> Any:
    """Take over from a document that breaks the rule the one field that it is about."""
    if rule.id == f"{rule.document}.type":
        return bad
    field = _FIELD.sub(r"\1", rule.id.removeprefix(f"{rule.document}."))
    rest = {name: value for name, value in good.items() if name != field}
    return {**rest, field: bad[field]} if field in bad else rest


_FIELD = re.compile(r"(?:when-[a-z]+\.)?([a-z_]+).*")


def blamed(seen: Transcript) -> set[str]:
    """Return the ids of all checks, of any chapter, that the transcript breaks."""
    return {check.id for check in CHECKS if any(not each.kept for each in check.judge(seen))}


def judged(seen: Transcript, chapters: set[str]) -> Iterator[tuple[str, int]]:
    """Count the judgements of the checks of some chapters."""
    for check in CHECKS:
        if check.chapter in chapters:
            yield check.id, len(list(check.judge(seen)))
