"""Files that reports go to, and the terminal; whether they can be written is found out at once."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import click

_STDOUT = "-"
_NARROWEST, _WIDEST = 80, 120


@dataclass(frozen=True, slots=True)
class Files:
    """Names of files by what goes into them; "-" is standard output."""

    names: Mapping[str, str]

    @classmethod
    def of(cls, **options: str | None) -> Files:
        """Take the options, `json_file` and so on; raise click.UsageError where one cannot be written."""
        found = {name.removesuffix("_file"): file for name, file in options.items() if file}
        if list(found.values()).count(_STDOUT) > 1:
            names = " and ".join(f"--{name}" for name, file in found.items() if file == _STDOUT)
            raise click.UsageError(f"{names} cannot share standard output: name a file for all but one")
        _tell_apart(found)
        for name, file in found.items():
            if file != _STDOUT:
                try_to_write(name, file)
        return cls(found)

    @property
    def terminal(self) -> TextIO:
        """Where reports for people go: standard error where standard output belongs to another."""
        return sys.stderr if _STDOUT in self.names.values() else sys.stdout

    def write(self, make: Callable[[str], str], without: Collection[str] = ()) -> list[str]:
        """Write what is made for each name; return the names of those that could not be written.

        Args:
            make: makes the text for a name.
            without: names that are left out.
        """
        wanted = {name: file for name, file in self.names.items() if name not in without}
        return [name for name, file in wanted.items() if not write_text(name, file, make(name))]

    def show(self, make: Callable[..., str]) -> None:
        """Show a report for people, made to the terminal's `width`, `colour`, and `plain` signs."""
        show(self.terminal, make)


def show(stream: TextIO, make: Callable[..., str]) -> None:
    """Show on a stream what is made to its `width`, `colour`, and `plain` signs."""
    terminal = stream.isatty()
    width = shutil.get_terminal_size((_NARROWEST, 24)).columns if terminal else _WIDEST
    encoding = (getattr(stream, "encoding", "") or "ascii").lower().replace("-", "")
    text = make(width=min(width, _WIDEST), colour=coloured(terminal=terminal), plain="utf" not in encoding)
    stream.write(text.encode(stream.encoding or "ascii", "replace").decode(stream.encoding or "ascii"))
    stream.flush()


def _tell_apart(files: Mapping[str, str]) -> None:
    """Raise click.UsageError where one report would overwrite another; devices take any number."""
    taken: dict[str, str] = {}
    for name, file in files.items():
        real = Path(file).resolve()
        other = taken.setdefault(str(real), name)
        if other != name and file != _STDOUT and (real.is_file() or not real.exists()):
            raise click.UsageError(f"--{other} and --{name} cannot both be {file}: name two files")


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
