"""The plugin's options as those of the command: they are read, and refused, by the same code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import click
import pytest

from zimage_contract.commands.verify import verify_command

_ONES = ("model", "level", "budget", "seed", "examples", "poll_interval", "deadline", "max_response")
_OTHERS = ("webhook_url", "known_failing")
_OWN_NAMES = {"--api-key": "--gateway-key", "--key": "--gateway-key-for"}


class Misused(ValueError):
    """An option has no meaning; the message names it and says what to write."""


def read(config: pytest.Config) -> dict[str, Any]:
    """Return what `zimage-contract verify` would be called with; raises Misused."""
    try:
        return verify_command.make_context("verify", [*_line(config)]).params
    except click.UsageError as error:
        raise Misused(in_own_names(error.format_message())) from None


def in_own_names(message: str) -> str:
    """Name the plugin's options in place of the command's."""
    return re.sub(
        r"(?<![\w-])--[a-z][a-z-]*",
        lambda found: _OWN_NAMES.get(found[0], f"--gateway-{found[0][2:]}"),
        message,
    )


def _line(config: pytest.Config) -> Iterator[str]:
    def of(name: str) -> Any:
        return config.getoption(f"gateway_{name}")

    for name in (*_ONES, *_OTHERS):
        if of(name) is not None:
            yield f"--{name.replace('_', '-')}={of(name)}"
    yield from (f"--key={each}" for each in of("key_for"))
    yield from (f"--allow-inconclusive={each}" for each in of("allow_inconclusive"))
    target = "live" if of("live") else of("url") or "mock"
    if target == "mock":
        yield "--api-key="  # a key in the environment is for others: a mock has its own
    elif of("key"):
        yield f"--api-key={of('key')}"
    yield target
