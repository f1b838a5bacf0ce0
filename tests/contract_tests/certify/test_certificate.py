"""From evidence to results, and from results to a certificate."""

from dataclasses import replace
from datetime import date, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given
from lives import BY_ID, GOOD, HASTY, TODAY, callback, certificate, download, judged, poll, submit

from zimage_contract.certificate import CaseResult, KnownBreach, not_applicable, stale
from zimage_contract.exchange import Exchange
from zimage_schemas import WEBHOOK_HEADER

HOOKED = submit(headers=(*submit().headers, (WEBHOOK_HEADER, "http://127.0.0.1:4712/done")))


def breach(**changes: object) -> KnownBreach:
    """A known breach of the rhythm of polls."""
    usual = {"case": "happy", "obligation": "poll.rhythm", "reason": "soon", "expires": TODAY}
    return KnownBreach(**{**usual, **changes})  # type: ignore[arg-type]  # by name


def test_a_program_that_does_it_right_passes() -> None:
    """With every obligation that was judged."""
    result = judged(*GOOD)
    assert (result.verdict, result.charges) == ("pass", 1)
    assert {each.verdict for each in result.obligations} == {"pass"}


def test_a_must_that_is_broken_fails() -> None:
    """And is the only one that is named."""
    result = judged(*HASTY)
    assert result.verdict == "fail"
    assert [each.obligation.id for each in result.obligations if each.findings] == ["poll.rhythm"]


def test_a_should_that_is_broken_is_a_warning() -> None:
    """It withholds nothing."""
    result = judged(submit(), poll(6), poll(90, "COMPLETED"), download(91))
    (found,) = [each for each in result.obligations if each.findings]
    assert (found.obligation.id, found.verdict, found.fatal) == ("poll.late", "warn", False)
    assert certificate(result).verdict == "pass"


def test_a_program_that_was_never_seen_is_inconclusive() -> None:
    """However it ended."""
    for code in (0, 1):
        result = judged(exit_code=code)
        assert (result.verdict, result.reason) == ("inconclusive", "the program never reached the gateway")
        assert result.obligations == ()


@pytest.mark.parametrize("case", ["poll-503", "insufficient-balance", "job-failed", "unknown-status"])
def test_a_fault_that_never_fired_is_no_pass(case: str) -> None:
    """The reason says what did not come about."""
    result = judged(*GOOD, case=case)
    assert (result.verdict, result.reason) == ("inconclusive", BY_ID[case].unless)
    assert certificate(result).verdict == "inconclusive"


@pytest.mark.parametrize(
    ("case", "quick", "slow"),
    [
        ("slow-queue", (*GOOD[:1], poll(5, "COMPLETED"), download(6)), GOOD),
        ("slow-answers", GOOD, (*GOOD[:3], download(13, took=2.0))),
        ("webhook-late", (HOOKED, callback(5), download(6)), (HOOKED, callback(40), download(41))),
    ],
)
def test_a_slowness_that_speed_took_away_is_no_pass(
    case: str, quick: tuple[Exchange, ...], slow: tuple[Exchange, ...]
) -> None:
    """The program was not put to it; a slow mock shows it."""
    result = judged(*quick, case=case)
    assert result.verdict == "inconclusive"
    assert result.reason == BY_ID[case].unless
    assert judged(*slow, case=case).verdict == "pass"


def test_what_cannot_be_asked_of_a_program_is_not_applicable() -> None:
    """One that makes Turbo pictures only is not blamed for it."""
    assert judged(*GOOD, case="happy-base").verdict == "not-applicable"


@pytest.mark.parametrize(
    ("case", "first", "verdict"),
    [
        ("webhook", submit(), "not-applicable"),
        ("webhook", HOOKED, "pass"),
        ("poll-503", HOOKED, "not-applicable"),
    ],
)
def test_a_case_of_the_other_style_is_neither_pass_nor_inconclusive(
    case: str, first: object, verdict: str
) -> None:
    """The style is seen in the submit."""
    result = judged(first, callback(5), download(6), case=case)  # type: ignore[arg-type]  # an exchange
    assert result.verdict == verdict


def test_a_style_that_was_told_leaves_cases_out() -> None:
    """Without any evidence."""
    result = not_applicable(BY_ID["webhook"], "polling")
    assert (result.verdict, result.evidence) == ("not-applicable", None)
    assert "webhook programs" in result.reason


@pytest.mark.parametrize(
    ("known", "verdict", "said"),
    [
        ((breach(),), "pass", []),
        ((breach(expires=TODAY - timedelta(days=1)),), "fail", ["excused until"]),
        ((breach(case="stuck"),), "fail", ["take it off"]),
        ((breach(obligation="money.once"),), "fail", ["take it off"]),
    ],
)
def test_known_breaches(known: tuple[KnownBreach, ...], verdict: str, said: list[str]) -> None:
    """They excuse what they name until their day, and must not name what is kept."""
    result = judged(*HASTY, known=known)
    found = stale(known, [result], TODAY)
    assert result.verdict == "fail"
    assert certificate(result, stale=found).verdict == verdict
    assert [word in text for word, text in zip(said, found, strict=True)] == [True] * len(said)


def test_a_known_breach_that_was_mended() -> None:
    """Fails, so that the list stays true."""
    result = judged(*GOOD, known=(breach(),))
    assert certificate(result, stale=stale([breach()], [result], TODAY)).verdict == "fail"


RESULTS = {
    "pass": judged(*GOOD),
    "fail": judged(*HASTY),
    "inconclusive": judged(),
    "not-applicable": not_applicable(BY_ID["webhook"], "polling"),
    "excused": judged(*HASTY, known=(breach(expires=date(9999, 1, 1)),)),
}


@given(st.lists(st.sampled_from(sorted(RESULTS)), max_size=6))
def test_the_verdict_over_all(names: list[str]) -> None:
    """A failure fails; else what is without evidence is no pass; else something must have passed."""
    found = certificate(*(RESULTS[name] for name in names)).verdict
    if "fail" in names:
        assert found == "fail"
    elif "inconclusive" in names or not {"pass", "excused"} & {*names}:
        assert found == "inconclusive"
    else:
        assert found == "pass"


@given(st.sampled_from(sorted(RESULTS)))
def test_there_is_no_verdict_while_cases_are_pending(name: str) -> None:
    """Not even a failure."""
    assert certificate(RESULTS[name], pending=("stuck",)).verdict == "incomplete"


def test_charges_are_the_ledgers() -> None:
    """Where somebody looked into it; a submit that was accepted and paid back is none."""
    paid: CaseResult = judged(*GOOD, charges=frozenset())
    assert paid.charges == 0
    twice = judged(submit(), *(replace(each, at=each.at + 1) for each in GOOD), charges=frozenset({1, 2}))
    assert twice.charges == 2
    assert "money.once" in {each.obligation.id for each in twice.obligations if each.findings}
