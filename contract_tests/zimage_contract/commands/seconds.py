"""Options that are lengths of time."""

from __future__ import annotations

import math
from typing import Any

import click

_DAY = 86_400


class _Seconds(click.FloatRange):
    """More than nothing, a day at the most: nobody waits longer, and no clock has to count to infinity."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = float(super().convert(value, param, ctx))
        if math.isnan(found):
            self.fail(f"{value!r} is no number of seconds", param, ctx)
        return found


SECONDS = _Seconds(min=0, min_open=True, max=_DAY)
"""Type of an option that takes seconds."""
