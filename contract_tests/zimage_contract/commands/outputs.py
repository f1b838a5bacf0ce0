"""Options that say where reports go; whether they can be written is found out before anything is paid for."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from zimage_contract.har import dump
from zimage_contract.report import as_json, console, html, junit
from zimage_contract.verdict import Report

_STDOUT = "-"
_NARROWEST, _WIDEST = 80, 120
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
    """Where the reports of a run go: file names by format."""

    files: dict[str, str]

    @classmethod
    def of(cls, **options: str | None) -> Outputs:
        """Take the options, `json_file` and so on; raise click.UsageError where one cannot be written."""
        found = {name.removesuffix("_file"): file for name, file in options.items() if file}
        if list(found.values()).count(_STDOUT) > 1:
            names = " and ".join(f"--{name}" for name, file in found.items() if file == _STDOUT)
            raise click.UsageError(f"{names} cannot share standard output: name a file for all but one")
        for name, file in found.items():
            if file != _STDOUT:
                try_to_write(name, file)
        return cls(found)

    @property
    def console_is_stderr(self) -> bool:
        """Tell whether standard output belongs to a report."""
        return _STDOUT in self.files.values()

    def write(self, report: Report) -> None:
        """Write every report, that for the terminal last; raise click.ClickException when one cannot be."""
        failed = [
            name for name, file in self.files.items() if not write_text(name, file, _FORMATS[name][1](report))
        ]
        self._show(report)
        if failed:
            raise click.ClickException(f"the report could not be written: {', '.join(failed)}")

    def _show(self, report: Report) -> None:
        stream = sys.stderr if self.console_is_stderr else sys.stdout
        terminal = stream.isatty()
        width = shutil.get_terminal_size((_NARROWEST, 24)).columns if terminal else _WIDEST
        encoding = (getattr(stream, "encoding", "") or "ascii").lower().replace("-", "")
        text = console(
            report, width=min(width, _WIDEST), colour=coloured(terminal=terminal), plain="utf" not in encoding
        )
        stream.write(text.encode(stream.encoding or "ascii", "replace").decode(stream.encoding or "ascii"))
        stream.flush()


def coloured(*, terminal: bool) -> bool:
    """Tell whether to use colour: on a terminal that has any, unless NO_COLOR is set."""
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def write_text(name: str, file: str, text: str) -> bool:
    """Write what the option `name` asks for; say on standard error why it cannot be, and return False."""
    try:
        if file == _STDOUT:
            sys.stdout.flush()
            sys.stdout.buffer.write(text.encode())
            sys.stdout.buffer.flush()
        else:
            with open(file, "w", encoding="utf-8", newline="\n") as stream:  # noqa: PTH123 - as /dev/stderr may be one
                stream.write(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        click.echo(f"zimage-contract: --{name} {file}: {error.strerror}", err=True)
        return False
    return True


def try_to_write(name: str, file: str) -> None:
    """Find out, without a trace, whether a file can be written; raise click.UsageError when it cannot."""
    new = not os.path.lexists(file)
    try:
        with open(file, "ab"):  # noqa: PTH123 - appends nothing, so what is there stays
            pass
        if new:
            os.unlink(file)  # noqa: PTH108 - likewise
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise click.UsageError(f"--{name} {file} cannot be written: {said}") from None


def _lines(found: Any) -> str:
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
