"""Generated requests: what they show of good gateways and bad ones, and what they cost."""

import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from direct_line import Opened
from faulty.bodies import Model
from faulty.gateway import Gateway, Refusal
from faulty.wire import Answer, Request

from zimage_contract.probe.generated import generate
from zimage_contract.probe.shrinking import Shrinking
from zimage_contract.probe.strategies import breakable
from zimage_schemas import MODELS, rule

Open = Callable[..., Opened]
RULES = [each.id for model in MODELS.values() for each in breakable(model)]


def rules_broken(opened: Opened) -> Counter[str]:
    """Count the rules that the submits broke; a submit that breaks none counts for its model."""
    submits = [each for each in opened.exchanges if each.kind == "submit" and each.model]
    return Counter(
        each.problems[0].rule if each.problems else f"valid {each.path.split('/')[1]}" for each in submits
    )


class Generous(Gateway):
    """Takes every body."""

    unenforced = frozenset(RULES)


def test_a_good_gateway_is_not_blamed_and_every_rule_is_tried(open_session: Open) -> None:
    """Each rule is broken by as many bodies as were asked for, or nearly, and nothing is found."""
    opened = open_session(Gateway(), examples=12)
    generate(opened.session)
    assert opened.found == {}
    broken = rules_broken(opened)
    assert set(broken) == {*RULES, *(f"valid {model.slug}" for model in MODELS.values())}
    assert min(broken.values()) >= 5
    assert max(broken.values()) <= 12


def test_the_same_seed_sends_the_same_bodies(open_session: Open) -> None:
    """And another seed sends others."""
    sent = []
    for seed in (1, 1, 2):
        opened = open_session(Gateway(), examples=5, seed=seed, models=(MODELS["turbo"],))
        generate(opened.session)
        sent.append(opened.bodies)
    assert sent[0] == sent[1] != sent[2]


def test_no_examples_send_nothing(open_session: Open) -> None:
    """Generated requests can be left out."""
    opened = open_session(Gateway(), examples=0)
    generate(opened.session)
    assert opened.exchanges == ()


class Lax(Gateway):
    """Takes too many pictures, but only as WebP."""

    def judged(self, body: Any, model: Model) -> dict[str, Any]:
        """Forget one rule for one format."""
        if isinstance(body, dict) and body.get("output_format") == "webp":
            self.unenforced = frozenset({f"{model.name}-request.num_images.maximum"})
        try:
            return super().judged(body, model)
        finally:
            self.unenforced = frozenset()


def test_the_finding_shown_first_is_that_of_the_least_body(open_session: Open) -> None:
    """What is not needed for the fault is gone from the body, and the exchange says that it is the least."""
    opened = open_session(Lax(), examples=40, models=(MODELS["turbo"],))
    generate(opened.session)
    (found,) = opened.found.values()
    assert found.check.id == "turbo-request.num_images.maximum"
    first = found.findings[0].exchange
    least = {"prompt": "a", "image_size": "portrait_3_4", "num_images": 5, "output_format": "webp"}
    assert json.loads(first.body) == least
    assert first.intent.startswith("least body found")


@pytest.mark.parametrize(("seconds", "least"), [(0.0, 0), (1e-9, 1)])
def test_making_bodies_small_ends_in_time(open_session: Open, seconds: float, least: int) -> None:
    """Every fault is found all the same; the later ones are left as they were sent."""
    whole, short = (open_session(Generous(), examples=10, models=(MODELS["turbo"],)) for _ in range(2))
    generate(whole.session)
    generate(short.session, Shrinking(seconds))
    assert short.found.keys() == whole.found.keys()
    assert len(short.found) > 10
    assert sum(each.intent.startswith("least ") for each in short.exchanges) == least
    assert len(short.exchanges) < len(whole.exchanges)


def test_a_fault_is_made_small_until_the_time_is_over(open_session: Open) -> None:
    """What was the least until then is sent once more."""
    whole, short = (open_session(Lax(), examples=40, models=(MODELS["turbo"],)) for _ in range(2))
    generate(whole.session)
    generate(short.session, Shrinking(1e-9))
    (found,) = short.found.values()
    first, *others = (each.exchange for each in found.findings)
    assert first.intent.startswith("least body found")
    assert len(first.body) == min(len(each.body) for each in others)
    assert len(short.exchanges) < len(whole.exchanges)


class Confused(Gateway):
    """Breaks the answer to refusals."""

    def bad_request(self, _request: Request, words: str) -> Answer:
        """Forget the message's name."""
        return Answer(400, json.dumps({"error": "Bad Request", "text": words}).encode())


def test_one_fault_everywhere_is_made_small_once(open_session: Open) -> None:
    """A fault that every sort of body shows is not looked at again for each."""
    opened = open_session(Confused(), examples=3)
    generate(opened.session)
    least = [each for each in opened.exchanges if each.intent.startswith("least ")]
    assert 1 <= len(least) <= len(opened.found)


def test_without_money_only_what_is_documented_to_be_refused_is_sent(open_session: Open) -> None:
    """No valid body, and none whose refusal is merely assumed."""
    opened = open_session(Gateway(), examples=4, budget=Decimal(0))
    generate(opened.session)
    assert set(rules_broken(opened)) == {each for each in RULES if rule(each).basis == "documented"}
    assert opened.session.purse.spend.jobs == 0


def test_money_lasts_for_valid_bodies_until_it_is_gone(open_session: Open) -> None:
    """The budget is used, and never exceeded."""
    opened = open_session(Gateway(), examples=20, budget=Decimal("0.1"))
    generate(opened.session)
    assert Decimal(0) < opened.session.purse.spend.estimated_usd <= Decimal("0.1")


def test_an_unexpected_acceptance_ends_it_all_under_a_budget(open_session: Open) -> None:
    """The first one costs; nothing is sent that could cost again, nor to make it small."""
    opened = open_session(Generous(), examples=10, budget=Decimal(0))
    generate(opened.session)
    accepted = [each for each in opened.exchanges if each.accepted]
    assert len(accepted) == opened.session.purse.spend.jobs == 1
    assert len(opened.found) == 1


class Misspelling(Gateway):
    """Answers accepted submits wrongly."""

    def accepted(self, _job: object, _request: Request) -> Answer:
        """Leave out all that matters."""
        return Answer(202, b'{"status": "QUEUED"}', {"Content-Type": "application/json"})


def test_what_costs_is_not_made_small_under_a_budget(open_session: Open) -> None:
    """A valid body that is answered wrongly is paid for once."""
    opened = open_session(Misspelling(), examples=10, budget=Decimal(1), models=(MODELS["turbo"],))
    generate(opened.session)
    valid = [each for each in opened.exchanges if each.accepted and not each.problems]
    assert 1 <= len(valid) <= 10
    assert not [each for each in opened.exchanges if each.intent.startswith("least ")]


class Hasty(Gateway):
    """Wants no more after the third request."""

    def admit(self, request: Request) -> str:
        """Count."""
        if next(self.numbers) > 3:
            raise Refusal("rate-limited")
        return super().admit(request)


def test_429_ends_a_sort_at_once(open_session: Open) -> None:
    """A gateway that wants no more is sent at most one request of each other sort."""
    opened = open_session(Hasty(), examples=20, budget=Decimal(0))
    generate(opened.session)
    assert len(opened.exchanges) <= 3 + len(RULES)


def test_nothing_is_printed(open_session: Open, capfd: pytest.CaptureFixture[str]) -> None:
    """Not even when something is found."""
    opened = open_session(Lax(), examples=10)
    generate(opened.session)
    assert capfd.readouterr() == ("", "")
