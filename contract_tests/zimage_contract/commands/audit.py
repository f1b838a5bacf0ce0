"""`zimage-contract audit`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from zimage_contract._audit import audit
from zimage_contract.checks import CHECKS
from zimage_contract.commands.ending import end
from zimage_contract.commands.outputs import Outputs, output_options
from zimage_contract.commands.terms import judging_options, terms
from zimage_contract.har import BadArchive, load
from zimage_contract.obligations import OBLIGATIONS


@click.command("audit")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--side",
    type=click.Choice(["both", "gateway", "program"]),
    default="both",
    show_default=True,
    help="Who is judged; the options about checks are about the gateway.",
)
@judging_options
@output_options
def audit_command(*, file: Path, side: str, **options: Any) -> None:
    """Judge recorded traffic, a HAR FILE of a browser, a proxy or the mock, on both sides.

    The gateway is judged by the checks of `verify`, and the program that called it by those obligations of
    `certify` that traffic alone can show. A recording shows what it shows: checks without evidence in it do
    not count against it, unless --allow-inconclusive says which may be without.

    Exit code 0: both keep the contract; 1: one departs from it; 2: misuse, or there is nothing to judge.
    """
    outputs = Outputs.of(**{name: options.pop(name) for name in [*options] if name.endswith("_file")})
    chosen = terms(**options)
    try:
        transcript = load(file)
    except BadArchive as error:
        raise click.UsageError(str(error)) from None
    checks = () if side == "program" else CHECKS
    obligations = () if side == "gateway" else OBLIGATIONS
    end(audit(transcript, checks, chosen, target=str(file), obligations=obligations), outputs)
