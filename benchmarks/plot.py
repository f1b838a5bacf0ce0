"""Draw results.json as one picture: `python benchmarks/plot.py [RESULTS.json [PICTURE.png]]`."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

HERE = Path(__file__).parent
WIDE = 100
OURS, PEER, LINE, INK = "#c2410c", "#94a3b8", "#475569", "#1e293b"
Figure = Callable[[dict[str, Any]], float]
Entries = list[dict[str, Any]]


def draw(document: dict[str, Any], picture: Path) -> None:
    """Draw the document into a PNG file."""
    mpl.use("Agg")
    mpl.rcParams.update({"font.size": 10, "text.color": INK, "axes.labelcolor": INK, "ytick.color": INK})
    figure, grid = plt.subplots(2, 3, figsize=(14, 7), layout="constrained")
    bars = [entry for entry in document["contenders"].values() if entry["kind"] != "ceiling"]
    ceilings = [entry for entry in document["contenders"].values() if entry["kind"] == "ceiling"]
    _rates(grid[0][0], bars, ceilings, "submits")
    _rates(grid[0][1], bars, ceilings, "polls")
    _waits(grid[0][2], bars)
    _bars(grid[1][0], bars, lambda sample: sample["start"], "seconds from exec to the first 202", "{:.2f}")
    _bars(grid[1][1], bars, lambda sample: sample["loaded"]["pss"], "MiB resident after load (PSS)", "{:.0f}")
    _growth(grid[1][2], document["growth"])
    figure.suptitle(_title(document), fontsize=12, x=0.01, ha="left")
    figure.savefig(picture, dpi=110)
    plt.close(figure)


def _title(document: dict[str, Any]) -> str:
    load, machine = document["wrk"], document["machine"]
    return (
        f"The same submits and polls, driven by wrk over {load['connections']} connections on "
        f"{machine['cores']} cores; medians of {load['rounds']} rounds, whiskers: lowest and highest"
    )


def _bars(axes: Axes, entries: Entries, figure: Figure, title: str, form: str) -> None:
    """Draw one bar per contender, ours in colour, with its median in figures."""
    values = [sorted(map(figure, entry["samples"])) for entry in entries]
    medians = [(found[(len(found) - 1) // 2] + found[len(found) // 2]) / 2 for found in values]
    whiskers = [
        [middle - found[0] for middle, found in zip(medians, values, strict=True)],
        [found[-1] - middle for middle, found in zip(medians, values, strict=True)],
    ]
    axes.barh(_labels(entries), medians, xerr=whiskers, color=_colours(entries), ecolor=LINE, capsize=3)
    for row, (middle, found) in enumerate(zip(medians, values, strict=True)):
        axes.annotate(
            form.format(middle),
            (found[-1], row),
            (6, 0),
            textcoords="offset points",
            va="center",
            weight="bold",
        )
    axes.set_xlim(0, max((found[-1] for found in values), default=1) * 1.22)
    _dress(axes, title)


def _rates(axes: Axes, bars: Entries, ceilings: Entries, kind: str) -> None:
    right = [entry for entry in bars if not entry["medians"]["wrong"]]
    _bars(axes, right, lambda sample: sample[kind]["rate"], f"{kind} a second", "{:,.0f}")
    said = [f"{entry['label'].split(': ')[1]} {entry['medians'][kind]:,.0f}" for entry in ceilings]
    axes.set_xlabel("ceilings: " + ", ".join(said) if said else "", fontsize=9, loc="left")


def _waits(axes: Axes, entries: Entries) -> None:
    """Draw p99 of submits and of polls on one logarithmic axis."""
    rows = range(len(entries))
    for kind, marker, label in (("submit_p99", "o", "submits"), ("poll_p99", "D", "polls")):
        waits = [entry["medians"][kind] for entry in entries]
        axes.scatter(waits, rows, marker=marker, s=60, label=label, c=_colours(entries), edgecolors=INK)
        for row, wait in zip(rows, waits, strict=True):
            below = -14 if kind == "poll_p99" else 8
            axes.annotate(
                f"{wait:,.0f}" if wait >= WIDE else f"{wait:.1f}",
                (wait, row),
                (0, below),
                textcoords="offset points",
                ha="center",
            )
    axes.set_xscale("log")
    axes.set_yticks(list(rows), _labels(entries))
    axes.set_ylim(len(entries) - 0.4, -0.6)
    axes.margins(x=0.15)
    axes.legend(loc="lower left", frameon=False)
    _dress(axes, "p99 in milliseconds, logarithmic")


def _growth(axes: Axes, growth: dict[str, Any]) -> None:
    levels = sorted(growth, key=int)
    for kind, marker in (("polls", "D"), ("submits", "o")):
        rates = [growth[level]["medians"][kind] for level in levels]
        axes.plot(range(len(levels)), rates, marker=marker, color=OURS, label=f"{kind} a second")
        for place, rate in enumerate(rates):
            axes.annotate(
                f"{rate:,.0f}", (place, rate), (0, 8), textcoords="offset points", ha="center", weight="bold"
            )
    axes.set_xticks(range(len(levels)), [f"{int(level):,}" for level in levels])
    axes.set_ylim(0, axes.get_ylim()[1] * 1.15)
    axes.margins(x=0.15)
    axes.legend(loc="lower left", frameon=False)
    _dress(axes, "mockgateway by number of stored jobs", invert=False)


def _labels(entries: Entries) -> list[str]:
    return [entry["label"].replace(", ", ",\n") for entry in entries]


def _colours(entries: Entries) -> list[str]:
    return [OURS if entry["kind"] == "ours" else PEER for entry in entries]


def _dress(axes: Axes, title: str, *, invert: bool = True) -> None:
    axes.set_title(title, loc="left", fontsize=11)
    axes.spines[["top", "right"]].set_visible(False)
    if invert and not axes.yaxis_inverted():
        axes.invert_yaxis()


if __name__ == "__main__":
    source = Path(sys.argv[1]) if sys.argv[1:] else HERE / "results.json"
    draw(json.loads(source.read_text()), Path(sys.argv[2]) if sys.argv[2:] else source.with_suffix(".png"))
