"""Paths: the documented ones are there, and others are not."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from zimage_contract.checks.check import Chapterful, Judgement, demand
from zimage_contract.checks.reading import answered, good_key, knows_model, polls, said
from zimage_contract.exchange import Exchange, Transcript
from zimage_schemas import MODELS

CHAPTER = Chapterful("route", wants="a request")

_KNOWN_GOOD = frozenset({"valid", "second"})


@CHAPTER.check(
    "submit-path",
    "a submit at a model's documented path arrives",
    section="Request Code",
    basis="documented",
    wants="a submit",
)
def _submit_path(seen: Transcript) -> Iterator[Judgement]:
    for each in seen.of("submit"):
        if each.model and good_key(seen, each) and answered(each):
            actual = f"{each.status} {said(each, 'error') or ''}".strip()
            yield demand(each, knows_model(each), f"no {each.status} for the path itself", actual)


def _unknown_models(seen: Transcript) -> list[Exchange]:
    return [
        each
        for each in seen.of("submit")
        if _slug(each) not in _SLUGS and good_key(seen, each) and answered(each)
    ]


_SLUGS = frozenset(model.slug for model in MODELS.values()) | {""}


def _slug(submit: Exchange) -> str:
    return submit.path.rpartition("/v1/")[0].rpartition("/")[2]


@CHAPTER.check(
    "unknown-model",
    "a model that does not exist is answered with 400",
    section="Queue System Errors",
    basis="documented",
    wants="a submit to a model that does not exist",
)
def _unknown_model(seen: Transcript) -> Iterator[Judgement]:
    for each in seen.once(_unknown_models):
        yield demand(each, each.status == 400, "400", each.status)


@CHAPTER.check(
    "unknown-model-error",
    "the error for a model that does not exist is “Model not found”",
    section="Queue System Errors",
    basis="documented",
    wants="a 400 with an error, for a model that does not exist",
)
def _unknown_model_error(seen: Transcript) -> Iterator[Judgement]:
    for each in seen.once(_unknown_models):
        error = said(each, "error")
        if each.status == 400 and error is not None:
            yield demand(each, error == "Model not found", "Model not found", error)


@CHAPTER.check(
    "unknown-model-slug",
    "the message for a model that does not exist names it",
    section="Queue System Errors",
    basis="documented",
    wants="a 400 with a message, for a model that does not exist",
)
def _unknown_model_slug(seen: Transcript) -> Iterator[Judgement]:
    for each in seen.once(_unknown_models):
        message = said(each, "message")
        if each.status == 400 and message is not None:
            yield demand(each, _slug(each) in message, f"a message that names {_slug(each)}", message)


def _unknown_paths(seen: Transcript) -> list[Exchange]:
    """Return the requests with a key that is known to be good to paths of which nobody speaks."""
    submit_paths = tuple(model.submit_path for model in MODELS.values())
    return [
        each
        for each in seen.of("other")
        if seen.situation(each) in _KNOWN_GOOD and answered(each) and not each.path.endswith(submit_paths)
    ]


@CHAPTER.check(
    "unknown-path",
    "a path that does not exist is answered with 404",
    section="Response Handling",
    basis="platform",
    wants="a request with a good key for a path that does not exist",
)
def _unknown_path(seen: Transcript) -> Iterator[Judgement]:
    for each in seen.once(_unknown_paths):
        yield demand(each, each.status == 404, "404", each.status)


@CHAPTER.check(
    "unknown-path-message",
    "the message for a path that does not exist is “Resource not found”",
    section="Response Handling",
    basis="platform",
    wants="a 404 with a message, for a path that does not exist",
)
def _unknown_path_message(seen: Transcript) -> Iterator[Judgement]:
    for each in seen.once(_unknown_paths):
        message = said(each, "message")
        if each.status == 404 and message is not None:
            yield demand(each, message == "Resource not found", "Resource not found", message)


def unknown_ids(seen: Transcript) -> list[Exchange]:
    """Return the polls of a request_id that no submit had given, with a key that is known to be good."""
    given = {name for name, job in seen.jobs.items() if job.submit or job.callbacks}
    given |= {_polled_id(each) for each in seen.accepted}
    return [
        each
        for each in polls(seen)
        if each.asked_id not in given and seen.situation(each) in _KNOWN_GOOD and answered(each)
    ]


def _polled_id(submit: Exchange) -> str:
    """Return what the polling_url of an accepted submit ends in: a job's id too, whatever request_id says."""
    return unquote((said(submit, "polling_url") or "").rpartition("/")[2])


@CHAPTER.check(
    "unknown-id",
    "a request_id that does not exist is answered with 404",
    section="Response Handling",
    basis="documented",
    wants="a poll with a good key of a request_id that does not exist",
)
def _unknown_id(seen: Transcript) -> Iterator[Judgement]:
    for each in seen.once(unknown_ids):
        yield demand(each, each.status == 404, "404", each.status)


@CHAPTER.check(
    "unknown-id-error",
    "the error for a request_id that does not exist is “Not Found”",
    section="Response Handling",
    basis="assumed",
    wants="a 404 with an error, for a request_id that does not exist",
)
def _unknown_id_error(seen: Transcript) -> Iterator[Judgement]:
    for each in seen.once(unknown_ids):
        error = said(each, "error")
        if each.status == 404 and error is not None:
            yield demand(each, error == "Not Found", "Not Found", error)
