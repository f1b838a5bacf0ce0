"""What a completed job has to show: links, and the pictures behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zimage_contract.checks.check import Chapterful, Judgement, demand
from zimage_contract.checks.evidence import stages, tells
from zimage_contract.checks.pictures import Picture, pictures
from zimage_contract.checks.status import broken_by
from zimage_contract.exchange import Exchange, Job, Transcript

CHAPTER = Chapterful("output", wants="a completed job's download that succeeded", needs=("paid", "media"))

_ANY_TYPE = "application/octet-stream"
_TOLERANCE = 0.02
"""Part by which a picture's shape may differ: sides are rounded to whole blocks of pixels."""


@dataclass(frozen=True, slots=True)
class _Output:
    """What the first poll that showed a job completed had to show.

    Attributes:
        job: whose it is.
        read: that poll.
        links: where the pictures are.
        media_type: what they are said to be.
        asked: the job's body, if it was a valid one; else empty.
    """

    job: Job
    read: Exchange
    links: tuple[str, ...]
    media_type: str
    asked: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Download:
    """A picture that was got: the exchange, what it is by its bytes, and whose."""

    exchange: Exchange
    picture: Picture
    of: _Output


def _outputs(seen: Transcript) -> tuple[_Output, ...]:
    return tuple(output for job in seen.jobs.values() if (output := _output(seen, job)))


def _output(seen: Transcript, job: Job) -> _Output | None:
    """Read the job's output, unless a rule of the document is broken there: that is the rule's check."""
    shown = next((each for each in stages(job) if each[1]["status"] == "COMPLETED"), None)
    if shown is None or any(".output" in rule for rule in broken_by(seen, shown[0])):
        return None
    submit, output = job.submit, shown[1]["output"]
    valid = submit and submit.model and submit.is_json and not submit.problems
    return _Output(job, shown[0], tuple(output["media_url"]), output["media_type"], job.body if valid else {})


def _attempts(seen: Transcript) -> Mapping[str, tuple[Exchange, ...]]:
    """Group the downloads by their URL."""
    found: dict[str, list[Exchange]] = {}
    for each in seen.of("media"):
        if each.method == "GET":
            found.setdefault(each.url, []).append(each)
    return {url: tuple(attempts) for url, attempts in found.items()}


def _linked(seen: Transcript) -> Iterator[tuple[Exchange, ...]]:
    """Find the downloads of every link that a job showed; links that nobody followed are left out."""
    attempts = seen.once(_attempts)
    links = dict.fromkeys(link for output in seen.once(_outputs) for link in output.links)
    return (attempts[link] for link in links if link in attempts)


def _downloads(seen: Transcript) -> tuple[_Download, ...]:
    attempts, looks = seen.once(_attempts), seen.once(pictures)
    return tuple(
        _Download(exchange, picture, output)
        for output in seen.once(_outputs)
        for link in dict.fromkeys(output.links)
        for exchange in attempts.get(link, ())[:1]
        if (picture := looks.get(exchange.number))
    )


@CHAPTER.check(
    "count",
    "media_url has as many links as num_images asks for",
    section="Response Fields",
    basis="assumed",
    wants="a completed job whose request had num_images",
    needs=("paid",),
)
def _count(seen: Transcript) -> Iterator[Judgement]:
    for output in seen.once(_outputs):
        if output.links and "num_images" in output.asked:
            asked = int(output.asked["num_images"])
            yield demand(output.read, len(output.links) == asked, f"{asked} links", f"{len(output.links)}")


@CHAPTER.check(
    "distinct",
    "the links of a job differ from each other",
    section="Response Fields",
    basis="assumed",
    wants="a completed job with several pictures",
    needs=("paid",),
)
def _distinct(seen: Transcript) -> Iterator[Judgement]:
    for output in seen.once(_outputs):
        if len(output.links) > 1:
            twice = next((each for each in output.links if output.links.count(each) > 1), "")
            yield demand(output.read, not twice, "a link for each picture", f"{twice} more than once")


@CHAPTER.check(
    "own-links",
    "no two jobs show the same link",
    section="Response Fields",
    basis="assumed",
    wants="two completed jobs",
    needs=("paid",),
)
def _own_links(seen: Transcript) -> Iterator[Judgement]:
    owners: dict[str, str] = {}
    for count, output in enumerate(seen.once(_outputs)):
        name = output.job.request_id
        foreign = [link for link in output.links if owners.setdefault(link, name) != name]
        if count:
            yield demand(output.read, not foreign, "links of its own", "".join(foreign[:1]))


@CHAPTER.check(
    "downloads",
    "every link of a completed job downloads",
    section="Typical Workflow",
    basis="documented",
    wants="an answer to a download from a completed job",
)
def _works(seen: Transcript) -> Iterator[Judgement]:
    for first, *_ in _linked(seen):
        if tells(first) and first.status // 100 != 3:  # type: ignore[operator]  # `tells` wants a status
            yield demand(first, first.succeeded, "200", str(first.status))
        elif seen.slowest is not None and _broke_off(first):
            yield demand(first, False, "200", first.broken)  # noqa: FBT003 - it never is kept


def _broke_off(download: Exchange) -> bool:
    """Tell whether it was answered and never ended; that nothing connects may be our network's fault."""
    return download.broken.startswith(("the answer broke off", "the answer is larger"))


@CHAPTER.check(
    "no-key",
    "the links download without a key",
    section="Response Fields",
    basis="observed",
    wants="a download without a key",
)
def _no_key(seen: Transcript) -> Iterator[Judgement]:
    for first, *_ in _linked(seen):
        if not first.key and (first.succeeded or first.status in {401, 403}):
            yield demand(first, first.succeeded, "200", str(first.status))


@CHAPTER.check(
    "again",
    "a link that worked works again",
    section="Response Fields",
    basis="assumed",
    wants="a second download from a link",
)
def _again(seen: Transcript) -> Iterator[Judgement]:
    for first, *later in _linked(seen):
        for again in later if first.succeeded else ():
            if again.status is not None and again.status < 500 and again.status != 429:
                yield demand(again, again.succeeded, "200, as before", str(again.status))


@CHAPTER.check("image", "what downloads is a picture", section="Response Fields", basis="documented")
def _image(seen: Transcript) -> Iterator[Judgement]:
    looks = seen.once(pictures)
    for first, *_ in _linked(seen):
        if first.number in looks:
            yield demand(first, looks[first.number], "a picture", repr(first.answer[:16]))


@CHAPTER.check(
    "format",
    "a picture has the format that output_format asks for",
    section="Request Parameters - Generate Request",
    basis="documented",
    wants="a download from a job whose request had output_format",
)
def _format(seen: Transcript) -> Iterator[Judgement]:
    for each in seen.once(_downloads):
        if asked := each.of.asked.get("output_format"):
            yield demand(each.exchange, each.picture.format == asked, asked, each.picture.format)


@CHAPTER.check(
    "shape",
    "a picture has the aspect ratio that image_size names, within 2 %",
    section="Request Parameters - Generate Request",
    basis="documented",
    wants="a download from a job whose request is known",
)
def _shape(seen: Transcript) -> Iterator[Judgement]:
    for each in seen.once(_downloads):
        if asked := each.of.asked.get("image_size"):
            _, wide, high = asked.split("_")
            picture = each.picture
            ratio = picture.width / picture.height / (int(wide) / int(high))
            found = f"{picture.width} x {picture.height} pixels"
            yield demand(each.exchange, abs(ratio - 1) <= _TOLERANCE, f"{wide} : {high}", found)


@CHAPTER.check(
    "media-type",
    "media_type is that of the pictures, or application/octet-stream",
    section="Response Fields",
    basis="documented",
)
def _media_type(seen: Transcript) -> Iterator[Judgement]:
    for each in seen.once(_downloads):
        yield _typed(each, each.of.media_type)


@CHAPTER.check(
    "content-type",
    "Content-Type of a download is that of the picture, or application/octet-stream",
    section="Response Fields",
    basis="assumed",
    wants="a download with a Content-Type",
)
def _content_type(seen: Transcript) -> Iterator[Judgement]:
    for each in seen.once(_downloads):
        if stated := each.exchange.answer_header("Content-Type"):
            yield _typed(each, stated)


def _typed(download: _Download, stated: str) -> Judgement:
    found = stated.partition(";")[0].strip().lower()
    true = f"image/{download.picture.format}"
    return demand(download.exchange, found in {true, _ANY_TYPE}, f"{true} or {_ANY_TYPE}", stated)
