"""`zimage-contract list`."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby

import click

from zimage_contract.checks import CHECKS, Check
from zimage_contract.commands.terms import NAMES

_WIDTH = 100


@click.command("list")
@click.option(
    "--chapter",
    "chapters",
    multiple=True,
    type=click.Choice(NAMES.chapters),
    help="Only these; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_command(*, chapters: tuple[str, ...], as_json: bool) -> None:
    """List the checks: what each demands, what that rests on, and what it cannot do without."""
    found = [check for check in CHECKS if not chapters or check.chapter in chapters]
    click.echo(
        json.dumps([_document(each) for each in found], indent=2) if as_json else "\n".join(_table(found))
    )


def _document(check: Check) -> dict[str, object]:
    return {
        "id": check.id,
        "title": check.title,
        "chapter": check.chapter,
        "section": check.section,
        "basis": check.basis,
        "needs": list(check.needs),
    }


def _table(checks: Iterable[Check]) -> Iterator[str]:
    for chapter, group in groupby(checks, key=lambda check: check.chapter):
        found = list(group)
        yield f"{chapter} ({len(found)})"
        for check in found:
            needs = f"; needs {', '.join(check.needs)}" if check.needs else ""
            yield f"  {check.id}"
            yield from textwrap.wrap(
                f"{check.title} [{check.basis}: {check.section}{needs}]",
                _WIDTH,
                initial_indent="      ",
                subsequent_indent="      ",
                break_long_words=False,
                break_on_hyphens=False,
            )
        yield ""
