"""Measure mockgateway beside its peers: one run, one machine, alternating rounds, medians.

    python benchmarks/bench.py [--rounds 5] [--seconds 4] [--only NAME]... [--quick]

A full run writes results.json and results.png here; a partial one (`--only`, `--quick`) writes
both to .run/, so that it never replaces a full one.
"""

import argparse
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterable
from typing import Any

import growth
import results
import table
from contenders import ALL, Contender
from measure import sample
from work import HERE, RUN, ContenderError


def main() -> int:
    """Run what was asked for; 0 when everything that was asked for was measured."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed: apt-get install wrk")
    RUN.mkdir(exist_ok=True)
    document = results.new(options.rounds, options.seconds)
    _compare(_chosen(options.only), options, document)
    if not options.only or "growth" in options.only:
        _grow(options, document)
    _publish(document, options)
    return 1 if document["problems"] else 0


def _options() -> argparse.Namespace:
    names = [contender.name for contender in ALL]
    parser = argparse.ArgumentParser(description="Measure mockgateway beside its peers.")
    parser.add_argument("--rounds", type=int, default=5, help="alternating rounds (5)")
    parser.add_argument("--seconds", type=float, default=4, help="length of each load (4)")
    parser.add_argument(
        "--only", action="append", choices=[*names, "growth"], help="measure this; repeatable"
    )
    parser.add_argument("--quick", action="store_true", help="one round of one second: does it all work?")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds = 1, 1
    return options


def _chosen(only: list[str] | None) -> list[Contender]:
    return [contender for contender in ALL if not only or contender.name in only]


def _compare(chosen: list[Contender], options: argparse.Namespace, document: dict[str, Any]) -> None:
    ready = [contender for contender in chosen if _try(document, contender.name, contender.install)]
    for number in range(options.rounds):
        for contender in _turned(ready, number):
            _say(f"round {number + 1}/{options.rounds}  {contender.label}")
            warm_up = 1 if options.quick else contender.warm_up

            def measured(contender: Contender = contender, warm_up: float = warm_up) -> None:
                results.add(document, contender, sample(contender, options.seconds, warm_up))

            _try(document, contender.name, measured)


def _turned(contenders: list[Contender], number: int) -> list[Contender]:
    """Let another one begin in every round."""
    start = number % len(contenders) if contenders else 0
    return contenders[start:] + contenders[:start]


def _grow(options: argparse.Namespace, document: dict[str, Any]) -> None:
    levels = growth.LEVELS[:2] if options.quick else growth.LEVELS
    _say(f"growth: filling stores with {', '.join(f'{jobs:,}' for jobs in levels)} jobs")
    _try(document, "growth", lambda: _grow_rounds(levels, options, document))


def _grow_rounds(levels: tuple[int, ...], options: argparse.Namespace, document: dict[str, Any]) -> None:
    stores = growth.Stores(levels)
    try:
        for number in range(options.rounds):
            for jobs in _alternated(levels, number):
                _say(f"round {number + 1}/{options.rounds}  growth, {jobs:,} jobs")
                results.add_growth(document, growth.growth_sample(stores, jobs, options.seconds))
    finally:
        stores.remove()


def _alternated(levels: tuple[int, ...], number: int) -> Iterable[int]:
    return levels if number % 2 == 0 else reversed(levels)


def _try(document: dict[str, Any], name: str, step: Callable[[], None]) -> bool:
    """Do a step; note what went wrong and go on with the others."""
    try:
        step()
    except (ContenderError, ImportError, OSError) as error:
        problem = f"{name}: {error}"
        _say(f"NOT MEASURED  {problem}")
        document["problems"].append(problem)
        return False
    return True


def _publish(document: dict[str, Any], options: argparse.Namespace) -> None:
    folder = RUN if options.only or options.quick else HERE
    results.finish(document)
    results.write(document, folder / "results.json")
    print(table.text(document))
    if options.quick:
        print("\nA quick run shows that everything works; its figures mean nothing.")
    try:
        from plot import draw
    except ModuleNotFoundError as error:
        print(f"\nNo plot: {error}. pip install -r benchmarks/requirements.txt, then benchmarks/plot.py")
        return
    draw(document, folder / "results.png")


def _say(text: str) -> None:
    print(f"[{os.getloadavg()[0]:.1f}] {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
