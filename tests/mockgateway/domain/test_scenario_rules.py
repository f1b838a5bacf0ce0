"""Which calls a rule is about, and what several of them do together."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgateway.domain.job import Status
from mockgateway.domain.manner import Drip, Manner
from mockgateway.domain.rule import Event
from mockgateway.domain.scenario import Scenario

HEAD = 'description = "d"\nbasis = "assumed"\ngood_for = "g"\n'
ANSWER = (200, [("Content-Type", "application/json")], b'{"status": "COMPLETED"}')


def scenario(*rules: str) -> Scenario:
    """Make a scenario of these rules."""
    return Scenario.parse("made", HEAD + "".join(f"[[rules]]\n{rule}\n" for rule in rules))


def hits(rule: str, **event: object) -> list[int]:
    """Say which of the first twelve polls a rule is about."""
    made = scenario(f'on = "status"\nhang = true\n{rule}')
    events = [Event(**{"on": "status", "ordinal": number} | event) for number in range(1, 13)]  # type: ignore[arg-type]
    return [event.ordinal for event in events if made.effect(event)]


@given(st.integers(1, 12))
def test_counts_choose_calls(number: int) -> None:
    """The nth, the first n, and every nth."""
    assert hits(f"nth = {number}") == [number]
    assert hits(f"first = {number}") == list(range(1, number + 1))
    assert hits(f"every = {number}") == list(range(number, 13, number))


@pytest.mark.parametrize(
    ("rule", "event", "expected"),
    [
        ('model = "turbo"', {"model": "turbo"}, True),
        ('model = "turbo"', {"model": "base"}, False),
        ("prompt = '(?i)CAT'", {"prompt": "a cat sits"}, True),
        ("prompt = '^cat'", {"prompt": "a cat sits"}, False),
        ('state = ["QUEUED", "FAILED"]', {"state": Status.FAILED}, True),
        ('state = "QUEUED"', {"state": Status.FAILED}, False),
        ("within = 3", {"elapsed": 2.999}, True),
        ("within = 3", {"elapsed": 3.0}, False),
        ("", {"on": "media"}, False),
        ("", {"on": "submit"}, False),
    ],
)
def test_conditions_choose_calls(rule: str, event: dict[str, object], *, expected: bool) -> None:
    """All of a rule's conditions must hold."""
    assert bool(hits(rule, **event)) is expected


def test_no_rule_no_effect() -> None:
    """Calls nobody made a rule about are known without asking."""
    made = scenario('on = ["status", "media"]\ndelay = 1')
    assert made.calls == {"status", "media"}
    assert made.effect(Event(on="submit")) is None


def test_effects_combine_in_order() -> None:
    """Delays add up, changes follow, headers join; of the rest the later rule has the last word."""
    made = scenario(
        'on = "status"\ndelay = 1\ncode = 201\nheaders = { X-A = "1" }\nset = { "a" = 1 }\ncut = 0.9',
        'on = "status"\nnth = 2\ndelay = 9',
        'on = "status"\ndelay = 2\ncode = 202\nheaders = { X-B = "2" }\nrename = { a = "b" }\ntruncate = 0.1',
    )
    effect = made.effect(Event(on="status"))
    assert effect is not None
    assert effect.label == "made rule 1+3"
    status, headers, body = effect.apply(*ANSWER, Random(1))
    assert (status, headers[1:]) == (202, [("X-A", "1"), ("X-B", "2")])
    whole = b'{"status": "COMPLETED", "b": 1}'
    assert body == whole[: int(len(whole) * 0.9)]
    assert effect.manner(Random(1)) == Manner(delay=3, truncate=0.1)


@pytest.mark.parametrize(
    ("rule", "accepts"),
    [
        ("delay = 1", True),
        ("code = 200", True),
        ("hang = true", True),
        ("hang = true\naccepted = false", False),
        ('answer = { dialect = "text", status = 500 }', False),
        ('answer = { dialect = "text", status = 500 }\naccepted = true', True),
        ('reset = "before"', False),
        ('reset = "after"', True),
    ],
)
def test_a_submit_is_accepted_unless_it_is_answered_otherwise(rule: str, *, accepts: bool) -> None:
    """Only an answer in its place, or a reset before it, keeps a job from being made."""
    effect = scenario(f'on = "submit"\n{rule}').effect(Event(on="submit"))
    assert effect is not None
    assert effect.accepts is accepts


def test_an_outcome_belongs_to_the_jobs_that_a_rule_is_about() -> None:
    """A pattern in the prompt can say how its job ends."""
    made = scenario('on = "submit"\nprompt = "weapon"\noutcome = { status = "FAILED", error = "flagged" }')
    effect = made.effect(Event(on="submit", prompt="a weapon"))
    assert effect is not None
    assert effect.outcome is not None
    assert (effect.outcome.status, effect.outcome.error, effect.accepts) == (Status.FAILED, "flagged", True)


@given(st.floats(0, 9.999), st.floats(0.001, 10))
def test_who_waits_as_long_as_told_is_past_the_rule(elapsed: float, within: float) -> None:
    """Retry-After is whole seconds, at least one, and never too short."""
    rule = 'answer = { dialect = "management", status = 429, headers = { Retry-After = "{wait}" } }'
    made = scenario(f'on = "submit"\nwithin = {within!r}\n{rule}')
    if effect := made.effect(Event(on="submit", elapsed=elapsed)):
        _, headers, body = effect.apply(*ANSWER, Random(1))
        seconds = dict(headers)["Retry-After"]
        assert int(seconds) >= 1
        assert f"Try again in {seconds} seconds".encode() in body
        assert not made.effect(Event(on="submit", elapsed=elapsed + int(seconds)))


def test_every_manner_is_drawn() -> None:
    """What a rule says of the connection arrives with the server."""
    for rule, expected in (
        ("hang = true", Manner(hang=True)),
        ('reset = "after"', Manner(reset=True)),
        ("drip = { pieces = 4, gap = 0.5 }", Manner(drip=Drip(4, 0.5))),
        ("code = 200", None),
    ):
        effect = scenario(f'on = "submit"\n{rule}').effect(Event(on="submit"))
        assert effect is not None
        assert effect.manner(Random(1)) == expected


@given(st.integers())
def test_delays_are_drawn_as_written(seed: int) -> None:
    """From their span, or log-normal with an end to the tail; the same seed draws the same."""
    spread = scenario('on = "status"\ndelay = "1..3"').effect(Event(on="status"))
    tailed = scenario('on = "status"\ndelay = { median = 2, sigma = 1.5, most = 5 }').effect(
        Event(on="status")
    )
    assert spread is not None
    assert tailed is not None
    one, other = spread.manner(Random(seed)), tailed.manner(Random(seed))
    assert one is not None
    assert other is not None
    assert 1 <= one.delay <= 3
    assert 0 <= other.delay <= 5
    assert tailed.manner(Random(seed)) == other
