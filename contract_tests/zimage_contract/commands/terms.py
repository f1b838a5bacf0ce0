"""Options that say what is judged and how strictly, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from zimage_contract.checks import CHECKS
from zimage_contract.commands.known import known_entries
from zimage_contract.verdict import LEFT_OUT, KnownFailing, Level, Terms

_MOST_NAMES = 3
Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Names:
    """Checks and chapters, as words that may be given for them."""

    ids: tuple[str, ...]
    chapters: tuple[str, ...]

    def check(self, names: Iterable[str]) -> frozenset[str]:
        """Return the names; raise click.BadParameter for one that is none, with those that are like it."""
        found = frozenset(names)
        known = [*self.chapters, *self.ids]
        for name in sorted(found - set(known)):
            raise click.BadParameter(f"there is no check or chapter {name!r}{nearest(name, known)}")
        return found


NAMES = Names(
    tuple(check.id for check in CHECKS),
    tuple(dict.fromkeys(check.chapter for check in CHECKS)),
)


def judging_options(command: Command) -> Command:
    """Give a command the options that `terms` reads."""
    options = (
        click.option(
            "--level",
            type=click.Choice(get_args(Level)),
            default="documented",
            show_default=True,
            help="The softest basis whose breach is a failure; others are warnings or information.",
        ),
        _names_option("--only", "Judge only this check or chapter; may be given several times."),
        _names_option("--skip", "Leave this check or chapter out; may be given several times."),
        click.option(
            "--known-failing",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            callback=_known_failing,
            help="Checks that are expected to fail, in TOML: check, reason and expires of each.",
        ),
        _names_option("--allow-inconclusive", "Let this check or chapter be without evidence."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def terms(
    *,
    level: Level,
    only: Collection[str],
    skip: Collection[str],
    known_failing: Iterable[KnownFailing],
    allow_inconclusive: Collection[str],
) -> Terms:
    """Make terms of the options; raise click.UsageError when they leave no check."""
    left_out = {}
    for check in CHECKS:
        names = {check.id, check.chapter}
        if (only and names.isdisjoint(only)) or not names.isdisjoint(skip):
            left_out[check.id] = f"{LEFT_OUT} by {'--only' if names.isdisjoint(skip) else '--skip'}"
    if len(left_out) == len(CHECKS):
        raise click.UsageError("--only and --skip leave no check to judge by")
    return Terms(
        level=level,
        known_failing={each.check: each for each in known_failing},
        allow_inconclusive=allow_inconclusive,
        left_out=left_out,
    )


def _names_option(name: str, text: str) -> Callable[[Command], Command]:
    return click.option(name, multiple=True, metavar="ID|CHAPTER", callback=_names, help=text)


def _names(_context: click.Context, _param: click.Parameter, found: tuple[str, ...]) -> frozenset[str]:
    return NAMES.check(name.strip() for each in found for name in each.split(",") if name.strip())


def nearest(name: str, known: Collection[str], otherwise: str = "zimage-contract list shows all") -> str:
    """Say which names are like one that is none."""
    inside = [each for each in known if name.lower() in each.lower()]
    near = dict.fromkeys([*get_close_matches(name, known, _MOST_NAMES), *inside])
    if not near:
        return f"; {otherwise}"
    return f"; did you mean {', '.join(list(near)[:_MOST_NAMES])}?"


def _known_failing(
    _context: click.Context, _param: click.Parameter, path: Path | None
) -> tuple[KnownFailing, ...]:
    return known_entries(path, _entry, ("check",)) if path else ()


def _entry(number: int, *, check: str, reason: str, expires: date) -> KnownFailing:
    if check not in NAMES.ids:
        raise ValueError(f"entry {number}: there is no check {check!r}{nearest(str(check), NAMES.ids)}")
    return KnownFailing(check, reason, expires)
