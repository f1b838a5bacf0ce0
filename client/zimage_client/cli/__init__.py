"""The command `zimage`."""

from zimage_client.cli._commands import main

__all__ = ["main"]
