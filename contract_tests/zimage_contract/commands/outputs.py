"""Options that say where reports go; whether they can be written is found out before anything is paid for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import click

from zimage_contract.commands.files import Files
from zimage_contract.har import dump
from zimage_contract.report import as_json, console, html, junit
from zimage_contract.verdict import Report

Command = TypeVar("Command", bound=Callable[..., Any])

_FORMATS: dict[str, tuple[str, Callable[[Report], str]]] = {
    "json": ("for programs", lambda report: _lines(as_json(report))),
    "junit": ("for CI systems, as JUnit's XML", junit),
    "html": ("as a page for people", html),
    "har": ("every exchange, as an HTTP Archive", lambda report: _lines(dump(report.transcript))),
}


def output_options(command: Command) -> Command:
    """Give a command the options that `Outputs` takes."""
    for name, (what, _) in reversed(_FORMATS.items()):
        said = f"Write the report here, {what}." if name != "har" else f"Write {what}, here."
        option = click.option(f"--{name}", f"{name}_file", metavar="FILE", help=f"{said} -: standard output.")
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where the reports of a run go."""

    files: Files

    @classmethod
    def of(cls, **options: str | None) -> Outputs:
        """Take the options, `json_file` and so on; raise click.UsageError where one cannot be written."""
        return cls(Files.of(**options))

    def write(self, report: Report) -> None:
        """Write every report, that for the terminal last; raise click.ClickException when one cannot be."""
        failed = self.files.write(lambda name: _FORMATS[name][1](report))
        self.files.show(partial(console, report))
        if failed:
            raise click.ClickException(f"the report could not be written: {', '.join(failed)}")


def _lines(found: Any) -> str:
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
