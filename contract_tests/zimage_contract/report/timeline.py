"""A picture of every job's life: when it was submitted and polled, what it was then, what came after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import pairwise

from zimage_contract.exchange import Exchange, Job, Transcript
from zimage_contract.report.scale import Scale

_ROW, _TOP, _LEFT, _WIDTH, _RIGHT = 16, 22, 300, 640, 20
_STATES = frozenset({"QUEUED", "PROCESSING", "COMPLETED", "FAILED", "ERROR"})
_LONGEST_NAME = 44


def timeline(transcript: Transcript) -> str:
    """Draw the picture as SVG, whose colours are the page's; "" when there was no job."""
    jobs = [job for job in transcript.jobs.values() if job.submit or job.seen or job.callbacks]
    if not jobs:
        return ""
    media = _downloads(transcript)
    rows = [(job, [*_exchanges(job), *media.get(job.request_id, ())]) for job in jobs]
    start = min(each.at for _, found in rows for each in found)
    end = max(each.until for _, found in rows for each in found)
    scale = Scale(start, end - start, left=_LEFT, width=_WIDTH)
    height = _TOP + _ROW * len(rows) + 4
    drawn = "".join(
        _row(job, found, _TOP + _ROW * number + _ROW // 2, scale) for number, (job, found) in enumerate(rows)
    )
    box = f"0 0 {_LEFT + _WIDTH + _RIGHT} {height}"
    head = f'<svg class="timeline" role="img" aria-label="Jobs over time" viewBox="{box}">'
    return f"{head}{scale.axis(_TOP - 4, height)}{drawn}</svg>"


def _exchanges(job: Job) -> list[Exchange]:
    return [each for each in (job.submit, *job.reads, *job.callbacks) if each]


def _downloads(transcript: Transcript) -> dict[str, list[Exchange]]:
    """Return the downloads of each job, found by the links that its documents name."""
    whose = {
        link: job.request_id
        for job in transcript.jobs.values()
        for document in (each.document for each in (*job.reads, *job.callbacks))
        for link in _links(document)
    }
    found: dict[str, list[Exchange]] = {}
    for each in transcript.of("media"):
        if each.url in whose:
            found.setdefault(whose[each.url], []).append(each)
    return found


def _links(document: object) -> list[str]:
    output = document.get("output") if isinstance(document, dict) else None
    links = output.get("media_url") if isinstance(output, dict) else None
    return [link for link in (links if isinstance(links, list) else [links]) if isinstance(link, str)]


def _row(job: Job, found: Iterable[Exchange], y: int, scale: Scale) -> str:
    name = job.request_id if len(job.request_id) <= _LONGEST_NAME else f"{job.request_id[:_LONGEST_NAME]}…"
    title = f"<title>{escape(job.request_id)}</title>"
    label = f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{escape(name)}{title}</text>'
    bars = "".join(_bars(job, y, scale))
    return label + bars + "".join(_sign(each, y, scale) for each in found)


def _bars(job: Job, y: int, scale: Scale) -> Iterator[str]:
    """Draw what the job was known to be, from one look at it to the next."""
    looks = [(job.submit.until, "QUEUED")] if job.submit else []
    looks += [(read.until, _state(read)) for read, _ in job.seen]
    for (at, state), (until, _) in pairwise(looks):
        x, end = scale.x(at), scale.x(until)
        width = f"{max(0.0, float(end) - float(x)):.1f}"
        yield f'<rect class="{_class(state)}" x="{x}" y="{y - 3}" width="{width}" height="6"/>'


def _sign(each: Exchange, y: int, scale: Scale) -> str:
    x = float(scale.x(each.until))
    came = each.status or each.broken
    state = _state(each)
    what = {"submit": "submit", "callback": "callback", "media": "download"}.get(each.kind, "poll")
    title = f"#{each.number} {what} at {scale.seconds(each.at)}: {came}{f' {state}' if state else ''}"
    shapes = {
        "submit": f"M{x:.1f} {y - 6}v12",
        "callback": f"M{x - 4:.1f} {y - 6}h8l-4 7z",
        "media": f"M{x - 3:.1f} {y - 3}h6v6h-6z",
    }
    kind = f"sign {what} {_class(state)}" + ("" if each.succeeded or each.kind == "callback" else " bad")
    shape = (
        f'<path d="{shapes[each.kind]}"' if each.kind in shapes else f'<circle cx="{x:.1f}" cy="{y}" r="3"'
    )
    tag = shape.partition(" ")[0][1:]
    return f'{shape} class="{kind}"><title>{escape(title)}</title></{tag}>'


def _state(each: Exchange) -> str:
    found = (each.document or {}).get("status")
    return found if isinstance(found, str) else ""


def _class(state: str) -> str:
    return f"s-{state.lower()}" if state in _STATES else "s-other"
