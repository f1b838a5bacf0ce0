"""A switch for tests: kill this process at a point of its writing, as a power button would."""

import os
import signal
from itertools import count

from mockgateway.store.points import Point, passed

VARIABLE = "MOCKGATEWAY_TEST_KILL_AT"


def chosen_point() -> Point:
    """Return what is to happen at points: nothing, or SIGKILL when the one is passed for the n-th time.

    The variable holds the point's name, or the name, `*` and n.
    """
    name, _, times = os.environ.get(VARIABLE, "").partition("*")
    if not name:
        return passed
    passes = count(1)
    last = int(times or 1)

    def point(passing: str) -> None:
        if passing == name and next(passes) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    return point
