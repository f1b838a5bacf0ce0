"""What is spent never passes the budget, whatever is answered and in whatever order."""

from decimal import Decimal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from zimage_contract.probe.purse import Purse, price
from zimage_contract.verdict import Spend
from zimage_schemas import MODELS

BUDGET = Decimal("0.10")
TURBO, BASE = MODELS["turbo"], MODELS["base"]


class Spending(RuleBasedStateMachine):
    """Submits under way, which end in any order; beside it, a book that is kept the simple way."""

    under_way = Bundle("under_way")

    def __init__(self) -> None:
        super().__init__()
        self.purse = Purse(BUDGET)
        self.paid: list[Decimal] = []
        self.surprises: list[Decimal] = []
        self.reserved: list[Decimal] = []

    @rule(target=under_way, amount=st.sampled_from([Decimal("0.008"), Decimal("0.01"), Decimal("0.04")]))
    def reserve(self, amount: Decimal) -> Decimal | None:
        """A submit that costs may go when what is left suffices, and nothing has surprised us."""
        left = BUDGET - sum(self.paid) - sum(self.surprises) - sum(self.reserved)
        allowed = amount <= left and not self.surprises
        assert self.purse.reserve(amount) is allowed
        if allowed:
            self.reserved.append(amount)
            return amount
        return None

    @rule(amount=consumes(under_way), accepted=st.sampled_from([True, False, None]))
    def answer(self, amount: Decimal | None, *, accepted: bool | None) -> None:
        """An acceptance is paid, a refusal gives back, and silence keeps the money aside."""
        if amount is not None:
            self.purse.settle(amount, accepted=accepted)
            if accepted is not None:
                self.reserved.remove(amount)
            if accepted:
                self.paid.append(amount)

    @rule(accepted=st.booleans())
    def send_free(self, *, accepted: bool) -> None:
        """What must be refused goes as long as it is refused; when it is not, nothing goes any more."""
        allowed = self.purse.reserve(Decimal("0.008"), free=True)
        assert allowed is not bool(self.surprises)
        if allowed:
            self.purse.settle(Decimal("0.008"), accepted=accepted, free=True)
            self.surprises += [Decimal("0.008")] * accepted

    @invariant()
    def planned_spending_stays_within_the_budget(self) -> None:
        """What was paid is counted to the cent, and only a surprise can pass the budget."""
        spent = self.paid + self.surprises
        found = self.purse.spend
        assert (found.jobs, found.estimated_usd) == (len(spent), sum(spent, Decimal(0)))
        assert sum(self.paid) <= BUDGET
        assert len(self.surprises) <= 1


TestSpending = Spending.TestCase
TestSpending.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)


@pytest.mark.parametrize("budget", [None, Decimal(0)])
def test_what_is_free_goes_without_any_money(budget: Decimal | None) -> None:
    """A documented refusal costs nothing."""
    assert Purse(budget).reserve(Decimal("0.01"), free=True)


def test_without_a_budget_everything_goes_and_is_counted() -> None:
    """Also when a gateway accepts what it must refuse."""
    purse = Purse(None)
    for free in (False, True, True):
        assert purse.reserve(Decimal("0.01"), free=free)
        purse.settle(Decimal("0.01"), accepted=True, free=free)

    assert purse.spend == Spend(3, Decimal("0.03"))
    assert not purse.refused


def test_a_purse_remembers_that_it_refused() -> None:
    """So that a report can say what more money would show."""
    purse = Purse(Decimal("0.01"))

    assert not purse.reserve(Decimal("0.04"))
    assert purse.refused


@pytest.mark.parametrize(
    ("body", "pictures"),
    [
        ({}, 1),
        ({"num_images": 3}, 3),
        ({"num_images": 4.0}, 4),
        ({"num_images": 9}, 9),
        ({"num_images": 0}, 1),
        ({"num_images": -2}, 1),
        ({"num_images": True}, 1),
        ({"num_images": "4"}, 1),
        ({"num_images": float("nan")}, 1),
        ({"num_images": 10**400}, 1),
        ([4], 1),
        (None, 1),
    ],
)
def test_a_job_costs_its_pictures(body: object, pictures: int) -> None:
    """A number that cannot be read is one; one beyond the rules is taken at its word, if it is sensible."""
    assert price(TURBO, body) == Decimal("0.008") * pictures
    assert price(BASE, body) == Decimal("0.01") * pictures
    assert price(None, body) == Decimal("0.01") * pictures


def test_what_may_have_been_accepted_is_not_risked_beyond_the_budget() -> None:
    """What nobody refused clearly is sent while the budget could pay for it."""
    purse = Purse(Decimal("0.02"))
    sent = 0
    while purse.reserve(Decimal("0.01"), free=True):
        purse.settle(Decimal("0.01"), accepted=None, free=True)
        sent += 1
    assert sent == 2
    assert purse.spend == Spend(0, Decimal(0), Decimal("0.02"))
    assert purse.refused
