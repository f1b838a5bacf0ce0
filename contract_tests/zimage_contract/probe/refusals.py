"""What a gateway must refuse, and what it shows with special keys only."""

from __future__ import annotations

from collections.abc import Iterator

from zimage_contract.exchange import Headers
from zimage_contract.probe.odd_bodies import odd_bodies
from zimage_contract.probe.session import Session
from zimage_contract.probe.shapes import bad, is_refused, least
from zimage_schemas import Model

_LIMITED = 429
_CALLS = 20
_JOBS = 5
_STRANGE_SLUG = "z-image-nonesuch"
_STRANGE_PATHS = ("/nonesuch", "/v2/requests/nonesuch")
_OTHER_HEADERS = (("Authorization", "Bearer {key}"), ("x-api-key", "{key}"))


def refuse(session: Session, known_id: str | None) -> None:
    """Send what must be refused, as far as that is evidence for a check that is asked for.

    Args:
        session: sends.
        known_id: a job of the good key; None: there is none.
    """
    wants, models = session.settings.asks_for, session.settings.models
    for model in models:
        _bodies(session, model)
        if wants("key", "error", "liveness"):
            _keys(session, model)
    if wants("key", "route", "error", "liveness"):
        _polls(session, known_id or unknown_id(models[0]))
        _routes(session)
    if wants("key", "error"):
        _situations(session, known_id or unknown_id(models[0]))


def unknown_id(model: Model) -> str:
    """Return an id of the right shape that no job has: its time is 1970."""
    return f"{model.slug}_00000000-0000-7000-8000-0000000000000"


def _bodies(session: Session, model: Model) -> None:
    """Send bodies that must be refused; for other checks than those about them only what costs nothing."""
    wants, asked = session.settings.asks_for, {check.id for check in session.settings.checks}
    others = wants("route", "error", "liveness")
    odd_ones = any(check.chapter == "body" and "paid" in check.needs for check in session.settings.checks)
    for shape in bad(model):
        broken = {each.rule for each in model.problems(shape.body)}
        free = is_refused(model, shape.body)
        if broken & asked or (free and (others or wants("request"))):
            session.submit(model, shape.body, intent=shape.intent, free=free)
    for odd in odd_bodies(model):
        if odd_ones or (odd.free and (others or wants("body"))):
            intent = f"refused: {odd.intent}"
            session.submit(model, odd.raw, headers=odd.headers, intent=intent, free=odd.free)


def _keys(session: Session, model: Model) -> None:
    session.submit(model, least(model), key=None, intent="no key")
    session.submit(model, least(model), key="", intent="an empty key")
    for header in _beside(session):
        session.submit(model, least(model), key=None, headers=header, intent=f"the key in {header[0][0]}")
    if "invalid" in session.settings.keys:
        key = session.settings.keys["invalid"]
        session.submit(model, least(model), key=key, intent="a wrong key", free=True)


def _polls(session: Session, request_id: str) -> None:
    session.poll(request_id, key=None, intent="no key")
    session.poll(request_id, key="", intent="an empty key")
    for header in _beside(session):
        session.poll(request_id, key=None, headers=header, intent=f"the key in {header[0][0]}")
    if "invalid" in session.settings.keys:
        session.poll(request_id, key=session.settings.keys["invalid"], intent="a wrong key")
    if "second" in session.settings.keys:
        session.poll(request_id, key=session.settings.keys["second"], intent="a job of another key")


def _beside(session: Session) -> Iterator[Headers]:
    """Write the good key where it is none."""
    for name, value in _OTHER_HEADERS:
        yield ((name, value.format(key=session.settings.key)),)


def _routes(session: Session) -> None:
    for model in session.settings.models:
        session.poll(unknown_id(model), intent="an id that no job has")
    path = f"/{_STRANGE_SLUG}/v1/{_STRANGE_SLUG}-request"
    session.post(path, least(session.settings.models[0]), intent="a model that does not exist", free=True)
    for path in _STRANGE_PATHS:
        session.get(path, intent="a path that does not exist")


def _situations(session: Session, request_id: str) -> None:
    keys, models = session.settings.keys, session.settings.models
    for situation in sorted({"forbidden", "insufficient-balance"} & keys.keys()):
        for model in models:
            intent = f"the key for {situation}"
            session.submit(model, least(model), key=keys[situation], intent=intent, free=True)
    if "forbidden" in keys:
        session.poll(request_id, key=keys["forbidden"], intent="the key for forbidden")
    if "rate-limited" in keys:
        _hurry(session, models[0], keys["rate-limited"])


def _hurry(session: Session, model: Model, key: str) -> None:
    """Submit until that is too often: first what costs nothing, for a limit counts calls."""
    for number in range(_CALLS + _JOBS):
        free = number < _CALLS
        body = {} if free else least(model)
        sent = session.submit(model, body, key=key, intent="too many calls", free=free)
        if sent is None or sent.status == _LIMITED:
            return
