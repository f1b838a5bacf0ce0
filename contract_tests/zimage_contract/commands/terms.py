"""Options that say what is judged and how strictly, and what comes of them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from zimage_contract.checks import CHECKS
from zimage_contract.verdict import LEFT_OUT, KnownFailing, Level, Terms

_ENTRY = {"check", "reason", "expires"}
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
            raise click.BadParameter(f"there is no check or chapter {name!r}{_nearest(name, known)}")
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


def _nearest(name: str, known: Collection[str]) -> str:
    inside = [each for each in known if name.lower() in each.lower()]
    near = dict.fromkeys([*get_close_matches(name, known, _MOST_NAMES), *inside])
    if not near:
        return "; zimage-contract list shows all"
    return f"; did you mean {', '.join(list(near)[:_MOST_NAMES])}?"


def _known_failing(
    _context: click.Context, _param: click.Parameter, path: Path | None
) -> tuple[KnownFailing, ...]:
    if path is None:
        return ()
    try:
        found = tomllib.loads(path.read_text("utf-8"))
        return _entries(found)
    except (OSError, ValueError) as error:  # a TOML error is a ValueError
        raise click.BadParameter(f"{path}: {error}") from None


def _entries(found: dict[str, Any]) -> tuple[KnownFailing, ...]:
    if found.keys() - {"known-failing"} or not isinstance(found.get("known-failing", []), list):
        raise ValueError("write a table [[known-failing]] for each check, and nothing else")
    entries = tuple(_entry(number, each) for number, each in enumerate(found.get("known-failing", []), 1))
    ids = [each.check for each in entries]
    for each in ids:
        if ids.count(each) > 1:
            raise ValueError(f"{each} stands in it {ids.count(each)} times")
    return entries


def _entry(number: int, found: object) -> KnownFailing:
    if not isinstance(found, dict) or found.keys() != _ENTRY:
        raise ValueError(f"entry {number} must have check, reason and expires, and nothing else")
    name, reason, expires = found["check"], found["reason"], found["expires"]
    if name not in NAMES.ids:
        raise ValueError(f"entry {number}: there is no check {name!r}{_nearest(str(name), NAMES.ids)}")
    if not isinstance(reason, str) or not reason.strip():
        raise ValueError(f"entry {number}: say in reason why {name} fails")
    if isinstance(expires, str):
        expires = date.fromisoformat(expires)
    if type(expires) is not date:
        raise ValueError(f"entry {number}: expires must be a date such as 2030-01-31")
    return KnownFailing(name, reason.strip(), expires)
