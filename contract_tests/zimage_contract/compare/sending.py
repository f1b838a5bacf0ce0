"""Ask two gateways the same: everything that must be refused and, where it may cost, jobs to their ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from zimage_contract.compare.differences import Difference, differences
from zimage_contract.compare.pairing import pairs
from zimage_contract.exchange import Transcript
from zimage_contract.probe.aftermath import look_back
from zimage_contract.probe.generated import drawn
from zimage_contract.probe.line import Line
from zimage_contract.probe.plan import Candidate, Plan, candidates, choose, describe
from zimage_contract.probe.probing import Unreachable
from zimage_contract.probe.purse import Purse
from zimage_contract.probe.recorder import Recorder
from zimage_contract.probe.refusals import refuse, unknown_id
from zimage_contract.probe.session import Session
from zimage_contract.probe.settings import ProbeSettings
from zimage_contract.probe.strategies import breakable, breaking, valid
from zimage_contract.probe.watch import Watch
from zimage_contract.verdict import Spend
from zimage_schemas import Model

_TOO_MANY = 429
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of asking both.

    Attributes:
        differences: where they differ.
        pairs: how many pairs of exchanges were compared.
        seed: repeats the generated requests.
        keys: which key stands for which situation at A and at B.
        spend: what each cost.
    """

    differences: tuple[Difference, ...]
    pairs: int
    seed: int
    keys: tuple[dict[str, str], dict[str, str]]
    spend: tuple[Spend, Spend]


@dataclass(frozen=True, slots=True)
class _Generated:
    model: Model
    body: bytes
    intent: str
    free: bool


def compare(a: ProbeSettings, b: ProbeSettings, tell: Tell = lambda _sentence: None) -> Comparison:
    """Ask two gateways the same, side by side, and compare.

    Models, examples, seed and budget are those of `a`: the budget is for each of the two.

    Args:
        a: how gateway A is to be asked.
        b: likewise B; what is not named above is its own, such as keys and pace.
        tell: is told what happens: first of all what each is going to be paid for.

    Raises:
        Unreachable: nothing answers at one of them.
    """
    b = replace(b, models=a.models, examples=a.examples, seed=a.seed, budget=a.budget)
    situations = [name for name in a.keys if name in b.keys]
    plan = choose(candidates(a.models, webhook=False, situations=situations), a.budget)
    whole = describe(plan)
    tell(f"at each of the two, {whole.partition(':')[0] if a.budget is None else whole}")
    generated = tuple(_generated(a))
    with ThreadPoolExecutor(2, "zimage-contract-compare") as sides:
        asked = list(sides.map(partial(_ask, plan=plan, generated=generated), (a, b)))
    tell("comparing")
    (seen_a, spend_a), (seen_b, spend_b) = asked
    found = tuple(pairs(seen_a, seen_b, (a.origin, b.origin)))
    keys = dict(seen_a.keys), dict(seen_b.keys)
    return Comparison(differences(found, keys), len(found), a.seed, keys, (spend_a, spend_b))


def _generated(settings: ProbeSettings) -> Iterable[_Generated]:
    for model in settings.models:
        for rule in breakable(model):
            free = rule.basis == "documented"
            for body in drawn(breaking(rule), settings.examples, settings.seed):
                yield _Generated(model, body, f"generated: a body that breaks {rule.id}", free)
        for body in drawn(valid(model), settings.examples, settings.seed):
            yield _Generated(model, body, f"generated: a valid body for {model.name}", free=False)


def _ask(settings: ProbeSettings, *, plan: Plan, generated: Sequence[_Generated]) -> tuple[Transcript, Spend]:
    recorder, purse = Recorder(), Purse(settings.budget)
    with Line(recorder, settings.max_response) as line:
        session = Session(settings, recorder, line, purse)
        _reach(session)
        with Watch(session) as watch:
            for candidate in plan:
                _submit(session, watch, candidate)
            refuse(session, None)
            for each in generated:
                sent = session.submit(each.model, each.body, intent=each.intent, free=each.free)
                if sent is not None and sent.status == _TOO_MANY:
                    break
            watch.finish()
            look_back(session, watch.jobs)
    return Transcript(recorder.exchanges(), keys={"valid": settings.key, **settings.keys}), purse.spend


def _reach(session: Session) -> None:
    """Ask for a job that there is not, to see whether anything answers."""
    settings = session.settings
    found = session.poll(unknown_id(settings.models[0]), intent="whether anything answers")
    if found.broken:
        raise Unreachable(
            f"{settings.origin} does not answer ({found.broken}): "
            "check the address, and that the gateway is running"
        )


def _submit(session: Session, watch: Watch, candidate: Candidate) -> None:
    """Pay for a job of the plan, and follow it."""
    key = session.settings.keys[candidate.situation] if candidate.situation else ...
    for _ in range(candidate.copies):
        submit = session.submit(candidate.model, candidate.body, key=key, intent=candidate.intent)
        if submit is not None and submit.accepted:
            watch.follow(submit)
