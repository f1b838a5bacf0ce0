"""Sequences of requests: submits and polls, right and wrong, in any order, for what only an order shows.

The checks judge each sequence as a whole. One that they find broken is made shorter while it stays broken,
and the least sequence is gone through once more, so that the report can show it first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

from hypothesis import seed
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from zimage_contract.checks import CHECKS, Chapter
from zimage_contract.exchange import Exchange, Transcript
from zimage_contract.probe.quietly import LOOK, SEARCH, quietly
from zimage_contract.probe.refusals import unknown_id
from zimage_contract.probe.session import Session, written
from zimage_contract.probe.shrinking import Shrinking, Spent
from zimage_contract.probe.strategies import Strategy, breakable, breaking, plain
from zimage_contract.verdict import LEAST
from zimage_schemas import Model

_CHAPTERS: tuple[Chapter, ...] = ("submit", "status", "life", "key")
_STEPS = 15
_FINDINGS = 5
_LONGEST_PAUSE = 0.1
_PAUSES = 10
_BAD_KEYS = ("missing", "empty", "invalid")


class _Broken(Exception):
    """A check found a sequence broken."""


@dataclass(slots=True)
class Play:
    """A sequence under way.

    Attributes:
        session: sends.
        intent: what is said of every exchange.
        jobs: the ids of the accepted ones.
        bodies: what was submitted, for repeats.
        exchanges: what came of it.
    """

    session: Session
    intent: str
    jobs: list[str] = field(default_factory=list)
    bodies: list[tuple[Model, bytes]] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)

    def submit(self, model: Model, body: bytes, key: str = "valid") -> None:
        """Submit a body with the key of a situation."""
        sent = self.session.submit(model, body, key=self._key(key), intent=self.intent)
        if sent is None:
            return
        self.exchanges.append(sent)
        found = sent.got.get("request_id") if isinstance(sent.got, dict) else None
        if sent.accepted and isinstance(found, str):
            self.jobs.append(found)
            self.bodies.append((model, body))

    def repeat(self, which: int) -> None:
        """Submit the very body of an accepted submit again."""
        self.submit(*self.bodies[which % len(self.bodies)])

    def poll(self, which: int, key: str = "valid") -> None:
        """Read the status of one of the jobs."""
        self.read(self.jobs[which % len(self.jobs)], key)

    def read(self, request_id: str, key: str = "valid") -> None:
        """Read the status of any id."""
        self.exchanges.append(self.session.poll(request_id, key=self._key(key), intent=self.intent))

    def pause(self) -> None:
        """Let time pass, so that jobs go on."""
        time.sleep(min(2 * self.session.settings.poll_interval, _LONGEST_PAUSE))

    def blamed(self) -> frozenset[str]:
        """Return the ids of the checks that find the sequence broken."""
        return _blamed(self.session, self.exchanges)

    def _key(self, situation: str) -> str | None:
        known = {"valid": self.session.settings.key, "empty": "", **self.session.settings.keys}
        return known.get(situation)


Step = Callable[[Play], None]


def _blamed(session: Session, exchanges: Iterable[Exchange]) -> frozenset[str]:
    seen = Transcript(tuple(exchanges), keys={"valid": session.settings.key, **session.settings.keys})
    judging = (check for check in CHECKS if check.chapter in _CHAPTERS)
    return frozenset(check.id for check in judging if not all(each.kept for each in check.judge(seen)))


def run_machine(session: Session, shrinking: Shrinking | None = None) -> None:
    """Go through generated sequences, `settings.examples` of them, the same for the same `settings.seed`.

    Only where nothing costs: with a budget, nothing is sent. What other requests of the session have shown
    to be broken is not looked for: a gateway that breaks it at every turn would be asked thousands of times.

    Args:
        session: sends.
        shrinking: for how long broken sequences are made shorter; default: `LONGEST` seconds in all. After
            that no further ones are looked for.
    """
    settings = session.settings
    if settings.budget is not None or not settings.examples or not settings.asks_for(*_CHAPTERS):
        return
    shrinking = shrinking or Shrinking()
    known = _blamed(session, session.recorder.exchanges())
    for _ in range(_FINDINGS):
        hopeless = shrinking.is_spent
        least = find_least(session, known, shrinking)
        if least is None or hopeless:
            return
        play = _played(session, least)
        if play.blamed() <= known:
            return  # it does not happen always; that it did stands in the transcript
        known |= play.blamed()


def find_least(
    session: Session, known: frozenset[str] = frozenset(), shrinking: Shrinking | None = None
) -> Sequence[Step] | None:
    """Look for a sequence that other checks than the `known` ones find broken; return the least, or None."""
    search = _Search(session, known, shrinking or Shrinking())
    phases = LOOK if search.shrinking.is_spent else SEARCH
    try:
        run_state_machine_as_test(
            # Whatever makes machines will do for a class of them; hypothesis reads the seed off it.
            cast("type[_Machine]", seed(session.settings.seed)(lambda: _Machine(search))),
            settings=quietly(session.settings.examples, phases, stateful_step_count=_STEPS),
        )
    except (_Broken, Flaky, Spent):
        return search.least
    finally:
        search.shrinking.end()
    return None


def _played(session: Session, steps: Sequence[Step]) -> Play:
    play = Play(session, "")
    for number, step in enumerate(steps, 1):
        play.intent = f"{LEAST}sequence found: step {number} of {len(steps)}"
        step(play)
    return play


class _Search:
    """What the machines of one search share: strategies, and the steps of the last broken sequence."""

    def __init__(self, session: Session, known: frozenset[str], shrinking: Shrinking) -> None:
        models, keys = session.settings.models, session.settings.keys
        self.session, self.known, self.shrinking = session, known, shrinking
        self.least: Sequence[Step] = ()
        self.pauses = 0
        self.models = st.sampled_from(models)
        self.good = st.one_of([st.tuples(st.just(model), plain(model).map(written)) for model in models])
        rules = [each for model in models for each in breakable(model)]
        self.broken = st.sampled_from(rules).flatmap(breaking).map(written)
        self.bad_keys = st.sampled_from([key for key in _BAD_KEYS if key != "invalid" or key in keys])

    def pause(self, play: Play) -> None:
        """Let time pass, so that jobs go on; no more after some pauses in which nothing was found."""
        self.pauses += 1
        if self.least or self.pauses <= _PAUSES:
            play.pause()


def _shared(name: str) -> Strategy:
    """Take a strategy of the search that the machine belongs to."""
    return st.runner().flatmap(lambda machine: getattr(machine.search, name))


_MODELS, _GOOD, _BROKEN, _KEYS = map(_shared, ("models", "good", "broken", "bad_keys"))
_WHICH = st.integers(0, _STEPS)
_after_a_submit = precondition(lambda machine: machine.play.jobs)


class _Machine(RuleBasedStateMachine):
    """Takes steps as hypothesis says, and judges them all at the end."""

    def __init__(self, search: _Search) -> None:
        super().__init__()
        search.shrinking.go_on()
        self.search = search
        self.play = Play(search.session, "generated sequence")
        self.steps: list[Step] = []

    def take(self, step: Step) -> None:
        """Take a step, and remember it."""
        self.steps.append(step)
        step(self.play)

    @rule(request=_GOOD)
    def submit(self, request: tuple[Model, bytes]) -> None:
        """Submit a valid body."""
        self.take(lambda play: play.submit(*request))

    @rule(model=_MODELS, body=_BROKEN)
    def submit_broken(self, model: Model, body: bytes) -> None:
        """Submit one that breaks a rule of this or another model."""
        self.take(lambda play: play.submit(model, body))

    @_after_a_submit
    @rule(request=_GOOD, key=_KEYS)
    def submit_with_bad_key(self, request: tuple[Model, bytes], key: str) -> None:
        """Submit a valid body with a key that is none."""
        self.take(lambda play: play.submit(*request, key))

    @_after_a_submit
    @rule(which=_WHICH)
    def submit_again(self, which: int) -> None:
        """Submit the same body again."""
        self.take(lambda play: play.repeat(which))

    @_after_a_submit
    @rule(which=_WHICH)
    def poll(self, which: int) -> None:
        """Poll a job."""
        self.take(lambda play: play.poll(which))

    @_after_a_submit
    @rule(which=_WHICH)
    def poll_later(self, which: int) -> None:
        """Poll a job when it may have gone on."""
        self.take(self.search.pause)
        self.take(lambda play: play.poll(which))

    @_after_a_submit
    @rule(which=_WHICH, key=_KEYS)
    def poll_with_bad_key(self, which: int, key: str) -> None:
        """Poll a job with a key that is none."""
        self.take(lambda play: play.poll(which, key))

    @precondition(lambda machine: machine.play.jobs and "second" in machine.search.session.settings.keys)
    @rule(which=_WHICH)
    def poll_with_anothers_key(self, which: int) -> None:
        """Poll a job with a key that did not submit it."""
        self.take(lambda play: play.poll(which, "second"))

    @_after_a_submit
    @rule(model=_MODELS)
    def poll_unknown(self, model: Model) -> None:
        """Poll an id that nobody was given."""
        self.take(lambda play: play.read(unknown_id(model)))

    def teardown(self) -> None:
        """Judge the sequence."""
        if self.play.blamed() - self.search.known:
            self.search.least = tuple(self.steps)
            self.search.shrinking.begin()
            raise _Broken
