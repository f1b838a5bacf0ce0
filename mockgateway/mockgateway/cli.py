"""The command `mockgateway`."""

import json
import re
import ssl
import sys
import tomllib
from pathlib import Path
from typing import Any

import click

from mockgateway import __version__
from mockgateway.commands.option import Option
from mockgateway.commands.run import run_command
from mockgateway.domain.scenario import BadScenario
from mockgateway.runtime.serve import Address, serve
from mockgateway.runtime.server import CannotListen
from mockgateway.scenarios import ScenarioBook, UnknownScenario
from mockgateway.scenarios.listing import table
from mockgateway.settings import BadSetting, Settings
from mockgateway.store import StoreRefused
from mockgateway.web.control.trust import is_local
from mockgateway.web.openapi import openapi_document

_CONFIG = Path("mockgateway.toml")
_SPAN = "SECONDS|MIN..MAX"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def _plain(name: str, value: Any) -> str:
    """Write a value of the file as it would stand on the command line, so that it is checked as there."""
    parts = value if isinstance(value, list) else [value]
    if any(isinstance(part, dict | list) for part in parts):
        raise click.UsageError(f"{name} must be one value or a list of values")
    text = ",".join(str(part).lower() if isinstance(part, bool) else str(part) for part in parts)
    if "\0" in text:
        raise click.UsageError(f"{name} holds a NUL character")
    return text


def _keys(_context: click.Context, _param: click.Parameter, text: str | None) -> frozenset[str] | None:
    """Read keys, listed with commas or in a file, one a line; `#` begins a comment there."""
    if text is None:
        return None
    try:
        found = [line.partition("#")[0] for line in Path(text).read_text("utf-8").splitlines()]
    except UnicodeDecodeError as error:
        raise click.BadParameter(f"{text} is not UTF-8 text: {error}") from None
    except (OSError, ValueError):  # it is no file
        found = text.split(",")
    keys = frozenset(key.strip() for key in found if key.strip())
    if not keys:
        raise click.BadParameter("there is no key in it")
    return keys


def _origins(_context: click.Context, _param: click.Parameter, text: str) -> frozenset[str]:
    found = frozenset(origin.strip() for origin in text.split(",") if origin.strip())
    for origin in found:
        if not re.fullmatch(r"https?://[^/\s]+", origin):
            raise click.BadParameter(f"{origin!r} is no origin; write such as http://localhost:3000")
    return found


def _targets(_context: click.Context, _param: click.Parameter, found: tuple[str, ...]) -> frozenset[str]:
    """Read hosts and networks, one by one or with commas."""
    return frozenset(each.strip() for text in found for each in text.split(",") if each.strip())


def _configured(context: click.Context, _param: click.Parameter, path: Path | None) -> None:
    """Take defaults from a TOML file, whose keys are the options' names."""
    path = path or (_CONFIG if _CONFIG.is_file() else None)
    if path is None:
        return
    try:
        found = tomllib.loads(path.read_text("utf-8"))
        values = {name.replace("-", "_"): _plain(name, value) for name, value in found.items()}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, click.UsageError) as error:
        raise click.UsageError(f"{path}: {error}") from None
    known = {option.name for option in context.command.params} - {"config"}
    if strange := sorted(values.keys() - known):
        names = ", ".join(sorted(name.replace("_", "-") for name in known if name))
        raise click.UsageError(f"{path}: there is no option {strange[0]!r}; there are {names}")
    several = {option.name for option in context.command.params if getattr(option, "multiple", False)}
    context.default_map = {
        name: text.split(",") if name in several else text for name, text in values.items()
    }


@click.group()
@click.version_option(__version__, prog_name="mockgateway", message="%(prog)s %(version)s")
def commands() -> None:
    """Mock an asynchronous image-generation gateway."""


@commands.command("serve", context_settings={"show_default": True})
@click.option(
    "--config",
    cls=Option,
    type=_FILE,
    is_eager=True,
    expose_value=False,
    callback=_configured,
    help="Take options from this TOML file (default: mockgateway.toml, if there is one).",
)
@click.option("--host", cls=Option, default="127.0.0.1", help="The address to listen on.")
@click.option(
    "--port", cls=Option, type=click.IntRange(0, 65535), default=8765, help="The port; 0 picks a free one."
)
@click.option("--tls-cert", cls=Option, type=_FILE, help="A PEM certificate chain: speak TLS.")
@click.option("--tls-key", cls=Option, type=_FILE, help="The PEM key of --tls-cert.")
@click.option("--store", cls=Option, default=":memory:", help="A file that keeps jobs over restarts.")
@click.option("--queue-time", cls=Option, metavar=_SPAN, default="1", help="How long jobs are QUEUED.")
@click.option(
    "--processing-time", cls=Option, metavar=_SPAN, default="2", help="How long jobs are PROCESSING."
)
@click.option("--speed", cls=Option, type=float, default=1.0, help="Gateway seconds per real second.")
@click.option(
    "--concurrency",
    cls=Option,
    type=int,
    help="How many jobs of a key are processed at once (default: all).",
)
@click.option("--seed", cls=Option, type=int, help="Draw the same MIN..MAX durations on every start.")
@click.option(
    "--keys",
    cls=Option,
    metavar="FILE|LIST",
    callback=_keys,
    help="The only keys that exist: k1,k2 or a file, one a line (default: any).",
)
@click.option(
    "--balance", cls=Option, metavar="DOLLARS", help="In the wallet of every key (default: no end)."
)
@click.option(
    "--turbo-price", cls=Option, metavar="DOLLARS", help="Of a Turbo picture (default: as published)."
)
@click.option(
    "--base-price", cls=Option, metavar="DOLLARS", help="Of a Base picture (default: as published)."
)
@click.option(
    "--price-per",
    cls=Option,
    type=click.Choice(["image", "request"]),
    default="image",
    help="Whether a price is for each picture or for the job.",
)
@click.option("--refund-failed", cls=Option, is_flag=True, help="Pay FAILED jobs back, as ERROR ones are.")
@click.option("--rate-limit", cls=Option, metavar="N/PERIOD", help="Such as 60/minute, for every key.")
@click.option(
    "--rate-limit-on",
    cls=Option,
    type=click.Choice(["submits", "calls"]),
    default="submits",
    help="Whether polls count too.",
)
@click.option(
    "--scenario", cls=Option, metavar="NAME", default="happy", help="Of keys that select none by their name."
)
@click.option(
    "--scenarios",
    cls=Option,
    metavar="DIR",
    type=_FOLDER,
    help="Scenarios of your own, NAME.toml, read again when they change.",
)
@click.option("--shared-jobs", cls=Option, is_flag=True, help="Let every key read every job's status.")
@click.option("--admin-token", cls=Option, help="What the control API asks for; needed beyond loopback.")
@click.option(
    "--cors",
    cls=Option,
    metavar="ORIGINS",
    default="",
    callback=_origins,
    help="Web origins whose pages may call the control API, with commas.",
)
@click.option(
    "--webhook-allow",
    cls=Option,
    multiple=True,
    metavar="HOST|CIDR",
    callback=_targets,
    help="Somewhere else that callbacks may go; may be given several times.",
)
@click.option(
    "--webhook-offline",
    cls=Option,
    is_flag=True,
    help="Send no callbacks to public addresses; jobs that name one are accepted.",
)
@click.option("--quiet", cls=Option, is_flag=True, help="Write no line per request.")
def serve_command(
    *, host: str, port: int, tls_cert: Path | None, tls_key: Path | None, quiet: bool, **settings: Any
) -> None:
    """Serve the mock until Ctrl-C."""
    address = Address(host=host, port=port, certificate=_certificate(tls_cert, tls_key))
    if not is_local(host) and not settings["admin_token"]:
        raise click.UsageError(
            f"--host {host} can be reached by others, who could then control the mock: set an --admin-token"
        )
    try:
        serve(Settings(**settings), address, quiet=quiet)
    except (BadScenario, BadSetting, StoreRefused) as error:
        raise click.UsageError(str(error)) from None
    except CannotListen as error:
        raise click.ClickException(str(error)) from None


commands.add_command(run_command)


@commands.command("openapi")
def openapi_command() -> None:
    """Print the OpenAPI document of the gateway."""
    click.echo(json.dumps(openapi_document(), indent=2))


@commands.group("scenarios", invoke_without_command=True)
@click.option(
    "--scenarios",
    "folder",
    envvar="MOCKGATEWAY_SCENARIOS",
    metavar="DIR",
    type=_FOLDER,
    help="Scenarios of your own, too.",
)
@click.pass_context
def scenarios_command(context: click.Context, folder: Path | None) -> None:
    """List the situations that a key can put a program in: `mock-NAME`, or `mock-NAME-anything`."""
    try:
        context.obj = ScenarioBook(folder)
    except BadScenario as error:
        raise click.UsageError(str(error)) from None
    if context.invoked_subcommand is None:
        click.echo("\n".join(table(context.obj)))


@scenarios_command.command("show")
@click.argument("name")
@click.pass_obj
def show_command(book: ScenarioBook, name: str) -> None:
    """Print the TOML of a scenario, to copy and change."""
    try:
        click.echo(book.get(name).source, nl=False)
    except UnknownScenario as error:
        raise click.UsageError(str(error)) from None


def _certificate(cert: Path | None, key: Path | None) -> tuple[Path, Path] | None:
    if cert is None and key is None:
        return None
    if cert is None or key is None:
        raise click.UsageError("--tls-cert and --tls-key go together: give both or none")
    try:
        # With a password, so that nobody is asked for one.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key, password="")
    except (ssl.SSLError, OSError) as error:
        raise click.UsageError(f"{cert} and {key} are no certificate and its key: {error}") from None
    return cert, key


def main() -> None:
    """Run the command: exit 0 when all went well, 1 when it could not, 2 when it was misused.

    `run` ends as its program does.
    """
    try:
        code = commands.main(prog_name="mockgateway", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        click.echo(f"mockgateway: {' '.join(error.format_message().split())}", err=True)
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    if code:
        sys.exit(code)
