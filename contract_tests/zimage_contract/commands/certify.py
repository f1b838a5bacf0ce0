"""`zimage-contract certify`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import click

from zimage_contract.certificate import Certificate
from zimage_contract.certify import CannotStart, Program, Terms, certify, watch
from zimage_contract.commands import certify_options as options_of
from zimage_contract.commands.certify_journal import Journal
from zimage_contract.commands.certify_progress import CertifyProgress
from zimage_contract.commands.ending import INTERRUPTED
from zimage_contract.commands.files import Files
from zimage_contract.commands.room import make_room
from zimage_contract.commands.serving import Serving, terminated_as_interrupt
from zimage_contract.report import certificate as report

_EXIT_CODES = {"pass": 0}


@click.command("certify", context_settings={"ignore_unknown_options": False})
@options_of.choosing
@options_of.starting
@options_of.reports
@click.option(
    "--serve", is_flag=True, help="Start nothing: print an origin and a key for each case, wait, and judge."
)
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def certify_command(*, command: tuple[str, ...], serve: bool, **options: Any) -> None:
    """Put a program into every case, and say whether it may be trusted with money.

    COMMAND is run once for each case, side by side, each with a mock of its own: its business is to make
    one picture and exit with 0, or to fail and exit with another code. Files of this folder that COMMAND
    names are made absolute, since each run has a folder of its own.

    Exit code 0: every must is kept; 1: one is not, or a case gave no evidence; 2: misuse.
    """
    files = Files.of(**{name: options.pop(name) for name in [*options] if name.endswith("_file")})
    program, terms = options_of.program(command, **options), options_of.terms(**options)
    _check(command, serve=serve)
    make_room(len(terms.cases) if serve else min(terms.jobs, len(terms.cases)))
    journal = Journal(files)
    with terminated_as_interrupt():
        found = _served(terms, journal, files) if serve else _certified(program, terms, journal, files)
    _end(found, journal, files)


def _check(command: Sequence[str], *, serve: bool) -> None:
    if serve and command:
        raise click.UsageError("--serve starts nothing: leave COMMAND out, or --serve")
    if not serve and not command:
        raise click.UsageError("say which program: zimage-contract certify -- COMMAND …, or --serve")


def _certified(program: Program, terms: Terms, journal: Journal, files: Files) -> Certificate:
    with CertifyProgress(terms, files.terminal) as progress:
        progress.plan(journal.told)
        journal.begin(case.id for case in terms.cases)

        def told(certificate: Certificate, result: Any) -> None:
            journal.keep(certificate)
            progress.reached(certificate, partial(report.case_line, result))

        try:
            return certify(program, terms, date.today(), told)  # noqa: DTZ011 - days end where the user is
        except CannotStart as error:
            raise click.UsageError(str(error)) from None


def _served(terms: Terms, journal: Journal, files: Files) -> Certificate:
    serving = Serving(journal, files.terminal)
    found = watch(terms, date.today(), serving.wait)  # noqa: DTZ011 - as above
    for result in found.results:
        files.show(partial(report.case_line, result))
    return found


def _end(found: Certificate, journal: Journal, files: Files) -> None:
    """Write the reports and leave."""
    written = {"json"} if journal.keep(found) else set()
    failed = files.write(
        lambda name: journal.text if name == "json" else _TEXTS[name](found), without=written
    )
    badge_file = Path(files.names.get("badge", "")).name
    files.show(partial(report.ending, found, badge_file=badge_file))
    if failed:
        raise click.ClickException(f"the report could not be written: {', '.join(failed)}")
    sys.exit(INTERRUPTED if found.interrupted else _EXIT_CODES.get(found.verdict, 1))


_TEXTS = {"html": report.html, "junit": report.junit, "badge": report.badge}
