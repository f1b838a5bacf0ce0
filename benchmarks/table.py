"""The tables a run prints."""

from collections.abc import Callable
from typing import Any

_COLUMNS: tuple[tuple[str, Callable[[dict[str, Any]], str]], ...] = (
    ("submits/s", lambda figures: _rate(figures, "submits")),
    ("p99 ms", lambda figures: f"{figures['submit_p99']:.1f}"),
    ("polls/s", lambda figures: _rate(figures, "polls")),
    ("p99 ms", lambda figures: f"{figures['poll_p99']:.1f}"),
    ("start s", lambda figures: f"{figures['start']:.2f}"),
    ("idle MiB", lambda figures: f"{figures['memory_idle']:.0f}" if "memory_idle" in figures else "-"),
    ("MiB", lambda figures: f"{figures['memory']:.0f}"),
    ("RSS MiB", lambda figures: f"{figures['memory_rss']:.0f}"),
    ("wrong", lambda figures: f"{figures['wrong']}"),
    ("repeats", lambda figures: f"{figures['repeated']}"),
    ("lost", lambda figures: f"{figures['lost']}"),
)
_RATIOS = ("submits", "polls", "start", "memory")


def text(document: dict[str, Any]) -> str:
    """Return everything as text."""
    parts = [_figures(document), _ratios(document), _growth(document), _targets(document), _notes(document)]
    return "\n\n".join(part for part in parts if part)


def _rate(figures: dict[str, Any], name: str) -> str:
    """Write a rate; wrong answers make it no rate at all."""
    return "void" if figures["wrong"] else f"{figures[name]:,.0f}"


def _figures(document: dict[str, Any]) -> str:
    rows = [(entry["label"], entry["medians"]) for entry in document["contenders"].values()]
    return _table(rows) if rows else ""


def _growth(document: dict[str, Any]) -> str:
    levels = sorted(document["growth"].items(), key=lambda level: int(level[0]))
    rows = [(f"mockgateway, {int(jobs):,} stored jobs", entry["medians"]) for jobs, entry in levels]
    return "Growth (--store FILE, polls spread over the stored jobs)\n" + _table(rows) if rows else ""


def _table(rows: list[tuple[str, dict[str, Any]]]) -> str:
    cells = [(label, *(write(figures) for _, write in _COLUMNS)) for label, figures in rows]
    return _aligned([("", *(title for title, _ in _COLUMNS)), *cells])


def _ratios(document: dict[str, Any]) -> str:
    entries = dict(document["contenders"])
    ours = entries.pop("mockgateway", None)
    if not ours or not entries:
        return ""
    title = ("mockgateway's figure divided by", *_RATIOS)
    rows = [(entry["label"], *_quotients(ours["medians"], entry["medians"])) for entry in entries.values()]
    return _aligned([title, *rows])


def _quotients(ours: dict[str, Any], theirs: dict[str, Any]) -> tuple[str, ...]:
    if ours["wrong"] or theirs["wrong"]:
        return ("void",) * len(_RATIOS)
    return tuple(f"{ours[name] / theirs[name]:.2f}" for name in _RATIOS)


def _targets(document: dict[str, Any]) -> str:
    lines = [
        f"{'met' if it['met'] else 'MISSED':6}  {it['what']}: {it['got']:.2f}, wanted {it['wanted']}"
        for it in document["targets"]
    ]
    return "\n".join(["Targets", *lines]) if lines else ""


def _notes(document: dict[str, Any]) -> str:
    return "\n".join(["Not measured", *document["problems"]]) if document["problems"] else ""


def _aligned(rows: list[tuple[str, ...]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if not number else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
