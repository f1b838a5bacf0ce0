"""Options of every command that probes a gateway."""

import click

from zimage_contract.commands.seconds import SECONDS

seed_option = click.option(
    "--seed", type=click.IntRange(min=0), help="Repeat the generated requests of another run."
)
examples_option = click.option(
    "--examples",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="Generated requests for each property.",
)
deadline_option = click.option(
    "--deadline",
    type=SECONDS,
    metavar="SECONDS",
    default=180.0,
    show_default=True,
    help="How long a job may take.",
)
