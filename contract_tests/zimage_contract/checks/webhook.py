"""The callback of a job that asked for one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zimage_contract.checks.check import Chapterful, Judgement, demand
from zimage_contract.checks.evidence import Seen, consecutive, is_final, split, stages
from zimage_contract.checks.rules_on import add_rules
from zimage_contract.checks.status import broken_by, polls
from zimage_contract.checks.unread import unread
from zimage_contract.exchange import Exchange, Job, Transcript
from zimage_schemas import WEBHOOK_HEADER

CHAPTER = Chapterful("webhook", wants="a callback", needs=("paid", "webhook"))

_SECTION = "Webhook (Optional)"
_DOCUMENT = "Error via Status/Webhook"
_FIELDS = ("status", "model_id", "error", "output", "created_at", "updated_at", "completed_at")
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class _Order:
    """A job that asked for a callback.

    Attributes:
        job: itself.
        url: where the callback was to go.
        callbacks: those that came, by the request_id in their body or else by their URL.
    """

    job: Job
    url: str
    callbacks: tuple[Exchange, ...]

    @property
    def end(self) -> Seen | None:
        """The first poll that showed the job's end."""
        return next((each for each in stages(self.job) if is_final(each[1])), None)


def _orders(seen: Transcript) -> tuple[_Order, ...]:
    """Find the jobs that asked for a callback where whoever made the transcript could see it."""
    urls = {name: submit.header(WEBHOOK_HEADER) or "" for name, submit in seen.webhooks.items()}
    here = {name: url for name, url in urls.items() if seen.receiver and url.startswith(seen.receiver)}
    more = _recognized(seen, here)
    return tuple(
        _Order(seen.jobs[name], url, _in_order((*seen.jobs[name].callbacks, *more.get(name, ()))))
        for name, url in here.items()
    )


def _in_order(callbacks: Iterable[Exchange]) -> tuple[Exchange, ...]:
    return tuple(sorted(callbacks, key=lambda each: each.number))


def _recognized(seen: Transcript, urls: Mapping[str, str]) -> Mapping[str, list[Exchange]]:
    """Assign callbacks that name no job to the one job that gave their URL."""
    shared = Counter(_place(url) for url in urls.values())
    owners = {_place(url): name for name, url in urls.items() if shared[_place(url)] == 1}
    found: dict[str, list[Exchange]] = {}
    for each in seen.once(_foundlings):
        if name := owners.get(_place(each.url)):
            found.setdefault(name, []).append(each)
    return found


def _foundlings(seen: Transcript) -> tuple[Exchange, ...]:
    """Find the callbacks whose body names no job that was submitted."""
    named = {each.number for job in seen.jobs.values() if job.submit for each in job.callbacks}
    return tuple(each for each in seen.of("callback") if each.number not in named)


def _place(url: str) -> tuple[str, str]:
    """Return path and query of a URL: a tunnel before the receiver may change the rest."""
    parts = split(url)
    return (parts.path or "/", parts.query) if parts else ("", url)


def _callbacks(seen: Transcript) -> Iterator[tuple[_Order, Exchange]]:
    return ((order, each) for order in seen.once(_orders) for each in order.callbacks)


def _documents(seen: Transcript) -> Iterator[tuple[Exchange, Any]]:
    return ((each, each.document) for each in seen.of("callback") if each.document is not None)


@CHAPTER.check(
    "arrives",
    "a job that asked for a callback gets one when it has ended",
    section=_SECTION,
    basis="documented",
    wants="a job with X-Webhook-URL that ended",
)
def _arrives(seen: Transcript) -> Iterator[Judgement]:
    known = {each.number for _, each in _callbacks(seen)}
    astray = [each for each in seen.once(_foundlings) if each.number not in known]
    for order in seen.once(_orders):
        if order.callbacks:
            yield Judgement(order.callbacks[0])
        elif order.end and seen.patience and seen.deadline is not None and not astray:
            wanted = f"a callback within {seen.deadline:g} s of the submit"
            yield demand(order.end[0], kept=False, expected=wanted, actual="none")


@CHAPTER.check(
    "once",
    "no second callback comes when the first was answered with 2xx",
    section=_SECTION,
    basis="assumed",
    wants="a job whose callback was waited for",
)
def _once(seen: Transcript) -> Iterator[Judgement]:
    for order in seen.once(_orders):
        _, again = _first_and_rest(order.callbacks)
        if again:
            yield demand(again[0], kept=False, expected="one callback", actual=f"{len(again) + 1}")
        elif order.callbacks and seen.patience:
            yield Judgement(order.callbacks[0])


def _first_and_rest(callbacks: tuple[Exchange, ...]) -> tuple[Exchange | None, tuple[Exchange, ...]]:
    """Part the first callback that the receiver took from those after it."""
    for index, each in enumerate(callbacks):
        if each.succeeded:
            return each, callbacks[index + 1 :]
    return None, ()


@CHAPTER.check(
    "only-asked",
    "a job that did not ask for a callback gets none",
    section=_SECTION,
    basis="documented",
    wants="a job without X-Webhook-URL that ended",
)
def _only_asked(seen: Transcript) -> Iterator[Judgement]:
    for job in seen.jobs.values() if seen.receiver else ():
        if job.submit is None or job.submit.header(WEBHOOK_HEADER):
            continue
        ended = [read for read, document in stages(job) if is_final(document)]
        for callback in job.callbacks[:1]:
            yield demand(callback, kept=False, expected="no callback", actual=f"one for {job.request_id}")
        if ended and seen.patience and not job.callbacks:
            yield Judgement(ended[0])


@CHAPTER.check("post", "a callback is a POST", section=_SECTION, basis="documented")
def _post(seen: Transcript) -> Iterator[Judgement]:
    for _, callback in _callbacks(seen):
        yield demand(callback, callback.method == "POST", "POST", callback.method)


@CHAPTER.check(
    "url", "a callback goes to the URL that was given, query included", section=_SECTION, basis="documented"
)
def _url(seen: Transcript) -> Iterator[Judgement]:
    for order, callback in _callbacks(seen):
        kept = _place(callback.url) == _place(order.url)
        yield demand(callback, kept, order.url, callback.url)


@CHAPTER.check("content-type", "a callback's Content-Type is JSON", section=_SECTION, basis="assumed")
def _content_type(seen: Transcript) -> Iterator[Judgement]:
    for _, callback in _callbacks(seen):
        stated = callback.header("Content-Type") or "none"
        yield demand(callback, stated.partition(";")[0].strip().lower() == _JSON, _JSON, stated)


@CHAPTER.check("json", "a callback's body is a JSON object", section=_DOCUMENT, basis="documented")
def _json(seen: Transcript) -> Iterator[Judgement]:
    for _, callback in _callbacks(seen):
        yield demand(
            callback, callback.document is not None, "a JSON object", unread(callback.body, callback.headers)
        )


add_rules(CHAPTER, "webhook-body", _documents)


@CHAPTER.check(
    "not-early",
    "a callback does not come before the job has ended",
    section=_SECTION,
    basis="assumed",
    wants="a callback of a job that was polled too",
)
def _not_early(seen: Transcript) -> Iterator[Judgement]:
    for order, callback in _callbacks(seen):
        # One that says itself that the job goes on breaks the rule for its status.
        if is_final(callback.document or {}) and stages(order.job):
            yield from _early(order.job, callback)


def _early(job: Job, callback: Exchange) -> Iterator[Judgement]:
    later = [each for each in stages(job) if each[0].at > callback.at]
    if later:
        found = later[0][1]
        yield demand(callback, is_final(found), "a job at its end", f"{found['status']}, polled afterwards")
    elif any(is_final(document) and read.until <= callback.at for read, document in stages(job)):
        yield Judgement(callback)


@CHAPTER.check(
    "same-document",
    "a callback's body is the document that a poll gives",
    section=_DOCUMENT,
    basis="documented",
    wants="a callback of a job that was polled at its end too",
)
def _same_document(seen: Transcript) -> Iterator[Judgement]:
    fields = [name for name in _FIELDS if name not in seen.once(_unsteady)]
    for order, callback in _callbacks(seen):
        poll, document = order.end, callback.document
        if document is None or not poll or broken_by(seen, poll[0]) or not _judgeable(document):
            continue
        differing = [name for name in fields if document.get(name) != poll[1].get(name)]
        if document.get("request_id") != order.job.request_id:
            differing.insert(0, "request_id")
        yield demand(callback, not differing, "what a poll gives", f"another {', '.join(differing)}")


def _judgeable(document: dict[str, Any]) -> bool:
    """Tell whether no check of its own is about the callback's status."""
    return document.get("status") not in ("QUEUED", "PROCESSING")


def _unsteady(seen: Transcript) -> frozenset[str]:
    """Find the fields that change from poll to poll of a finished job: that is what another check is for."""
    ends = (tuple(each for each in stages(job) if is_final(each[1])) for job in seen.jobs.values())
    return frozenset(
        name
        for found in ends
        for (_, before), (_, after) in consecutive(found)
        for name in _FIELDS
        if before.get(name) != after.get(name)
    )


@CHAPTER.check(
    "id-header",
    "a callback has the header webhook-id",
    section=_SECTION,
    basis="assumed",
)
def _id_header(seen: Transcript) -> Iterator[Judgement]:
    for _, callback in _callbacks(seen):
        yield demand(callback, callback.header("webhook-id"), "a header webhook-id", "none")


@CHAPTER.check(
    "timestamp-header",
    "a callback has the header webhook-timestamp, in whole seconds since the epoch",
    section=_SECTION,
    basis="assumed",
)
def _timestamp_header(seen: Transcript) -> Iterator[Judgement]:
    for _, callback in _callbacks(seen):
        stated = callback.header("webhook-timestamp") or "none"
        kept = stated.isascii() and stated.isdigit()
        yield demand(callback, kept, "a header webhook-timestamp with digits", stated)


@CHAPTER.check(
    "polling-works",
    "a job that asked for a callback can be polled all the same",
    section=_SECTION,
    basis="assumed",
    wants="polls of a job with X-Webhook-URL, and of one without",
    needs=("paid", "webhook"),
)
def _polling_works(seen: Transcript) -> Iterator[Judgement]:
    if not seen.once(_others_can_be_polled):
        return
    for name in seen.webhooks:
        for read in polls(seen.jobs[name]):
            yield demand(read, read.status == 200, "200", str(read.status))


def _others_can_be_polled(seen: Transcript) -> bool:
    """Tell whether polls succeed as such: if not, callbacks have nothing to do with it."""
    others = (job for name, job in seen.jobs.items() if name not in seen.webhooks)
    answers = [read.status for job in others for read in polls(job)]
    return bool(answers) and set(answers) == {200}
