"""A picture of one case on one time axis: what the program sent, what it was answered, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from zimage_contract.exchange import Exchange, Kind
from zimage_contract.report.certificate.view import CaseView
from zimage_contract.report.scale import Scale

_LEFT, _WIDTH, _RIGHT, _TOP, _LANE = 170, 720, 110, 24, 22
_LETTER = 6.1
_LEAST = 4.0
_LONGEST = 20
_LANES: tuple[tuple[Kind, str], ...] = (
    ("submit", "submits"),
    ("status", "polls"),
    ("callback", "callbacks"),
    ("media", "downloads"),
    ("other", "other requests"),
)
_OF_THE_END = ("end.", "stuck.", "picture.honest")


def lifeline(view: CaseView) -> str:
    """Draw the picture as SVG, whose colours are the page's; "" when the program reached nothing."""
    picture = _Picture(view)
    return picture.svg() if picture.exchanges else ""


class _Picture:
    def __init__(self, view: CaseView) -> None:
        self._view = view
        seen = view.result.evidence
        self.exchanges = [*seen.transcript.exchanges, *seen.forged] if seen else []
        self._forged = {id(each) for each in seen.forged} if seen else set()
        self._wrong = {id(found.exchange) for each in view.broken for found in each.findings}
        if not self.exchanges:
            return
        began = view.result.began or min(each.at for each in self.exchanges)
        self._start = min(began, *(each.at for each in self.exchanges))
        self._exit = began + view.result.seconds if view.ended else 0.0
        end = max(self._exit, *(each.until for each in self.exchanges))
        self._scale = Scale(self._start, end - self._start, left=_LEFT, width=_WIDTH)

    def svg(self) -> str:
        lanes = [(name, of) for kind, name in _LANES if (of := [e for e in self.exchanges if e.kind == kind])]
        depth = 1 + len(lanes) + len(self._view.broken)
        height = _TOP + _LANE * depth + 4
        drawn = [self._program(_middle(0))]
        drawn += [self._lane(name, of, _middle(row)) for row, (name, of) in enumerate(lanes, 1)]
        drawn += self._breaches(1 + len(lanes))
        box = f"0 0 {_LEFT + _WIDTH + _RIGHT} {height}"
        label = escape(f"{self._view.result.case.id} over time")
        head = f'<svg class="timeline" role="img" aria-label="{label}" viewBox="{box}">'
        return f"{head}{self._scale.axis(_TOP - 6, height)}{''.join(drawn)}</svg>"

    def _program(self, y: int) -> str:
        """Draw the time in which the program ran, and how it ended."""
        name = _name("the program", y)
        if not self._view.ended:
            return f"{name}{_text(_LEFT + 4, y, 'nobody saw how it ended')}"
        left, right = (float(self._scale.x(at)) for at in (self._start, self._exit))
        bad = any(each.obligation.id.startswith(_OF_THE_END) for each in self._view.broken)
        kind = "wrong" if bad else "note"
        bar = f'<rect class="ran" x="{left:.1f}" y="{y - 3}" width="{right - left:.1f}" height="6"/>'
        end = f'<path class="exit {kind}" d="M{right:.1f} {y - 8}v16"/>'
        return f"{name}{bar}{end}{_text(right + 5, y, self._view.ended, kind)}"

    def _lane(self, name: str, exchanges: list[Exchange], y: int) -> str:
        ends = [*(float(self._scale.x(each.at)) for each in exchanges[1:]), _LEFT + _WIDTH + _RIGHT]
        drawn = (self._exchange(each, y, end) for each, end in zip(exchanges, ends, strict=True))
        return _name(name, y) + "".join(drawn)

    def _exchange(self, each: Exchange, y: int, room_until: float) -> str:
        left, right = (float(self._scale.x(at)) for at in (each.at, each.until))
        width = max(_LEAST, right - left)
        said, wrong = _said(each), id(each) in self._wrong
        kind = f"x-{_colour(each)}{' wrong' if wrong else ''}{' forged' if id(each) in self._forged else ''}"
        title = escape(self._view.text(self._title(each)))
        bar = f'<rect class="{kind}" x="{left:.1f}" y="{y - 6}" width="{width:.1f}" height="12" rx="2">'
        drawn = f"{bar}<title>{title}</title></rect>"
        place = left + width + 3
        if place + len(said) * _LETTER < room_until:
            drawn += _text(place, y, said, "wrong" if wrong else "note")
        return drawn

    def _title(self, each: Exchange) -> str:
        who = " (not the gateway's)" if id(each) in self._forged else ""
        at = f"{each.at - self._start:.2f} s"
        return f"#{each.number} {each.method} {each.url}{who} at {at}, took {each.took:.2f} s: {_said(each)}"

    def _breaches(self, row: int) -> Iterator[str]:
        """Draw a lane for each obligation that was broken, with a line up to each exchange that broke it."""
        for place, result in enumerate(self._view.broken, row):
            y = _middle(place)
            yield _name(result.obligation.id, y, "wrong")
            for found in result.findings:
                x = self._scale.x(found.exchange.at)
                title = escape(self._view.text(f"expected {found.expected}, got {found.actual}"))
                yield f'<path class="to-wrong" d="M{x} {y - 4}V{_TOP}"/>'
                yield f'<path class="cross" d="M{x} {y}m-4 -4l8 8m0 -8l-8 8"><title>{title}</title></path>'


def _middle(row: int) -> int:
    return _TOP + _LANE * row + _LANE // 2


def _name(text: str, y: int, kind: str = "note") -> str:
    return f'<text class="{kind}" x="{_LEFT - 10}" y="{y + 4}" text-anchor="end">{escape(text)}</text>'


def _text(x: float, y: int, text: str, kind: str = "note") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y + 4}">{escape(text)}</text>'


def _said(each: Exchange) -> str:
    """Say in a word what came: the state where there is one, else the status, else how it broke."""
    state = (each.document or {}).get("status")
    if each.kind == "status" and isinstance(state, str):
        return state[:_LONGEST]
    return str(each.status) if each.status and not each.broken else (each.broken or "no answer")[:_LONGEST]


def _colour(each: Exchange) -> str:
    """Name the colour: of the job's state, or whether the answer was a good one."""
    state = str((each.document or {}).get("status", "")).lower() if each.kind == "status" else ""
    if state in {"queued", "processing", "completed", "failed", "error"}:
        return state
    return "good" if each.succeeded and not each.broken else "bad"
