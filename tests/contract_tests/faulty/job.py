"""Jobs, and the keys that decide how they end."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from time import time
from typing import Any

from faulty.bodies import FORMATS, SIZES

KEYS = {
    "valid": "faulty-key-valid",
    "second": "faulty-key-second",
    "invalid": "faulty-key-invalid",
    "forbidden": "faulty-key-forbidden",
    "insufficient-balance": "faulty-key-insufficient-balance",
    "rate-limited": "faulty-key-rate-limited",
    "job-failed": "faulty-key-job-failed",
    "job-error": "faulty-key-job-error",
}
SITUATIONS = {key: situation for situation, key in KEYS.items()}
_ENDS = {
    "job-failed": ("FAILED", "The model could not make a picture of this prompt."),
    "job-error": ("ERROR", "The worker did not respond."),
}
_DEFAULTS = {"image_size": "square_1_1", "output_format": "png", "num_images": 1}


@dataclass(slots=True, eq=False)
class Job:
    """A job, and how far it is: 0 queued, 1 processing, 2 at its end."""

    request_id: str
    slug: str
    key: str
    body: dict[str, Any]
    callback: str = ""
    origin: str = ""
    step: int = 0
    reads: int = 0
    created: float = field(default_factory=time)
    updated: float = 0.0
    ended: Event = field(default_factory=Event)
    told: Event = field(default_factory=Event)

    @property
    def end(self) -> tuple[str, str | None]:
        """How it ends: status and error."""
        return _ENDS.get(SITUATIONS[self.key], ("COMPLETED", None))

    @property
    def status(self) -> str:
        """Where it is."""
        return ("QUEUED", "PROCESSING", self.end[0])[self.step]

    def asked(self, name: str, usable: Callable[[Any], bool]) -> Any:
        """Return a field of the body, or the default when there is none that can be used."""
        value = self.body.get(name)
        return value if usable(value) else _DEFAULTS[name]

    @property
    def is_odd(self) -> bool:
        """Whether it is one of the few that most faults touch, so that the others show all the rest."""
        return self.format == "webp"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of its pictures."""
        return SIZES[self.asked("image_size", lambda value: isinstance(value, str) and value in SIZES)]

    @property
    def format(self) -> str:
        """The format of its pictures."""
        return str(self.asked("output_format", lambda value: value in FORMATS))

    @property
    def images(self) -> int:
        """How many pictures it makes."""
        return int(self.asked("num_images", lambda value: value in (1, 2, 3, 4)))
