"""How hypothesis is run inside a probe: it prints nothing, keeps nothing, and takes its time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, settings

SEARCH = (Phase.generate, Phase.shrink)
LOOK = (Phase.generate,)


def quietly(examples: int, phases: Sequence[Phase] = SEARCH, **more: Any) -> settings:
    """Return settings for so many examples; `more` are further ones of hypothesis's."""
    return settings(
        max_examples=examples,
        phases=phases,
        database=None,
        deadline=None,
        derandomize=False,  # it is the default on CI, and would overrule the seed
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
        print_blob=False,
        # They are about the speed of a property, and that is the gateway's.
        suppress_health_check=list(HealthCheck),
        **more,
    )
