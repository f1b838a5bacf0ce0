"""`zimage-contract audit`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from zimage_contract._audit import audit
from zimage_contract.commands.ending import end
from zimage_contract.commands.outputs import Outputs, output_options
from zimage_contract.commands.terms import judging_options, terms
from zimage_contract.har import BadArchive, load


@click.command("audit")
@click.argument("file", type=click.Path(path_type=Path))
@judging_options
@output_options
def audit_command(*, file: Path, **options: Any) -> None:
    """Judge recorded traffic, a HAR FILE of a browser, a proxy or the mock, by the checks of `verify`.

    A recording shows what it shows: checks without evidence in it do not count against it, unless
    --allow-inconclusive says which may be without.

    Exit code 0: the gateway in it conforms; 1: it departs; 2: misuse, or there is nothing to judge.
    """
    outputs = Outputs.of(**{name: options.pop(name) for name in [*options] if name.endswith("_file")})
    chosen = terms(**options)
    try:
        transcript = load(file)
    except BadArchive as error:
        raise click.UsageError(str(error)) from None
    end(audit(transcript, terms=chosen, target=str(file)), outputs)
