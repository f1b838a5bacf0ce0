"""Options of `zimage-contract certify`, and what comes of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path, PurePath
from typing import Any, TypeVar, get_args

import click

from zimage_contract.certificate import KnownBreach
from zimage_contract.certify import Program, Terms
from zimage_contract.commands.known import known_entries
from zimage_contract.commands.seconds import SECONDS
from zimage_contract.commands.terms import nearest
from zimage_contract.obligations import OBLIGATIONS
from zimage_contract.obligations.case import Case, Style, suits
from zimage_contract.obligations.cases import CASES

_IDS = tuple(case.id for case in CASES)
_OBLIGATIONS = tuple(each.id for each in OBLIGATIONS)
Command = TypeVar("Command", bound=Callable[..., Any])


def _cases(_context: click.Context, _param: click.Parameter, found: tuple[str, ...]) -> tuple[Case, ...]:
    names = {name.strip() for each in found for name in each.split(",") if name.strip()}
    for name in sorted(names - set(_IDS)):
        others = f"the cases are {', '.join(_IDS)}"
        raise click.BadParameter(f"there is no case {name!r}{nearest(name, _IDS, others)}")
    return tuple(case for case in CASES if not names or case.id in names)


def _known(_context: click.Context, _param: click.Parameter, path: Path | None) -> tuple[KnownBreach, ...]:
    return known_entries(path, _breach, ("case", "obligation")) if path else ()


def _breach(number: int, *, case: str, obligation: str, reason: str, expires: date) -> KnownBreach:
    for what, name, names in (("case", case, _IDS), ("obligation", obligation, _OBLIGATIONS)):
        if name not in names:
            others = f"the {what}s are in docs/certify.md"
            raise ValueError(
                f"entry {number}: there is no {what} {name!r}{nearest(str(name), names, others)}"
            )
    return KnownBreach(case, obligation, reason, expires)


def _environment(_context: click.Context, _param: click.Parameter, found: tuple[str, ...]) -> dict[str, str]:
    pairs = [each.partition("=") for each in found]
    for name, equals, _ in pairs:
        if not name or not equals:
            raise click.BadParameter(f"write NAME=VALUE, not {name or '='!r}")
    return {name: value for name, _, value in pairs}


def _glob(_context: click.Context, _param: click.Parameter, pattern: str) -> str:
    path = PurePath(pattern)
    if pattern and (path.is_absolute() or ".." in path.parts or not _understood(pattern)):
        raise click.BadParameter("write a pattern such as 'out/*.png', relative to the folder of the run")
    return pattern


def _understood(pattern: str) -> bool:
    try:
        any(Path(os.devnull).glob(pattern))  # nothing is there to be found
    except (ValueError, IndexError):
        return False
    return True


def _all(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def give(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return give


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

choosing = _all(
    click.option(
        "--case",
        "cases",
        multiple=True,
        metavar="ID",
        callback=_cases,
        help="Only this one; may be repeated.",
    ),
    click.option("--style", type=click.Choice(get_args(Style)), help="Of the program (default: as seen)."),
    click.option("--jobs", type=click.IntRange(min=1), help="How many cases side by side (default: all)."),
    click.option(
        "--timeout",
        type=SECONDS,
        default=180.0,
        show_default=True,
        metavar="SECONDS",
        help="How long the program may take in one case, in real seconds.",
    ),
    click.option(
        "--speed",
        type=SECONDS,
        default=1.0,
        show_default=True,
        help="Gateway seconds per real second; the program's own waits stay as they are.",
    ),
    click.option(
        "--known-failing",
        type=_FILE,
        callback=_known,
        help="Breaches that are expected, in TOML: case, obligation, reason and expires of each.",
    ),
)
"""Options that say what is judged, and at what pace."""

starting = _all(
    click.option("--setup", default="", metavar="CMD", help="A shell command to run before each run."),
    click.option(
        "--env",
        "environment",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_environment,
        help="A variable for the program; may be repeated.",
    ),
    click.option("--stdin", type=_FILE, help="What the program reads on its standard input."),
    click.option(
        "--success-file",
        "success",
        default="",
        metavar="GLOB",
        callback=_glob,
        help="It has succeeded when such a file is in its folder and not empty, whatever its exit code.",
    ),
)
"""Options that say how the program is run."""

reports = _all(
    *(
        click.option(f"--{name}", f"{name}_file", metavar="FILE", help=f"Write the certificate here, {what}.")
        for name, what in (
            ("json", "for programs, from the first verdict on"),
            ("html", "as a page for people, with a timeline for each case"),
            ("junit", "for CI systems, as JUnit's XML"),
            ("badge", "as a badge in SVG"),
        )
    )
)
"""Options that say where reports go."""


def terms(
    *, cases: tuple[Case, ...], jobs: int | None, known_failing: Iterable[KnownBreach], **options: Any
) -> Terms:
    """Make terms of the options; a known breach of a case that is not run is left alone.

    Raises:
        click.UsageError: the style leaves none of the cases.
    """
    style = options["style"]
    ids = {case.id for case in cases if suits(case, style)}
    if not ids:
        raise click.UsageError(f"--style {style} leaves no case: all of --case are about other programs")
    return Terms(
        cases=cases,
        jobs=jobs or len(cases),
        known=tuple(each for each in known_failing if each.case in ids),
        **{name: options[name] for name in ("style", "timeout", "speed")},
    )


def program(
    command: Sequence[str],
    *,
    setup: str,
    environment: dict[str, str],
    stdin: Path | None,
    success: str,
    **_others: Any,
) -> Program:
    """Make a program of the options."""
    return Program(
        command=tuple(map(_found, command)),
        setup=setup,
        environment=environment,
        stdin=stdin.read_bytes() if stdin else b"",
        success_file=success,
    )


def _found(word: str) -> str:
    """Make the name of a file of this folder absolute: the program runs in another."""
    return str(Path(word).absolute()) if word and Path(word).is_file() else word
