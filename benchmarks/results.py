"""The document that a run writes: every sample, the medians, the ratios, and the targets."""

import json
import os
import platform
import subprocess
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

import load
from contenders import Contender
from growth import GrowthSample
from measure import Sample
from targets import judge
from work import HERE

OURS = "mockgateway"


def new(rounds: int, seconds: float) -> dict[str, Any]:
    """Begin a document."""
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "code": {"commit": _first("git describe --always --dirty"), "digest": _digest()},
        "wrk": {
            "rounds": rounds,
            "seconds": seconds,
            "threads": load.THREADS,
            "connections": load.CONNECTIONS,
        },
        "contenders": {},
        "growth": {},
        "targets": [],
        "problems": [],
    }


def add(document: dict[str, Any], contender: Contender, sample: Sample) -> None:
    """Add a contender's round."""
    facts = {
        "label": contender.label,
        "kind": contender.kind,
        "version": contender.version or _installed(contender.name),
    }
    entry = document["contenders"].setdefault(contender.name, facts | {"samples": []})
    entry["samples"].append(asdict(sample))


def add_growth(document: dict[str, Any], sample: GrowthSample) -> None:
    """Add a round at a level."""
    document["growth"].setdefault(str(sample.jobs), {"samples": []})["samples"].append(asdict(sample))


def finish(document: dict[str, Any]) -> None:
    """Work out medians and targets."""
    for entry in (*document["contenders"].values(), *document["growth"].values()):
        entry["medians"] = _medians(entry["samples"])
    document["targets"] = judge(document)
    if document["code"]["digest"] != _digest():
        document["problems"].append("the code of mockgateway changed during the run: measure again")


def write(document: dict[str, Any], path: Path) -> None:
    """Write it as JSON."""
    path.write_text(json.dumps(document, indent=1) + "\n")


_FIGURES: dict[str, Callable[[dict[str, Any]], float]] = {
    "submits": lambda sample: sample["submits"]["rate"],
    "submit_p99": lambda sample: sample["submits"]["p99"],
    "polls": lambda sample: sample["polls"]["rate"],
    "poll_p99": lambda sample: sample["polls"]["p99"],
    "start": lambda sample: sample["start"],
    "memory": lambda sample: sample["loaded"]["pss"],
    "memory_idle": lambda sample: sample["idle"]["pss"],
    "memory_rss": lambda sample: sample["loaded"]["rss"],
}


def _medians(samples: list[dict[str, Any]]) -> dict[str, float]:
    figures = {
        name: figure for name, figure in _FIGURES.items() if name != "memory_idle" or "idle" in samples[0]
    }
    medians = {name: median(map(figure, samples)) for name, figure in figures.items()}
    loads = [sample[kind] for sample in samples for kind in ("submits", "polls")]
    counts = {count: sum(run[count] for run in loads) for count in ("wrong", "repeated", "lost")}
    return medians | counts | {"rounds": len(samples)}


def machine() -> dict[str, Any]:
    """Say what this runs on, and what else it had to do."""
    return {
        "cpu": _first("grep -m1 'model name' /proc/cpuinfo").partition(": ")[2],
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "node": _first("node --version"),
        "java": _first("java -version 2>&1"),
        "wrk": _first("wrk --version").partition(" [")[0],
        "load_before": os.getloadavg()[0],
    }


def _digest() -> str:
    """Return a fingerprint of our source, to notice a change under a run."""
    folders = (HERE.parent / "mockgateway", HERE.parent / "schemas")
    files = sorted(file for folder in folders for file in folder.rglob("*.py"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _first(command: str) -> str:
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    return (done.stdout.splitlines() or [""])[0]


def _installed(name: str) -> str:
    package = {OURS: OURS, "flask": "flask", "wsgi": "granian"}[name]
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
