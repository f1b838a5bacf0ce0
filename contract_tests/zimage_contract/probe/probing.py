"""The course of a probe: pay for jobs, try what must be refused meanwhile, see the jobs to their ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlsplit

from zimage_contract.exchange import Exchange, Transcript
from zimage_contract.probe.aftermath import await_callbacks, look_back
from zimage_contract.probe.dialling import is_loopback
from zimage_contract.probe.lacking import lacking
from zimage_contract.probe.line import Line
from zimage_contract.probe.plan import Candidate, Plan, candidates, choose, describe, shown
from zimage_contract.probe.purse import Purse, price
from zimage_contract.probe.receiver import Receiver
from zimage_contract.probe.recorder import Recorder
from zimage_contract.probe.refusals import refuse, unknown_id
from zimage_contract.probe.session import Session
from zimage_contract.probe.settings import ProbeSettings
from zimage_contract.probe.watch import Watch
from zimage_contract.verdict import Spend
from zimage_schemas import LIVE_ORIGIN, WEBHOOK_HEADER

Tell = Callable[[str], None]

_CHECK = "check the address, and that the gateway is running"
_NO_EVIDENCE = frozenset({401, 402, 403, 429})
_BROKEN_SERVER = 500


class Unreachable(Exception):
    """Nothing answers at the target; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What a probe brought: everything that was said, what it cost, and whether Ctrl-C ended it."""

    transcript: Transcript
    spend: Spend
    interrupted: bool = False


def probe(settings: ProbeSettings, tell: Tell = lambda _sentence: None) -> Observation:
    """Probe a gateway.

    The same settings make the same requests in the same order, but for the polls of jobs and what comes
    after their ends, which follow the gateway's pace.

    Args:
        settings: how.
        tell: is told what happens, sentence by sentence: the plan and its price before anything is paid.

    Raises:
        Unreachable: nothing answers.
        CannotListen: callbacks cannot be received.
    """
    recorder, purse = Recorder(), Purse(settings.budget)
    with ExitStack() as stack:
        line = stack.enter_context(Line(recorder, settings.max_response))
        session = Session(settings, recorder, line, purse)
        _reach(session)
        receiver = _receiver(session)
        if receiver:
            stack.enter_context(receiver)
        offered = candidates(
            settings.models,
            webhook=receiver is not None,
            situations=settings.keys,
            checks=settings.checks,
        )
        plan = _plan(offered, settings)
        tell(_announced(plan, settings))
        interrupted = False
        try:
            _carry_out(session, plan, receiver, tell)
        except KeyboardInterrupt:
            interrupted = True
    exchanges = recorder.exchanges()
    denied = any(_is_denied(each, plan) for each in exchanges)
    transcript = Transcript(
        exchanges,
        keys={"valid": settings.key, **settings.keys},
        receiver=receiver.url if receiver else "",
        patience=0.0 if interrupted else settings.patience,
        deadline=None if interrupted else settings.deadline,
        slowest=settings.max_response,
        lacking=lacking(
            settings,
            plan,
            short=not denied and (purse.refused or shown(plan) < shown(offered)),
            withheld=purse.withheld,
            receives=receiver is not None,
        ),
    )
    return Observation(transcript, purse.spend, interrupted=interrupted)


def _is_denied(exchange: Exchange, plan: Plan) -> bool:
    """Tell whether a planned job was not to be had, for a reason that no larger budget changes."""
    planned = exchange.kind == "submit" and exchange.intent in {each.intent for each in plan}
    status = exchange.status or _BROKEN_SERVER
    return planned and (status in _NO_EVIDENCE or status >= _BROKEN_SERVER)


def _announced(plan: Plan, settings: ProbeSettings) -> str:
    """Say what the plan costs, and what else may be spent: generated requests are paid for as well."""
    said = describe(plan, each=settings.budget is not None)
    if settings.budget is None:
        return f"{said}; generated requests come on top" if settings.examples and plan else said
    return f"{said}\nnever more than ${settings.budget} in all" if plan else said


def _reach(session: Session) -> None:
    model = session.settings.models[0]
    found = session.poll(unknown_id(model), intent="whether anything answers")
    if found.broken:
        origin = session.settings.origin
        raise Unreachable(f"{origin} does not answer ({found.broken}): {_remedy(found, origin)}")


def _remedy(silent: Exchange, origin: str) -> str:
    """Say what to do about a gateway that does not answer."""
    if "certificate" in silent.broken:
        return "check the address, or trust it: REQUESTS_CA_BUNDLE=certificate.pem in the environment"
    if silent.broken.endswith("time ran out"):
        return f"check it, or give it longer than {silent.took:.1f} s with a greater --max-response"
    return "check the network" if origin == LIVE_ORIGIN else _CHECK


def _receiver(session: Session) -> Receiver | None:
    """Listen for callbacks where they can come: a target on this machine needs no public address."""
    public = session.settings.webhook_url
    local = is_loopback(urlsplit(session.settings.origin).hostname or "")
    wanted = session.settings.asks_for("webhook")
    return Receiver(session.recorder, public) if wanted and (public or local) else None


def _plan(offered: Plan, settings: ProbeSettings) -> Plan:
    """Choose the jobs; where there is more than one, the price of one stays in the purse.

    What is merely assumed to be refused is sent only when it could be paid.
    """
    if settings.budget is None:
        return choose(offered, None)
    spare = max(price(model, None) for model in settings.models)
    return choose(offered, settings.budget - spare) or choose(offered, settings.budget)


def _carry_out(session: Session, plan: Plan, receiver: Receiver | None, tell: Tell) -> None:
    with Watch(session) as watch:
        for submit in _submit_all(session, plan, receiver):
            watch.follow(submit, closely=True)
        refuse(session, next((job.request_id for job in watch.jobs), None))
        if session.settings.examples:
            _generate(session, tell)
        for each in session.recorder.exchanges():
            if each.accepted:
                watch.follow(each)
        tell("waiting for the jobs to end")
        watch.finish()
        look_back(session, [job for job in watch.jobs if job.closely])
    if receiver and any(each.webhook for each in plan):
        tell("waiting for the callbacks")
        await_callbacks(receiver, watch.jobs, session.settings.patience)
    _refund(session, watch)


def _submit_all(session: Session, plan: Plan, receiver: Receiver | None) -> Iterator[Exchange]:
    for number, candidate in enumerate(plan, 1):
        for _ in range(candidate.copies):
            submit = _submit(session, candidate, receiver, number)
            if submit is not None and submit.accepted:
                yield submit


def _submit(
    session: Session, candidate: Candidate, receiver: Receiver | None, number: int
) -> Exchange | None:
    callback = receiver.address(f"{number}") if receiver and candidate.webhook else None
    return session.submit(
        candidate.model,
        candidate.body,
        key=session.settings.keys[candidate.situation] if candidate.situation else ...,
        headers=((WEBHOOK_HEADER, callback),) if callback else (),
        intent=candidate.intent,
    )


def _generate(session: Session, tell: Tell) -> None:
    # Here, because hypothesis takes long to import, and not every probe generates.
    from zimage_contract.probe.generated import generate
    from zimage_contract.probe.machine import run_machine
    from zimage_contract.probe.shrinking import LONGEST

    longest = f"{2 * LONGEST:g} s at the most"
    tell(f"sending generated requests; what they find broken is made smaller, for {longest}")
    generate(session)
    run_machine(session)


def _refund(session: Session, watch: Watch) -> None:
    """Take back what was charged for jobs that ended in ERROR: "System error — not charged" (documented)."""
    for job in watch.jobs:
        if job.document and job.document.get("status") == "ERROR":
            session.purse.refund(price(job.submit.model, job.submit.sent))
