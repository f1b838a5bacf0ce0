"""Answers that must wait for something, without holding the thread of a server that can wait by itself.

Such a server puts `LATER` into the environment. The application then leaves a `Later` there, whose
end the server waits for as it likes; it puts `WAITED` there and asks again. In other servers the
application waits itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

LATER = "mockgateway.later"
WAITED = "mockgateway.waited"

Tell = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Later:
    """Something to wait for.

    Attributes:
        seconds: how long at most.
        when: calls what it is given once, from any thread, when it has come; returns how to end the wait.
    """

    seconds: float
    when: Callable[[Tell], Tell]

    def wait(self) -> None:
        """Wait in this thread."""
        came = Event()
        stop = self.when(came.set)
        came.wait(self.seconds)
        stop()
