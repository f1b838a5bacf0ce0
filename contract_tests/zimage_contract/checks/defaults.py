"""Defaults that can be seen: how many pictures come, and of which format, when nobody asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from zimage_contract.checks.check import Chapterful, Judge, Judgement, demand
from zimage_contract.checks.pictures import pictures
from zimage_contract.checks.reading import media_type
from zimage_contract.checks.status import broken_by
from zimage_contract.exchange import Exchange, Job, Transcript
from zimage_schemas import MODELS, Model, rule

CHAPTER = Chapterful("request", wants="a finished job", needs=("paid",))

_Shown = tuple[str, object]
"""What shows a default, and the value that it shows; nothing true where it shows none."""

_FORMATS = {"png": "png", "jpeg": "jpeg", "jpg": "jpeg", "webp": "webp"}


@dataclass(frozen=True, slots=True)
class _Delivery:
    """What a finished job brought.

    Attributes:
        job: which.
        read: the first poll that showed it.
        links: its media_url.
        format: of its pictures, such as "png"; "" where nothing tells.
        downloaded: whether the bytes tell; else the media_type does, or the link.
    """

    job: Job
    read: Exchange
    links: tuple[str, ...]
    format: str
    downloaded: bool

    @property
    def model(self) -> Model | None:
        """The model that made it."""
        return self.job.submit.model if self.job.submit else None


def _deliveries(seen: Transcript) -> list[_Delivery]:
    downloads = {each.url: each for each in seen.of("media") if each.succeeded}
    sound = (job for job in seen.jobs.values() if job.submit and not job.submit.problems)
    found = (_delivery(seen, job, downloads) for job in sound)
    return [each for each in found if each]


def _delivery(seen: Transcript, job: Job, downloads: Mapping[str, Exchange]) -> _Delivery | None:
    """Return what the first document of the finished job shows, but for what breaks a rule itself."""
    shown = next((each for each in job.seen if each[1].get("status") == "COMPLETED"), None)
    if shown is None:
        return None
    read, document = shown
    broken = " ".join(broken_by(seen, read))
    output = document.get("output")
    if not isinstance(output, dict) or "output.media_url" in broken:
        return None
    links = tuple(output["media_url"])
    download = seen.once(pictures).get(downloads[links[0]].number) if links[0] in downloads else None
    kind = "" if "output.media_type" in broken else _of_type(output["media_type"]) or _of_link(links[0])
    return _Delivery(job, read, links, download.format if download else kind, bool(download))


def _of_type(value: str) -> str:
    kind, _, name = media_type(value).partition("/")
    return _FORMATS.get(name, "") if kind == "image" else ""


def _of_link(link: str) -> str:
    try:
        return _FORMATS.get(urlsplit(link).path.rpartition(".")[2].lower(), "")
    except ValueError:
        return ""


def _number(delivery: _Delivery) -> _Shown:
    return "links", len(delivery.links)


def _format(delivery: _Delivery) -> _Shown:
    return "bytes" if delivery.downloaded else "words", delivery.format


def _judge(model: Model, field: str, look: Callable[[_Delivery], _Shown]) -> Judge:
    """Judge jobs that left the field out, unless what shows it is wrong even where it was asked for."""

    def judge(seen: Transcript) -> Iterator[Judgement]:
        mine = [(each, *look(each)) for each in seen.once(_deliveries) if each.model == model]
        asked = [
            (each.job.body[field], ground, value) for each, ground, value in mine if field in each.job.body
        ]
        unreliable = {ground for wanted, ground, value in asked if value and value != wanted}
        default = model.defaults[field]
        for each, ground, value in mine:
            if field not in each.job.body and value and ground not in unreliable:
                yield demand(each.read, value == default, f"{field} {default!r}", value)

    return judge


for _model in MODELS.values():
    CHAPTER.of_rule(
        rule(f"{_model.request.name}.num_images.default"),
        _judge(_model, "num_images", _number),
        wants=f"a finished job of {_model.title} that left num_images out",
    )
    CHAPTER.of_rule(
        rule(f"{_model.request.name}.output_format.default"),
        _judge(_model, "output_format", _format),
        wants=f"a finished job of {_model.title} that left output_format out",
    )
