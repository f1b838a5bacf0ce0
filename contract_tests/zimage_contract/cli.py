"""The command `zimage-contract`: its commands are put together here, and its errors told in one line."""

from __future__ import annotations

import os
import sys

import click

from zimage_contract.commands.audit import audit_command
from zimage_contract.commands.certify import certify_command
from zimage_contract.commands.compare import compare_command
from zimage_contract.commands.ending import INTERRUPTED
from zimage_contract.commands.listing import list_command
from zimage_contract.commands.verify import verify_command

_NAME = "zimage-contract"


@click.group()
@click.version_option(package_name="mockgateway", prog_name=_NAME, message="%(prog)s %(version)s")
def commands() -> None:
    """Say whether a gateway, or a program that calls one, keeps the contract."""


for _command in (verify_command, audit_command, certify_command, compare_command, list_command):
    commands.add_command(_command)


def main() -> None:
    """Run the command: exit 0 when all is well, 1 when something departs, 2 when it was misused."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 - there may be no home
    # Else hypothesis leaves a folder of its own wherever the command is run.
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", os.path.join(cache, _NAME))  # noqa: PTH118 - as above
    try:
        commands.main(prog_name=_NAME, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        click.echo(f"{_NAME}: {' '.join(error.format_message().split())}", err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo(f"{_NAME}: interrupted; nothing was judged", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # whoever read the report has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
