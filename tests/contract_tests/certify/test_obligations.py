"""What is judged where the program was not started by us: watched programs, and recorded traffic."""

from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given
from lives import GOOD, HASTY, KEY, LINK, callback, download, evidence, judged, poll, submit
from programs_page import IN_TRAFFIC

from zimage_contract.exchange import Exchange
from zimage_contract.obligations import OBLIGATIONS, Evidence, judge_all
from zimage_schemas import KEY_HEADER

STEPS = [
    *GOOD,
    *HASTY[1:],
    submit(20),
    submit(21, 402),
    submit(22, 401),
    submit(23, 403),
    submit(24, 429, answer_headers=(("Retry-After", "9"),)),
    submit(25, None, broken="reset"),
    poll(26, status=503),
    poll(27, "FAILED"),
    poll(28, "ERROR"),
    poll(29, "STRANGE"),
    download(30, headers=((KEY_HEADER, KEY),)),
    download(31, status=404),
    callback(32),
    callback(33, status=500),
]


def names(seen: Evidence) -> set[str]:
    """Which obligations are judged."""
    return {each.obligation.id for each in judge_all(OBLIGATIONS, seen)}


@given(st.lists(st.sampled_from(STEPS), max_size=8, unique=True))
def test_traffic_alone_shows_what_the_page_says(steps: list[Exchange]) -> None:
    """Whatever was recorded: how the program ended is never judged."""
    steps = sorted(steps, key=lambda each: each.at)
    assert names(evidence(*steps, case="", ending="unknown", exit_code=None)) <= IN_TRAFFIC


def test_traffic_can_show_all_that_the_page_says() -> None:
    """None of them is promised in vain."""
    shown: set[str] = set()
    for steps in ([submit(22, status)] for status in (401, 402, 403)):
        shown |= names(evidence(*steps, ending="unknown", exit_code=None))
    limited = submit(0, 429, answer_headers=(("Retry-After", "2"),), answer=b"{}")
    later = [replace(each, at=each.at + 5) for each in GOOD]
    shown |= names(evidence(limited, *later, callback(30), callback(31), ending="unknown", exit_code=None))
    assert shown >= IN_TRAFFIC - {"callback.duplicate"}


@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=8, unique=True))
def test_of_a_watched_program_nobody_knows_the_exit_code(steps: list[Exchange]) -> None:
    """So nothing is said of it."""
    steps = sorted(steps, key=lambda each: each.at)
    for case in ("happy", "stuck", "job-failed"):
        found = names(evidence(*steps, case=case, ending="watched", exit_code=None))
        assert not {name for name in found if name.startswith(("end.", "stuck.", "picture.honest"))}


def test_a_watched_program_is_judged_by_what_it_did_not_do() -> None:
    """Since somebody said that it is over."""
    (broken,) = [
        each for each in judged(submit(), ending="watched", exit_code=None).obligations if each.findings
    ]
    assert broken.obligation.id == "accept.goes-on"


def test_bodies_that_a_recorder_cut_prove_nothing_but_how_a_picture_was_asked_for() -> None:
    """A recording often leaves pictures out; the key that went with them is seen all the same."""
    cut = [replace(each, cut=True) for each in (submit(), download(9, headers=((KEY_HEADER, KEY),)))]
    found = judge_all(OBLIGATIONS, evidence(*cut, ending="unknown", exit_code=None))
    assert {each.obligation.id: each.verdict for each in found} == {"key.private": "fail"}


def test_what_a_callback_was_answered_needs_no_body() -> None:
    """A mock keeps none of a receiver's, and nobody needs it."""
    called = replace(callback(5), cut=True, took=9.0)
    found = judge_all(OBLIGATIONS, evidence(submit(), called, download(20), case="webhook"))
    assert [each.obligation.id for each in found if each.findings] == ["callback.answered"]


@pytest.mark.parametrize(("told", "verdicts"), [(True, ["fail"]), (False, [])])
def test_a_callback_about_a_job_that_the_program_was_never_told_of(
    told: bool,  # noqa: FBT001 - a parameter of the table
    verdicts: list[str],
) -> None:
    """Need not be answered: after a lost answer the program may have left."""
    first = submit() if told else submit(0, None, broken="reset")
    refused = callback(5, status=None, broken="refused")
    found = judge_all(OBLIGATIONS, evidence(first, refused, case="answer-lost", exit_code=1))
    assert [each.verdict for each in found if each.obligation.id == "callback.answered"] == verdicts


def test_a_program_that_never_asked_has_nothing_to_give_up() -> None:
    """To leave the job is another fault, and the only one that is told."""
    result = judged(submit(), case="stuck")
    assert [each.obligation.id for each in result.obligations if each.findings] == ["accept.goes-on"]


@pytest.mark.parametrize(("waited", "broken"), [(30, ["end.patience"]), (125, [])])
def test_a_program_may_give_up_after_two_minutes(waited: int, broken: list[str]) -> None:
    """Not before, where the job is getting on."""
    polls = [poll(at, "QUEUED") for at in range(6, waited, 6)]
    result = judged(submit(), *polls, poll(waited + 6), case="slow-queue", exit_code=1)
    found = [each.obligation.id for each in result.obligations if each.findings]
    assert found == broken


def test_the_link_is_the_documents() -> None:
    """The hand-written program is the good one that other tests rely on."""
    assert evidence(*GOOD).satisfied
    assert [*evidence(*GOOD).links] == [LINK]


@pytest.mark.parametrize(("case", "broken"), [("several-pictures", []), ("happy", ["money.once"])])
def test_two_pictures_may_be_asked_for_one_by_one(case: str, broken: list[str]) -> None:
    """Where two are wanted, each is paid for once; where one is, it is paid for twice."""
    other = submit(1, answer=submit().answer.replace(b"abcd0", b"abcd1"))
    result = judged(submit(), other, *GOOD[1:], case=case)
    assert [each.obligation.id for each in result.obligations if each.findings] == broken
    assert result.verdict == ("fail" if broken else "pass")


@pytest.mark.parametrize(
    ("steps", "obligation", "words"),
    [
        ((submit(),), "accept.goes-on", ("polling_url", "five to ten seconds", "COMPLETED")),
        ((submit(), poll(6, status=None, broken="reset")), "poll.blips", ("limit", "catch", "poll again")),
    ],
)
def test_a_remedy_says_all_that_is_to_be_done(
    steps: tuple[Exchange, ...], obligation: str, words: tuple[str, ...]
) -> None:
    """A newcomer who has only the provider's sample can go on from it."""
    broken = {
        each.obligation.id: each.obligation
        for each in judged(*steps, exit_code=1).obligations
        if each.findings
    }
    assert [word for word in words if word not in broken[obligation].remedy] == []


@pytest.mark.parametrize(
    ("words", "broken"),
    [
        ("connection refused", ["callback.answered"]),
        ("no connection within 10 s", ["callback.answered"]),
        ("no answer within 10 s", ["poll.stops", "callback.answered"]),
    ],
)
def test_a_callback_that_never_arrived_told_nothing(words: str, broken: list[str]) -> None:
    """So to poll after it is right; after one that arrived it is not, whatever it was answered."""
    lost = callback(5, status=None, broken=words)
    result = judged(submit(), lost, poll(75, "COMPLETED"), download(76))
    assert [each.obligation.id for each in result.obligations if each.findings] == broken
