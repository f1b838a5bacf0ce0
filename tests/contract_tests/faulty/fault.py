"""What a faulty gateway is: a check that it fails, a sentence, and the gateway."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from faulty.gateway import Gateway

BOTH = ("turbo", "base")
ONE = ("base",)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        check: id of the check that finds it.
        says: what the gateway does, as a sentence without subject and full stop.
        make: makes the gateway.
        hides: ids of checks that find no evidence because of it.
        models: names of those that the probe needs to look at.
        settings: what else the probe has to be told.
    """

    check: str
    says: str
    make: Callable[[], Gateway]
    hides: frozenset[str] = frozenset()
    models: tuple[str, ...] = ONE
    settings: Mapping[str, Any] = field(default_factory=dict)


FAULTS: list[Fault] = []
"""Every fault, in the order of definition."""


def fault(
    check: str, says: str, *, hides: tuple[str, ...] = (), models: tuple[str, ...] = ONE, **settings: Any
) -> Callable[[type[Gateway]], type[Gateway]]:
    """Make the class below the faulty gateway of a check."""

    def add(gateway: type[Gateway]) -> type[Gateway]:
        FAULTS.append(Fault(check, says, gateway, frozenset(hides), models, settings))
        return gateway

    return add
