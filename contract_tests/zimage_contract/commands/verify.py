"""`zimage-contract verify`."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, get_args

import click

from zimage_contract._verify import verify
from zimage_contract.commands.ending import end
from zimage_contract.commands.outputs import Outputs, output_options
from zimage_contract.commands.probing import deadline_option, examples_option, seed_option
from zimage_contract.commands.progress import Progress
from zimage_contract.commands.seconds import SECONDS
from zimage_contract.commands.terms import judging_options, terms
from zimage_contract.exchange import Situation
from zimage_contract.probe.settings import ProbeSettings
from zimage_contract.target import BadTarget, Target, opened
from zimage_schemas import MODELS

_SITUATIONS = (*get_args(Situation), "second")
_LARGEST_SEED = 2**32


def read_dollars(_context: click.Context, _param: click.Parameter, text: str | None) -> Decimal | None:
    """Read an amount of dollars; raise click.BadParameter for what is none."""
    if text is None:
        return None
    try:
        amount = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise click.BadParameter(f"{text!r} is no amount of dollars; write such as 0.50")
    return amount


def _keys(_context: click.Context, _param: click.Parameter, found: tuple[str, ...]) -> dict[str, str]:
    keys = {}
    for each in found:
        situation, equals, key = each.partition("=")
        if not equals or not key or situation not in _SITUATIONS:
            raise click.BadParameter(f"write SITUATION=KEY; the situations are {', '.join(_SITUATIONS)}")
        keys[situation] = _sendable(key)
    return keys


def read_key(_context: click.Context, _param: click.Parameter, key: str | None) -> str:
    """Read a key, "" for none; raise click.BadParameter for what no header can hold."""
    return _sendable(key.strip()) if key else ""


def _sendable(key: str) -> str:
    if not key.isascii() or not key.isprintable():
        raise click.BadParameter("a key is printable ASCII; this one could not be sent in a header")
    return key


def _public(_context: click.Context, _param: click.Parameter, url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise click.BadParameter(f"{url!r} is no URL; write such as https://example.com/hook")
    return url


@click.command("verify")
@click.argument("target")
@click.option(
    "--api-key",
    envvar="PIXAZO_API_KEY",
    show_envvar=True,
    callback=read_key,
    help="A good key; a mock on this machine needs none.",
)
@click.option("--model", type=click.Choice([*MODELS, "all"]), default="all", show_default=True)
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="SITUATION=KEY",
    callback=_keys,
    help=f"A key that shows a situation: {', '.join(_SITUATIONS)}. A mock's are known.",
)
@click.option(
    "--budget",
    metavar="DOLLARS",
    callback=read_dollars,
    help="What may be spent, by the published prices (default: nothing; on this machine, any amount).",
)
@judging_options
@seed_option
@examples_option
@click.option("--poll-interval", type=SECONDS, metavar="SECONDS", help="Default: 5; less on this machine.")
@deadline_option
@click.option(
    "--max-response",
    type=SECONDS,
    metavar="SECONDS",
    default=10.0,
    show_default=True,
    help="How long an answer may take.",
)
@click.option(
    "--webhook-url",
    default="",
    metavar="URL",
    callback=_public,
    help="A public address that reaches this machine's receiver; not needed for a target on this machine.",
)
@output_options
def verify_command(*, target: str, api_key: str, keys: Mapping[str, str], **options: Any) -> None:
    """Probe the gateway TARGET: a URL, `mock` (starts one), or `live`.

    Exit code 0: it conforms; 1: it departs; 2: misuse, or nothing answers.
    """
    outputs = Outputs.of(**{name: options.pop(name) for name in [*options] if name.endswith("_file")})
    chosen = terms(
        **{
            name: options.pop(name)
            for name in ("level", "only", "skip", "known_failing", "allow_inconclusive")
        }
    )
    try:
        with opened(target, api_key, keys) as found, Progress() as progress:
            settings = settings_for(found, **options)
            progress.say(f"probing {found.name}{'' if found.name == found.origin else f' at {found.origin}'}")
            report = verify(settings, terms=chosen, tell=progress.tell, target=found.name)
    except BadTarget as error:
        raise click.UsageError(str(error)) from None
    end(report, outputs)


def settings_for(
    target: Target,
    *,
    model: str,
    budget: Decimal | None,
    seed: int | None,
    poll_interval: float | None,
    **options: Any,
) -> ProbeSettings:
    """Make settings of the options; what nobody said depends on the target."""
    return ProbeSettings(
        origin=target.origin,
        key=target.key,
        keys=target.keys,
        models=tuple(MODELS.values()) if model == "all" else (MODELS[model],),
        seed=secrets.randbelow(_LARGEST_SEED) if seed is None else seed,
        budget=target.budget if budget is None else budget,
        poll_interval=target.poll_interval if poll_interval is None else poll_interval,
        patience=target.patience,
        **options,
    )
