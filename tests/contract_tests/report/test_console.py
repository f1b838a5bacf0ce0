"""Reports on a terminal."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from reports import broken_answers, failed, mixed, passing, relevelled, report_of, submit

from zimage_contract.exchange import Transcript
from zimage_contract.report import console
from zimage_contract.verdict import Spend

_COPIED = re.compile(
    r"curl|^ +→|https?://|\{|Content-Type|Ocp-Apim|x{3}|</pre>|[-.a-z\[\]*_]{50}", re.IGNORECASE
)


@pytest.mark.parametrize("width", [80, 120])
def test_it_keeps_to_the_width(width: int) -> None:
    """All but what is there to be copied."""
    for report in (passing(), mixed(), broken_answers()):
        long = [line for line in console(report, width=width).splitlines() if len(line) > width]
        assert all(_COPIED.search(line) for line in long), long


def test_a_line_for_each_check() -> None:
    """With its sign, id and number of examples; those that may be without evidence share one."""
    text = console(passing(), width=120)
    for result in passing().results:
        line = re.search(rf"^  [✓?-] {re.escape(result.check.id)} ", text, re.MULTILINE)
        assert line or result.verdict == "inconclusive", result.check.id
    assert re.search(r"^\w+ .*\n  \? all of them met nothing to judge$", text, re.MULTILINE)
    assert re.search(r"^  \? \d+ others met nothing to judge$", text, re.MULTILINE)


def test_the_cause_of_much_is_named_in_the_verdict() -> None:
    """That all answers were alike, or came to an end, and where: the first one unanswered is shown first."""
    answers = [submit(number, status=401) for number in range(1, 40)]
    assert "every answer was 401" in " ".join(console(report_of(Transcript((*answers,)))).split())
    silent = {"status": None, "answer": b"", "broken": "no connection: refused"}
    ended = [submit(1), *(submit(number, **silent) for number in range(2, 40))]
    ended[1] = submit(2, **silent, body=b'{"prompt": "the one that broke it"}')
    text = " ".join(console(report_of(Transcript((*ended,), slowest=10.0))).split())
    assert "nothing was answered from exchange 2 on" in text
    assert re.search(r"✗ liveness.answered 38 of 39 .*? #2 ", text)
    assert "met nothing to judge, for the reasons told above" in text


def test_it_ends_with_the_verdict() -> None:
    """After what it cost and how it is repeated."""
    *_, spent, run, verdict, more = console(mixed(), width=120).splitlines()
    assert "3 jobs, $0.026" in spent
    assert "--seed 7 repeats it" in run
    assert "FAIL" in verdict
    assert "no evidence" in verdict + more


def test_a_failure_tells_all() -> None:
    """Id, title, section, basis, expected, actual, the exchange, and a line that repeats it."""
    text = console(broken_answers(), width=120)
    (failure,) = re.findall(r"^✗ submit.status-202.*?(?=^── |^✗)", text, re.DOTALL | re.MULTILINE)
    for part in (
        "an accepted request is answered with 202",
        "Response Handling (documented)",
        "Expected  202",
        "Actual    200",
        "POST http://gateway.example:8080/z-image-",
        "200 after 0.100 s",
        "curl -sS -i",
        "$PIXAZO_API_KEY",
    ):
        assert part in failure


def test_of_many_findings_the_shortest_come_first() -> None:
    """Three of them, and how many more."""
    text = console(mixed(), width=120)
    (failure,) = re.findall(
        rf"^✗ {re.escape(mixed().results[1].check.id)}.*?more$", text, re.DOTALL | re.MULTILINE
    )
    assert re.findall(r"^  #(\d+)", failure, re.MULTILINE) == ["1", "2", "3"]
    assert failure.endswith("and 21 more")


def test_colour_is_only_added() -> None:
    """Without it the same words are there, and no control character gets through from a gateway."""
    for report in (passing(), mixed()):
        bare = console(report, width=100)
        assert re.sub(r"\x1b\[[0-9;]*m", "", console(report, width=100, colour=True)) == bare
        assert "\x1b" not in bare
        assert "\x00" not in bare


def test_it_can_do_without_signs() -> None:
    """For a terminal that has ASCII only."""
    assert console(passing(), plain=True).isascii()


def test_without_a_verdict_it_says_why() -> None:
    """And nothing of checks."""
    text = console(failed())
    assert "ERROR" in text
    assert "nothing:" in text
    assert "✓" not in text


def test_softer_grounds_are_warnings_and_information() -> None:
    """At the default level; at the softest they are failures."""
    soft = [r for r in relevelled(broken_answers(), "assumed").results if r.verdict in {"warn", "info"}]
    assert soft == []


def test_reasons_are_told_once() -> None:
    """With the checks that share them."""
    text = console(mixed(), width=120)
    assert "no key for it: " in text
    assert "; 1 left out" in " ".join(text.split())


def test_money_that_may_have_been_spent_is_told() -> None:
    """Nobody knows what became of submits that got no answer."""
    text = console(replace(mixed(), spend=Spend(0, Decimal(0), Decimal("0.03"))), width=120)
    assert "nothing; $0.030 more at the most, for submits that got no answer" in text
