"""The command `zimage-contract`."""

import click


@click.group()
def main() -> None:
    """Say whether a gateway, or a program that calls one, keeps the contract."""
