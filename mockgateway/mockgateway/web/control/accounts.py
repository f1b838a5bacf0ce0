"""Accounts in the control API."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from mockgateway.domain.account import Account
from mockgateway.domain.clock import iso
from mockgateway.domain.control import Control
from mockgateway.domain.limit import RateLimit
from mockgateway.domain.money import parse_amount, write_amount
from mockgateway.domain.patch import SAME, Patch, Same, TimeGoesBack
from mockgateway.domain.situations import UnknownScenario
from mockgateway.settings import FASTEST
from mockgateway.web.control.problem import Problem
from mockgateway.web.control.reading import checked, number, read_object
from mockgateway.web.wire import Answer, Call, json_answer

Value = TypeVar("Value")

_MODES = {"manual": 0.0, "real": 1.0}


def show(control: Control, call: Call, key: str) -> Answer:
    """Show an account."""
    return json_answer(described(control, key, control.account(key)), 200)


def change(control: Control, call: Call, key: str) -> Answer:
    """Change what the body names, and show the account."""
    patch = read_patch(read_object(call, "scenario", "wallet", "rate_limit", "clock", "jobs"))
    try:
        account = control.patch(key, patch)
    except TimeGoesBack:
        raise Problem(
            409, "clock.now must not be before the account's time: time does not go back."
        ) from None
    except UnknownScenario as unknown:
        raise Problem(400, f"scenario: {unknown}.") from None
    return json_answer(described(control, key, account), 200)


def forget(control: Control, call: Call, key: str) -> Answer:
    """Forget an account with its jobs."""
    control.forget(key)
    return Answer(204, b"")


def described(control: Control, key: str, account: Account) -> dict[str, Any]:
    """Write an account as the control API shows it."""
    balance = account.balance
    clock = account.clock
    return {
        "scenario": account.scenario or control.scenario_of(key),
        "wallet": {
            "balance": None if balance is None else write_amount(balance),
            "charged": write_amount(account.charged),
        },
        "rate_limit": str(account.rate_limit) if account.rate_limit else None,
        "clock": {
            "mode": clock.mode,
            "speed": int(clock.speed) if clock.speed == int(clock.speed) else clock.speed,
            "now": iso(control.now(account)),
        },
        "jobs": control.count(key),
    }


def read_patch(body: dict[str, Any]) -> Patch:
    """Read a change; `wallet.charged` and `jobs` may be there, as they are shown, and change nothing."""
    wallet = checked(body.get("wallet", {}), "wallet", "balance", "charged")
    clock = checked(body.get("clock", {}), "clock", "mode", "speed", "now")
    return Patch(
        scenario=_maybe(body, "scenario", str, "scenario"),
        balance=_maybe(wallet, "balance", parse_amount, "wallet.balance"),
        rate_limit=_maybe(body, "rate_limit", RateLimit.parse, "rate_limit"),
        speed=_speed(clock),
        now=_now(clock),
    )


def _maybe(body: dict[str, Any], field: str, how: Callable[[str], Value], name: str) -> Value | Same | None:
    value = body.get(field, SAME)
    if value is SAME or value is None:
        return value
    if not isinstance(value, str):
        raise Problem(400, f"{name} must be a string or null.")
    try:
        return how(value)
    except ValueError as error:
        raise Problem(400, f"{name}: {error}.") from None


def _speed(clock: dict[str, Any]) -> float | Same:
    mode = clock.get("mode")
    if mode not in (None, "real", "scaled", "manual"):
        raise Problem(400, "clock.mode must be real, scaled or manual.")
    if "speed" not in clock:
        if mode == "scaled":
            raise Problem(400, "A scaled clock needs its clock.speed.")
        return _MODES.get(mode, SAME) if mode else SAME
    speed = number(clock["speed"], "clock.speed", 0, FASTEST)
    if mode == "scaled" and speed == 0:
        raise Problem(400, "A scaled clock needs a clock.speed above 0; a manual one has 0.")
    return _MODES.get(mode, speed) if mode else speed


def _now(clock: dict[str, Any]) -> int | Same:
    if "now" not in clock:
        return SAME
    try:
        instant = datetime.fromisoformat(clock["now"])
    except (TypeError, ValueError):
        raise Problem(400, "clock.now must be a time such as 2026-03-31T10:00:00.000Z.") from None
    if instant.tzinfo is None:
        raise Problem(400, "clock.now must say its time zone, such as Z.")
    return round(instant.timestamp() * 1000)
