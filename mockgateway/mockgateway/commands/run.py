"""`mockgateway run`."""

import secrets
from pathlib import Path

import click

from mockgateway.commands.option import Option
from mockgateway.domain.scenario import BadScenario
from mockgateway.runtime.server import CannotListen
from mockgateway.settings import BadSetting, Settings

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def _file(_context: click.Context, _param: click.Parameter, path: Path | None) -> Path | None:
    """Check now what would be found out when the program has ended."""
    if path is None:
        return None
    if str(path) == "-":
        raise click.BadParameter("standard output is the program's; name a file")
    if path.is_dir():
        raise click.BadParameter(f"{path} is a folder; name a file")
    if not path.parent.is_dir():
        raise click.BadParameter(f"there is no folder {path.parent}")
    return path.absolute()


_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command(
    "run",
    context_settings={"show_default": True, "allow_interspersed_args": False},
    options_metavar="[OPTIONS] --",
)
@click.option(
    "--scenario", cls=Option, metavar="NAME", default="happy", help="Of keys that select none by their name."
)
@click.option("--scenarios", cls=Option, metavar="DIR", type=_FOLDER, help="Scenarios of your own, too.")
@click.option("--speed", cls=Option, type=float, default=1.0, help="Gateway seconds per real second.")
@click.option("--allow-network", cls=Option, is_flag=True, help="Let the program reach other hosts too.")
@click.option("--java", cls=Option, is_flag=True, help="Lead JVMs too; each says so on its standard error.")
@click.option("--quiet", cls=Option, is_flag=True, help="Write no summary when it has ended.")
@click.option("--har", cls=Option, metavar="FILE", type=_FILE, callback=_file, help="Write all exchanges.")
@click.option("--json", cls=Option, metavar="FILE", type=_FILE, callback=_file, help="Write the summary.")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def run_command(  # noqa: PLR0913 - one for each option
    *,
    scenario: str,
    scenarios: Path | None,
    speed: float,
    allow_network: bool,
    java: bool,
    quiet: bool,
    har: Path | None,
    json: Path | None,
    command: tuple[str, ...],
) -> int:
    """Run a program that was written for the live gateway, unmodified, against a mock of its own.

    It finds the mock under the live names, https://gateway.pixazo.ai and where its pictures are; its
    output, signals and exit code are its own. See docs/run.md.
    """
    from mockgateway.runtime.masquerade.run import CannotRun, Run, run_program  # not to be had on Windows

    if not command or not command[0]:
        raise click.UsageError("say what to run: mockgateway run [OPTIONS] -- COMMAND [ARGUMENTS]")
    try:
        settings = Settings(
            scenario=scenario,
            scenarios=scenarios,
            speed=speed,
            webhook_offline=not allow_network,
            # Nobody is told it: not even a program that guesses the mock's port gets at its controls.
            admin_token=secrets.token_urlsafe(),
        )
        return run_program(
            Run(
                command=command,
                settings=settings,
                allow_network=allow_network,
                java=java,
                quiet=quiet,
                har=har,
                json=json,
            )
        )
    except (BadScenario, BadSetting) as error:
        raise click.UsageError(str(error)) from None
    except CannotListen as error:
        raise click.ClickException(str(error)) from None
    except CannotRun as error:
        click.echo(f"mockgateway: {error}", err=True)
        return error.code
