"""Generated requests: for every rule many bodies that break just this one, and as many that break none.

The checks themselves judge what comes of them. What they find broken is made smaller while it stays broken,
and the least body is sent once more, so that the report can show it first.

Hypothesis draws bodies by the batch: that is several times faster than one by one. A body is sent once only,
so what is drawn again, while a batch is made smaller, costs nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from typing import Any

from hypothesis import Phase, given, seed
from hypothesis import strategies as st
from hypothesis.errors import Flaky

from zimage_contract.checks import CHECKS, Check
from zimage_contract.exchange import Exchange, Transcript
from zimage_contract.probe.quietly import LOOK, SEARCH, quietly
from zimage_contract.probe.session import Session, written
from zimage_contract.probe.shrinking import Shrinking, Spent
from zimage_contract.probe.strategies import Strategy, breakable, breaking, valid
from zimage_contract.verdict import LEAST
from zimage_schemas import Model, Rule

_TOO_MANY = 429
_LOOKED_AT = 8
_BATCH = 25
_MOST_BATCHES = 9  # from the tenth on hypothesis makes copies of batches, with little changed
_SENDERS = 8


class _Broken(Exception):
    """A check found what came of a body broken."""


class _Enough(BaseException):
    """Nothing more may be sent; not an Exception, for hypothesis is to let it through."""


def generate(session: Session, shrinking: Shrinking | None = None) -> None:
    """Send generated requests to every model: bodies that break one rule, for each rule, and valid ones.

    A rule of which the check is not asked for is left alone, and valid ones are sent for checks of requests.

    `settings.examples` bodies of each sort, or a few more; the same for the same `settings.seed`. A sort of
    which one body was refused by the purse, or answered with 429, is left at once. With a budget only
    refusals are made smaller: those cost nothing. At the end a few of the accepted jobs are looked at once.

    Args:
        session: sends.
        shrinking: for how long broken bodies are made smaller; default: `LONGEST` seconds in all. What is
            found broken after that is left as it is. Only where the time runs out may two runs with the same
            seed differ.
    """
    settings = session.settings
    if not settings.examples:
        return
    shrinking = shrinking or Shrinking()
    known: set[str] = set()
    asked = {check.id for check in settings.checks}
    with ThreadPoolExecutor(_SENDERS, thread_name_prefix="generated") as senders:
        for model in settings.models:
            for rule in breakable(model):
                if rule.id in asked:
                    _Sort(session, senders, shrinking, known, model, rule).explore(breaking(rule))
            if any(_is_of_requests(check, model) for check in settings.checks):
                _Sort(session, senders, shrinking, known, model).explore(valid(model))
    for request_id in _jobs(session.recorder.exchanges()):
        session.poll(request_id, intent="a job of a generated request")


def _is_of_requests(check: Check, model: Model) -> bool:
    of_any = check.model in {None, model.name}
    return of_any and check.is_of_jobs and check.chapter in {"submit", "request"}


def blamed(exchanges: Iterable[Exchange], keys: Mapping[str, str]) -> Mapping[int, frozenset[str]]:
    """Return the ids of the checks that find exchanges broken, by the exchange's number."""
    found: dict[int, frozenset[str]] = {}
    seen = Transcript(tuple(exchanges), keys=keys)
    for check in CHECKS:
        for judgement in check.judge(seen):
            if not judgement.kept:
                number = judgement.exchange.number
                found[number] = found.get(number, frozenset()) | {check.id}
    return found


def drawn(bodies: Strategy, examples: int, seeded: int) -> tuple[bytes, ...]:
    """Draw bodies, each once and written as JSON: those that `generate` sends, of one sort."""
    found: dict[bytes, None] = {}
    if not examples:
        return ()
    size, batches = _shape(examples)

    @seed(seeded)
    @quietly(batches, LOOK)
    @given(st.tuples(*[bodies] * size))
    def collect(batch: tuple[Any, ...]) -> None:
        found.update(dict.fromkeys(map(written, batch)))

    collect()
    return tuple(found)


def _shape(examples: int) -> tuple[int, int]:
    """Return how large a batch is, and how many there are."""
    others = examples - 1  # the first batch holds the simplest body only
    size = max(1, min(_BATCH, others), ceil(others / _MOST_BATCHES))
    return size, 1 + ceil(others / size)


@dataclass(slots=True)
class _Sort:
    """One sort of bodies for one model, and the least of them that a check found broken.

    Attributes:
        session: sends.
        senders: the threads that send.
        shrinking: for how long bodies are made smaller.
        known: ids of checks whose least body was found, for this or another sort.
        model: whose.
        rule: the one that the bodies break; None: they are valid.
        verdicts: ids of the checks that blame a body, by how it is written.
        check: the one whose least body is looked for; "": none blamed anything yet.
        least: that body.
    """

    session: Session
    senders: ThreadPoolExecutor
    shrinking: Shrinking
    known: set[str]
    model: Model
    rule: Rule | None = None
    verdicts: dict[bytes, frozenset[str]] = field(default_factory=dict)
    check: str = ""
    least: bytes = b""

    def explore(self, bodies: Strategy) -> None:
        """Send bodies and, of those that a check finds broken, the least once more, if it was looked for."""
        phases = LOOK if self.shrinking.is_spent else SEARCH
        try:
            self._explore(bodies, phases)
        except (_Broken, Flaky, Spent):
            self.known.add(self.check)
            if phases is SEARCH:
                self._submit(self.least, f"{LEAST}body found: {self._what}")
        except _Enough:
            pass
        finally:
            self.shrinking.end()

    def _explore(self, bodies: Strategy, phases: Sequence[Phase]) -> None:
        """Let hypothesis look for a body that is answered wrongly, and make it smaller.

        Raises:
            _Broken: there is one; see `least`.
            Spent: there is, and no more time to make it smaller.
            _Enough: nothing more may be sent.
        """
        size, batches = _shape(self.session.settings.examples)

        @seed(self.session.settings.seed)
        @quietly(batches, phases)
        @given(st.tuples(*[bodies] * size))
        def keeps_the_contract(batch: tuple[Any, ...]) -> None:
            self._judge(list(dict.fromkeys(map(written, batch))))

        keeps_the_contract()

    def _judge(self, batch: Collection[bytes]) -> None:
        """Send what was not yet sent; raise _Broken when the check that is looked at blames one."""
        self.shrinking.go_on()
        self._send([body for body in batch if body not in self.verdicts])
        found = [self.verdicts[body] - self.known for body in batch]
        self.check = self.check or min(frozenset().union(*found), default="")
        least = [body for body, ids in zip(batch, found, strict=True) if self.check in ids]
        if least:
            self.least = min(least, key=len)
            self.shrinking.begin()
            raise _Broken

    def _send(self, bodies: Collection[bytes]) -> None:
        exchanges = list(self._sent(bodies))
        found = blamed(exchanges, {"valid": self.session.settings.key, **self.session.settings.keys})
        for exchange in exchanges:
            self.verdicts[exchange.body] = found.get(exchange.number, frozenset())
        if self._limited and any(each.accepted and each.number in found for each in exchanges):
            raise _Enough  # to make it smaller would cost

    def _sent(self, bodies: Iterable[bytes]) -> Iterator[Exchange]:
        # One after the other where an unexpected acceptance costs: after the first, nothing more is sent.
        spread = map if self._limited else self.senders.map
        for exchange in spread(partial(self._submit, intent=f"generated: {self._what}"), bodies):
            if exchange is None or exchange.status == _TOO_MANY:
                raise _Enough
            yield exchange

    def _submit(self, body: bytes, intent: str) -> Exchange | None:
        free = self.rule is not None and self.rule.basis == "documented"
        return self.session.submit(self.model, body, intent=intent, free=free)

    @property
    def _limited(self) -> bool:
        return self.session.settings.budget is not None

    @property
    def _what(self) -> str:
        return f"a body that breaks {self.rule.id}" if self.rule else f"a valid body for {self.model.name}"


def _jobs(exchanges: Iterable[Exchange]) -> list[str]:
    """Return the ids of a few jobs that generated requests began."""
    begun = (each.got for each in exchanges if each.accepted and each.intent.startswith("generated"))
    found = (answer.get("request_id") for answer in begun if isinstance(answer, dict))
    return [each for each in found if isinstance(each, str)][:_LOOKED_AT]
