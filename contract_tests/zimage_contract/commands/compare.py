"""`zimage-contract compare`."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, get_args

import click

from zimage_contract.commands.files import try_to_write, write_text
from zimage_contract.commands.probing import deadline_option, examples_option, seed_option
from zimage_contract.commands.progress import Progress
from zimage_contract.commands.verify import read_dollars, read_key, settings_for
from zimage_contract.probe.settings import ProbeSettings
from zimage_contract.target import BadTarget, Target, opened
from zimage_contract.verdict import Level
from zimage_schemas import MODELS

_STDOUT = "-"
_REST: dict[str, Any] = {"poll_interval": None, "max_response": 10.0}


@click.command("compare")
@click.argument("a")
@click.argument("b")
@click.option(
    "--api-key",
    envvar="PIXAZO_API_KEY",
    show_envvar=True,
    metavar="KEY",
    callback=read_key,
    help="A key that is good at both; a mock on this machine needs none.",
)
@click.option("--api-key-a", metavar="KEY", callback=read_key, help="A good key of A.")
@click.option("--api-key-b", metavar="KEY", callback=read_key, help="A good key of B.")
@click.option("--model", type=click.Choice([*MODELS, "all"]), default="all", show_default=True)
@click.option(
    "--budget",
    metavar="DOLLARS",
    callback=read_dollars,
    help="What may be spent at each (default: nothing; with both on this machine, any amount).",
)
@click.option(
    "--level",
    type=click.Choice(get_args(Level)),
    help="Count only what breaks the contract on this ground or a firmer one (default: every difference).",
)
@seed_option
@examples_option
@deadline_option
@click.option("--json", "json_file", metavar="FILE", help="Write the comparison here. -: standard output.")
def compare_command(  # noqa: PLR0913 - click hands every option over by its name
    *, a: str, b: str, api_key: str, api_key_a: str, api_key_b: str, json_file: str | None, **options: Any
) -> None:
    """Send the gateways A and B the same requests, and say where their answers differ.

    Each is a URL, `mock` (starts one), or `live`.

    Exit code 0: they do not differ; 1: they do; 2: misuse, or one does not answer.
    """
    from zimage_contract.compare import compare, telling
    from zimage_contract.probe import Unreachable

    level: Level | None = options.pop("level")
    if json_file and json_file != _STDOUT:
        try_to_write("json", json_file)
    try:
        with ExitStack() as stack:
            targets = tuple(
                stack.enter_context(opened(name, key or api_key))
                for name, key in ((a, api_key_a), (b, api_key_b))
            )
            progress = stack.enter_context(Progress())
            names = targets[0].name, targets[1].name
            progress.say(f"comparing A {names[0]} with B {names[1]}")
            found = compare(*_settings(targets, **options), tell=progress.tell)
    except (BadTarget, Unreachable) as error:
        raise click.UsageError(str(error)) from None
    written = True
    if json_file:
        report = telling.as_json(found, names, level)
        written = write_text("json", json_file, json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    click.echo(telling.told(found, names, level), nl=False, err=json_file == _STDOUT)
    if not written:
        raise click.ClickException("the comparison could not be written: json")
    sys.exit(1 if telling.drift(found, level) else 0)


def _settings(targets: tuple[Target, ...], **options: Any) -> tuple[ProbeSettings, ProbeSettings]:
    """Make the settings of both; where one of them is elsewhere, nothing may be spent at either."""
    first, second = (settings_for(target, **options, **_REST) for target in targets)
    if options["budget"] is None and second.budget is not None:
        first = replace(first, budget=second.budget)
    return first, second
