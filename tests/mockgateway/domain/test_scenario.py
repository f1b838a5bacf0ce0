"""Reading scenarios, and saying what is wrong with one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgateway.domain.account import LimitOn
from mockgateway.domain.job import Status
from mockgateway.domain.limit import RateLimit
from mockgateway.domain.scenario import BadScenario, Scenario, Switches
from mockgateway.domain.timing import Span, Timing

HEAD = 'description = "d"\nbasis = "assumed"\ngood_for = "g"\n'

WHOLE = """\
description = "Everything at once."
basis = "observed"
good_for = "This test."

[timeline]
queue_time = 3
processing_time = "1..2"

[outcome]
status = "FAILED"
error = "no"

[account]
balance = "0.02"
rate_limit = "60/minute"
rate_limit_on = "calls"

[switches]
strict = true
ids = "documented"
pictures = "plain"
names = "documented"

[callbacks]
delay = 3
copies = 2
out_of_order = true
"""


def test_a_scenario_is_read_whole() -> None:
    """Every table arrives where it belongs."""
    found = Scenario.parse("whole", WHOLE)
    assert found.timing(Timing(lanes=7)) == Timing(Span(3, 3), Span(1, 2), 7)
    assert (found.outcome.status, found.outcome.error) == (Status.FAILED, "no")
    assert found.account.balance == 20_000
    assert found.account.rate_limit == RateLimit(60, "minute")
    assert found.account.limit_on is LimitOn.CALLS
    assert found.switches == Switches(
        strict=True, documented_ids=True, plain_pictures=True, nameless_pictures=True
    )
    assert (found.callbacks.delay, found.callbacks.copies, found.callbacks.out_of_order) == (3, 2, True)
    assert (found.basis, found.source, found.rules) == ("observed", WHOLE, ())


def test_what_a_scenario_does_not_say_is_as_usual() -> None:
    """Timeline, outcome and account are those the mock was told."""
    found = Scenario.parse("bare", HEAD)
    usual = Timing(Span(4, 5), Span(6, 7), 8)
    assert found.timing(usual) == usual
    assert found.outcome.status is Status.COMPLETED
    assert found.account.balance is None
    assert not found.calls


RULE = '[[rules]]\non = "status"\n'
SUBMIT = '[[rules]]\non = "submit"\n'
SAID = 'answer = { dialect = "edge", status = 503 }\n'

BAD = {
    'basis = "assumed"\ngood_for = "g"\n': (1, "a scenario has a description"),
    'description = "d"\nbasis = "guessed"\n': (2, "must be one of assumed, documented"),
    'description = "d"\nbasis = "assumed"\ngood_for = 3\n': (3, "good_for must be a string, not 3"),
    HEAD + "basis = 1": (4, "it is not TOML"),
    HEAD + "\n[timeline\n": (5, "it is not TOML"),
    HEAD + 'descripton = "x"': (4, "did you mean description"),
    HEAD + "[timeline]\nqueue_time = -1": (5, "'-1' is not a duration"),
    HEAD + "[timeline]\nqueue_time = true": (5, "not True"),
    HEAD + "# queue_tim = 2\n[timeline]\nqueue_tim = 2": (6, "did you mean queue_time"),
    HEAD + '[outcome]\nstatus = "QUEUED"': (5, "must be one of COMPLETED"),
    HEAD + '[outcome]\nstatus = "FAILED"': (4, "have an error in words"),
    HEAD + '[outcome]\nerror = "x"': (4, "an outcome has a status"),
    HEAD + '[outcome]\nstatus = "COMPLETED"\nerror = "x"': (6, "COMPLETED has none"),
    HEAD + '[account]\nbalance = "much"': (5, "is not an amount"),
    HEAD + '[account]\nrate_limit = "60"': (5, "is not a rate limit"),
    HEAD + '[account]\nrate_limit_on = "calls"': (5, "needs a rate_limit"),
    HEAD + '[account]\nrate_limit = "6/hour"\nrate_limit_on = "polls"': (6, "none of submits, calls"),
    HEAD + "[switches]\nstrict = 1": (5, "must be true or false"),
    HEAD + "[callbacks]\nnever = true\ncopies = 2": (6, "never contradicts copies"),
    HEAD + "rules = 3": (4, "write [[rules]]"),
    HEAD + "rules = [3]": (4, "write [[rules]]"),
    HEAD + "[[rules]]\nhang = true": (4, "on must name"),
    HEAD + '[[rules]]\non = ["status", "poll"]\nhang = true': (5, "on must name"),
    HEAD + RULE: (4, "the rule does nothing"),
    HEAD + RULE + "nth = 1\nfirst = 2\nhang = true": (7, "contradict each other"),
    HEAD + RULE + "nth = 0\nhang = true": (6, "from 1 to"),
    HEAD + RULE + "hang = true\n\n" + RULE + "nth = 'x'\nhang = true": (10, "must be a whole number"),
    HEAD + RULE + 'model = "sdxl"\nhang = true': (6, "base, turbo"),
    HEAD + RULE + "prompt = '('\nhang = true": (6, "no regular expression"),
    HEAD + RULE + 'state = "DONE"\nhang = true': (6, "state must be among"),
    HEAD + RULE + 'answer = { dialect = "edge" }': (6, "a dialect and a status"),
    HEAD + RULE + 'answer = { dialect = "soap", status = 500 }': (6, "dialect must be one of"),
    HEAD + RULE + '[rules.answer]\ndialect = "text"\nstatus = 500\nerror = "x"': (9, "no key 'error'"),
    HEAD + RULE + '[rules.answer]\ndialect = "text"\nstatus = 204': (8, "has no body"),
    HEAD + RULE + SAID + "code = 200": (7, "code beside it contradicts"),
    HEAD + RULE + "hang = true\ncut = 0.5": (7, "nothing is sent: cut contradicts"),
    HEAD + RULE + 'reset = "after"\nhang = true': (7, "nothing is sent: hang contradicts"),
    HEAD + RULE + "cut = 1": (6, "from 0 to 0.999"),
    HEAD + RULE + "accepted = true\nhang = true": (6, "submit alone"),
    HEAD + SUBMIT + 'state = "QUEUED"\nhang = true': (6, "a job that is there"),
    HEAD + SUBMIT + 'accepted = true\nreset = "after"': (6, "says already"),
    HEAD + SUBMIT + "accepted = false\ndelay = 1": (6, "needs an answer in its place"),
    HEAD + '[[rules]]\non = "media"\nset = { "a" = 1 }': (6, "a picture is none"),
    HEAD + '[[rules]]\non = "webhook"\nhang = true': (6, "a callback is a request"),
    HEAD + RULE + "set = { a = 2026-01-01 }": (6, "no form in JSON"),
    HEAD + RULE + "set = { a = nan }": (6, "no form in JSON"),
    HEAD + RULE + 'remove = "a..b"': (6, "no path"),
    HEAD + RULE + 'rename = { "a" = "b.c" }': (6, "without dots"),
    HEAD + RULE + 'replace = { "a" = "b" }': (6, "pattern"),
    HEAD + RULE + 'replace = { "a" = { pattern = "(", by = "" } }': (6, "no regular expression"),
    HEAD + RULE + "drip = { pieces = 3 }": (6, "pieces and a gap"),
    HEAD + RULE + "delay = 1e9": (6, "delay"),
    HEAD + RULE + "delay = { median = 1 }": (6, "a median and a sigma"),
    HEAD + RULE + 'headers = { "Bad Name" = "x" }': (6, "no header that an answer may set"),
    HEAD + RULE + 'headers = { Content-Length = "3" }': (6, "no header that an answer may set"),
    HEAD + RULE + 'headers = { Retry-After = "1\\r\\nx: y" }': (6, "printable ASCII"),
}


@pytest.mark.parametrize("text", BAD)
def test_what_is_wrong_is_said_with_its_line(text: str) -> None:
    """The message names the scenario, the line and the reason."""
    line, reason = BAD[text]
    with pytest.raises(BadScenario) as found:
        Scenario.parse("mine", text)
    assert (found.value.line, found.value.name) == (line, "mine")
    assert reason in found.value.reason
    assert str(found.value) == f"mine: line {line}: {found.value.reason}"


VALUES = st.recursive(
    st.one_of(
        st.booleans(), st.integers(-5, 700), st.floats(), st.sampled_from(["", "1", "submit", "FAILED"])
    ),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=4,
)
KEYS = st.sampled_from(
    [
        "on",
        "model",
        "prompt",
        "nth",
        "every",
        "first",
        "within",
        "answer",
        "code",
        "headers",
        "content_type",
        "set",
        "remove",
        "rename",
        "lower",
        "null",
        "replace",
        "unwrap",
        "delay",
        "reset",
        "hang",
        "drip",
        "cut",
        "truncate",
        "malformed",
        "outcome",
        "accepted",
        "state",
        "other",
    ]
)


def toml(value: object) -> str:
    """Write a value as TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {toml(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else repr(value)


@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=4), min_size=1, max_size=3))
def test_any_rule_is_read_or_refused(rules: list[dict[str, object]]) -> None:
    """Whatever the keys hold, the verdict is a scenario or BadScenario with a line of the document."""
    text = HEAD
    for rule in rules:
        text += '[[rules]]\non = "status"\n'
        text += "".join(f"{name} = {toml(value)}\n" for name, value in rule.items() if name != "on")
    refused = None
    try:
        Scenario.parse("any", text)
    except BadScenario as error:
        refused = error
    assert refused is None or 1 <= refused.line <= len(text.splitlines())


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text crashes the reader."""
    with pytest.raises(BadScenario):
        Scenario.parse("any", text)
