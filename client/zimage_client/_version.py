"""The version of the distribution that this package comes in."""

from __future__ import annotations

from functools import cache


@cache
def version() -> str:
    """Return it; "0" in a checkout that was not installed."""
    from importlib import metadata

    try:
        return metadata.version("mockgateway")
    except metadata.PackageNotFoundError:
        return "0"
