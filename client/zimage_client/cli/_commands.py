"""The commands themselves: read the words, call the library, show what comes."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from zimage_client._errors import ZImageError
from zimage_client._requests import REQUESTS, Request
from zimage_client._version import version
from zimage_client.cli._batchfile import read_batch
from zimage_client.cli._codes import EXIT_CODES, code_of, code_of_all, describe
from zimage_client.cli._display import display_for
from zimage_client.cli._models import models_json, models_table
from zimage_client.cli._options import OUT, connection_options, patience_options, request_options
from zimage_client.cli._session import Run, open_client
from zimage_schemas import MODELS

_CODES = "; ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items())


@click.group(epilog=f"Exit codes: {_CODES}.")
@click.version_option(version(), prog_name="zimage", message="%(prog)s %(version)s")
def commands() -> None:
    """Make pictures with Z-Image.

    The key is read from the environment variable PIXAZO_API_KEY; without one, a gateway on this machine
    is given "mock-happy".
    """


@commands.command("generate")
@click.argument("prompt", required=False)
@request_options
@click.option("--out", **OUT)
@click.option(
    "--batch",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take requests from a .csv (a column a field) or .jsonl file; the other options fill its gaps.",
)
@click.option(
    "--concurrency", type=click.IntRange(1, 256), default=4, show_default=True, help="Jobs at once."
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where a batch remembers what is paid for (default: FILE.state in --out).",
)
@click.option(
    "--confirm-above",
    type=Decimal,
    default=Decimal(1),
    show_default=True,
    metavar="DOLLARS",
    help="Ask first.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--webhook", metavar="URL", help="Be called back: a public URL that leads to --webhook-port, or `local`."
)
@click.option("--webhook-port", type=click.IntRange(0, 65535), default=0, help="Default: any free port.")
@patience_options
@connection_options
def generate(  # noqa: PLR0913 -- an option each
    *,
    prompt: str | None,
    batch: Path | None,
    out: Path,
    state: Path | None,
    confirm_above: Decimal,
    yes: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Make pictures of PROMPT, or of every line of a batch file, and print where they are."""
    requests = _requests(prompt, batch, options)
    _show_cost(requests, confirm_above, asked=yes, always=batch is not None)
    if batch and not state:
        state = out / f"{batch.name}.state"
    run = Run(requests, out, state, options)
    with display_for(requests, as_json=as_json) as display:
        try:
            outcomes = [outcome.error for outcome in run.outcomes(display)]
        except KeyboardInterrupt:
            display.interrupted(state)
            sys.exit(130)
    sys.exit(code_of_all(outcomes))


def _requests(prompt: str | None, batch: Path | None, options: dict[str, Any]) -> list[Request]:
    model = options.pop("model")
    body = {name: options.pop(name) for name in _FIELDS}
    given = {name: value for name, value in body.items() if value is not None}
    if (prompt is None) == (batch is None):
        raise click.UsageError("give a PROMPT, or --batch FILE")
    if batch:
        return read_batch(batch, model, given)
    return [REQUESTS[model].from_body({"prompt": prompt, **given})]


_FIELDS = tuple(
    sorted({name for each in MODELS.values() for name in each.request.schema["properties"]} - {"prompt"})
)


def _show_cost(requests: list[Request], limit: Decimal, *, asked: bool, always: bool) -> None:
    cost = sum((each.cost for each in requests), Decimal(0))
    pictures = sum(each.num_images for each in requests)
    said = f"{len(requests)} requests, {pictures} pictures: about ${cost} at the published price"
    if always or cost > limit:
        click.echo(said, err=True)
    if cost > limit and not asked:
        if not sys.stdin.isatty():
            raise click.UsageError(f"that is more than --confirm-above {limit}: add --yes, or raise it")
        click.confirm("Go on?", abort=True, err=True)


@commands.command("status")
@click.argument("request_id", metavar="ID")
@connection_options
def status(*, request_id: str, as_json: bool, **options: Any) -> None:
    """Ask once for the status of a job, and print it."""
    with open_client(options) as client:
        found = client.job(request_id).status()
    reason = f": {found.error}" if found.error else ""
    click.echo(json.dumps(found.document) if as_json else f"{found.state}{reason}")


@commands.command("wait")
@click.argument("request_id", metavar="ID")
@patience_options
@connection_options
def wait(*, request_id: str, as_json: bool, timeout: float, **options: Any) -> None:
    """Wait until a job is COMPLETED."""
    with open_client(options) as client, display_for([], as_json=as_json) as display:
        found = client.job(request_id).wait(timeout, lambda each: display.update(0, each))
    click.echo(json.dumps(found.document) if as_json else found.state)


@commands.command("download")
@click.argument("request_id", metavar="ID")
@click.option("--out", **OUT)
@connection_options
def download(*, request_id: str, as_json: bool, out: Path, **options: Any) -> None:
    """Save the pictures of a job that is COMPLETED, and print where they are."""
    with open_client(options) as client, display_for([], as_json=as_json) as display:
        files = client.job(request_id).download(out, on_progress=lambda each: display.progress(0, each))
    names = [str(each) for each in files]
    click.echo(json.dumps({"request_id": request_id, "files": names}) if as_json else "\n".join(names))


@commands.command("models")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def models(*, as_json: bool) -> None:
    """Show both models: fields, ranges, defaults, prices, and what each of these rests on."""
    click.echo(json.dumps(models_json(), indent=2) if as_json else models_table())


@commands.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(*, shell: str) -> None:
    """Print what completes `zimage` in a shell: eval "$(zimage completion bash)"."""
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    if made:
        click.echo(made(commands, {}, "zimage", "_ZIMAGE_COMPLETE").source())


def main(arguments: list[str] | None = None) -> None:
    """Run the command; its help says what the exit codes mean."""
    try:
        sys.exit(commands.main(arguments, prog_name="zimage", standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _complain(" ".join(error.format_message().split()), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except (ZImageError, OSError) as error:
        _complain(describe(error), code_of(error))


def _complain(said: str, code: int) -> None:
    click.echo(f"zimage: {said}", err=True)
    sys.exit(code)
