"""The TOML files beside this one."""

from functools import cache
from pathlib import Path

from mockgateway.domain.scenario import Scenario

_HERE = Path(__file__).parent


@cache
def shipped_names() -> frozenset[str]:
    """Name the scenarios that ship."""
    return frozenset(path.stem for path in _HERE.glob("*.toml"))


@cache
def shipped(name: str) -> Scenario:
    """Return one of them; raises KeyError. Each is read when it is first asked for."""
    if name not in shipped_names():
        raise KeyError(name)
    return Scenario.parse(name, (_HERE / f"{name}.toml").read_text("utf-8"))
