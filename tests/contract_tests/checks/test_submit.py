"""Test the checks of the answer to a submit: each sees its own breach, and no other check does."""

import json
from dataclasses import replace

import pytest
import schema_strategies
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import (
    ORIGIN,
    answering,
    blamed,
    conforming,
    having,
    judged,
    sending,
    spoilt,
    with_fault,
    without,
)

from zimage_contract.exchange import Exchange, Transcript
from zimage_schemas import Rule, rules

_OTHER_DIGITS = "z-image-turbo-834_0198c2f4-6f3b-{}-9c55-{}"


def _renamed(pattern: str, request_id: str, seen: Transcript | None = None) -> Transcript:
    """Give a job another id, wherever it stands."""
    seen = seen or conforming()
    submit = next(each for each in seen.exchanges if each.intent == f"{pattern}/submit")
    old = submit.got["request_id"]

    def change(each: Exchange) -> Exchange:
        return replace(
            each,
            url=each.url.replace(old, request_id),
            answer=each.answer.replace(old.encode(), request_id.encode()),
            body=each.body.replace(old.encode(), request_id.encode()),
        )

    return spoilt("*", change, seen=seen)


def _id(name: str) -> str:
    submit = next(each for each in conforming().exchanges if each.intent == f"{name}/submit")
    return str(submit.got["request_id"])


def _elsewhere(status: int) -> Transcript:
    """Let polling_url lead to another path, with a poll of it."""
    url = f"{ORIGIN}/elsewhere/v2/requests/status/{_id('plain')}"
    seen = spoilt("plain/submit", answering(polling_url=url))
    poll = next(each for each in seen.exchanges if each.intent == "plain/QUEUED")
    answer = poll.answer if status == 200 else b'{"error": "Not Found", "message": ""}'
    extra = replace(poll, number=1000, at=poll.at + 0.2, url=url, status=status, answer=answer)
    return replace(seen, exchanges=(*seen.exchanges, extra))


_TWICE = _renamed("twin", _id("plain"), without("twin/[!s]*"))
_UNREAD = without("plain/[!s]*")
_FOREIGN = _id("wide")[:-1] + "f"
_BROKEN = {
    "submit.status-202": spoilt("plain/submit", having(status=200)),
    "submit.json": spoilt("plain/submit", having(answer=b"queued"), seen=_UNREAD),
    "submit.id-of-model": spoilt(
        "plain/submit",
        answering(request_id=_FOREIGN, polling_url=f"{ORIGIN}/v2/requests/status/{_FOREIGN}"),
        seen=_UNREAD,
    ),
    "submit.unique-id": spoilt("twin/submit", sending(prompt="another"), seen=_TWICE),
    "submit.unique-id-same-body": _TWICE,
    "submit.id-shape": _renamed("plain", _OTHER_DIGITS.format("7a10", "1b0c2d3e4f5a")),
    "submit.id-version": _renamed("plain", _id("plain").replace("-7abc-", "-4abc-")),
    "submit.id-order": _renamed("twin", _OTHER_DIGITS.format("7a10", "1b0c2d3e4f5a6")),
    "submit.polling-url-id": spoilt(
        "plain/submit", answering(polling_url=f"{ORIGIN}/v2/requests/status/{_id('twin')}")
    ),
    "submit.polling-url-origin": spoilt(
        "plain/submit", answering(polling_url=f"https://gateway.example/v2/requests/status/{_id('plain')}")
    ),
    "submit.polling-url-works": _elsewhere(404),
}


_RULES = [rule for rule in rules() if rule.document == "submit-answer"]


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.id)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_an_answer_that_breaks_one_rule_is_blamed_for_that(rule: Rule, data: st.DataObject) -> None:
    """An answer with any one thing wrong is blamed by the check of that rule and by no other."""
    answer = with_fault(rule, _UNREAD.exchanges[0].got, data.draw(schema_strategies.breaking(rule)))
    assert blamed(spoilt("plain/submit", having(answer=json.dumps(answer).encode()), seen=_UNREAD)) == {
        rule.id
    }


@pytest.mark.parametrize("check", _BROKEN)
def test_a_breach_is_seen_by_its_check_only(check: str) -> None:
    """A transcript that breaks one demand is blamed by the check for it and by no other."""
    assert blamed(_BROKEN[check]) == {check}


def test_a_whole_run_lets_every_check_judge() -> None:
    """A conforming transcript is evidence for every check of an accepted submit, and breaks none."""
    assert all(count for _, count in judged(conforming(), {"submit"}))
    assert not blamed(conforming())


def test_a_polling_url_on_another_path_may_work() -> None:
    """Where the polling_url leads is the gateway's choice, as long as the job is found there."""
    assert not blamed(_elsewhere(200))


def test_clocks_of_two_machines_may_differ_by_a_second() -> None:
    """An id that is half a second too old is in order: a gateway has more than one clock."""
    submits = [each for each in conforming().exchanges if each.intent in {"plain/submit", "twin/submit"}]
    close = json.dumps({**submits[1].got, "request_id": _id("plain")[:-1] + "b"}).encode()
    seen = Transcript((submits[0], replace(submits[1], answer=close)))
    assert "submit.id-order" not in blamed(seen)
