"""Money is exact, and refunds come once."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgateway.domain.control import Control, JobHasEnded, NoSuchJob
from mockgateway.domain.gateway import Gateway, Rules
from mockgateway.domain.job import Status
from mockgateway.domain.money import parse_amount, write_amount
from mockgateway.domain.refusals import InsufficientBalance
from mockgateway.domain.tariff import Tariff
from mockgateway.store import SQLiteStore

SLUG = "z-image-base"
REQUEST = {"prompt": "p", "image_size": "square_1_1", "output_format": "png", "num_images": 1}
START = 1_700_000_000_000


def made(rules: Rules) -> tuple[Gateway, Control]:
    """A gateway whose time stands still, and its control."""
    store = SQLiteStore()
    gateway = Gateway(store, rules, lambda: START)
    return gateway, Control(gateway, store)


def rules(balance: int | None = 30_000, **tariff: object) -> Rules:
    """A wallet of three cents, pictures of one."""
    return Rules(tariff=Tariff({SLUG: 10_000}, **tariff), balance=balance, speed=0)


@given(st.integers(0, 10**15 - 1))
def test_amounts_are_written_and_read_exactly(millionths: int) -> None:
    """Nothing is lost, and cents are always shown."""
    text = write_amount(millionths)
    assert parse_amount(text) == millionths
    assert len(text.partition(".")[2]) >= 2
    assert Decimal(text) * 1_000_000 == millionths


@pytest.mark.parametrize("text", ["", "x", "-1", "nan", "inf", "1e99", "0.0000001", "1,50", "$5"])
def test_what_is_no_amount_is_refused_in_words(text: str) -> None:
    """With an example of what to write."""
    with pytest.raises(ValueError, match=r"such as 5\.00"):
        parse_amount(text)


def test_a_wallet_pays_until_it_does_not_suffice() -> None:
    """The job that costs too much is refused whole, and a cheaper one still goes through."""
    gateway, control = made(rules())
    gateway.submit("key", SLUG, REQUEST | {"num_images": 2})
    with pytest.raises(InsufficientBalance):
        gateway.submit("key", SLUG, REQUEST | {"num_images": 2})
    assert control.count("key") == 1
    gateway.submit("key", SLUG, REQUEST)
    account = control.account("key")
    assert (account.balance, account.charged) == (0, 30_000)


def test_a_price_can_be_for_the_job() -> None:
    """Then four pictures cost what one does."""
    gateway, control = made(rules(per_image=False))
    gateway.submit("key", SLUG, REQUEST | {"num_images": 4})
    assert control.account("key").charged == 10_000


def test_wallets_are_apart() -> None:
    """What one key spends, another keeps."""
    gateway, control = made(rules())
    gateway.submit("one", SLUG, REQUEST)
    assert control.account("two").balance == 30_000


def test_an_error_is_refunded_once_when_it_comes() -> None:
    """Neither before the job ends, nor again at a second look."""
    gateway, control = made(rules())
    job = gateway.submit("key", SLUG, REQUEST)
    assert control.account("key").balance == 20_000
    control.end(job.request_id, Status.ERROR, "broken")
    assert [control.account("key").balance for _ in range(3)] == [30_000] * 3
    assert control.account("key").charged == 0


def test_a_refund_that_is_due_pays_for_the_next_job() -> None:
    """It is settled within the next charge, without anybody looking."""
    gateway, control = made(rules(balance=10_000))
    job = gateway.submit("key", SLUG, REQUEST)
    with pytest.raises(InsufficientBalance):
        gateway.submit("key", SLUG, REQUEST)
    control.end(job.request_id, Status.ERROR)
    gateway.submit("key", SLUG, REQUEST)
    assert control.account("key").balance == 0


@pytest.mark.parametrize(("refunded", "balance"), [({"ERROR"}, 20_000), ({"ERROR", "FAILED"}, 30_000)])
def test_a_failed_job_is_paid_unless_the_tariff_says_otherwise(refunded: set[str], balance: int) -> None:
    """FAILED is not ERROR."""
    gateway, control = made(rules(refunded=frozenset(refunded)))
    control.end(gateway.submit("key", SLUG, REQUEST).request_id, Status.FAILED, "blocked")
    assert control.account("key").balance == balance


def test_a_wallet_without_end_is_charged_and_refunded_too() -> None:
    """So what was spent can be read."""
    gateway, control = made(rules(balance=None))
    jobs = [gateway.submit("key", SLUG, REQUEST) for _ in range(3)]
    assert (control.account("key").balance, control.account("key").charged) == (None, 30_000)
    control.end(jobs[0].request_id, Status.ERROR)
    assert control.account("key").charged == 20_000


def test_the_ledger_adds_up_to_the_wallet() -> None:
    """Charges and refunds, in order, with their jobs."""
    gateway, control = made(rules())
    first = gateway.submit("key", SLUG, REQUEST)
    control.advance("key", 500)
    gateway.submit("key", SLUG, REQUEST)
    control.advance("key", 500)
    control.end(first.request_id, Status.ERROR)
    lines = control.ledger("key")
    assert [(line.kind, line.at - START) for line in lines] == [
        ("charge", 0),
        ("charge", 500),
        ("refund", 1000),
    ]
    assert lines[2].request_id == first.request_id
    spent = sum(line.amount if line.kind == "charge" else -line.amount for line in lines)
    assert spent == control.account("key").charged == 10_000


def test_a_job_is_ended_once() -> None:
    """A terminal state is final, and a job that is not there cannot end."""
    gateway, control = made(rules())
    job = gateway.submit("key", SLUG, REQUEST)
    ended = control.end(job.request_id, Status.FAILED, "why")
    assert (ended.plan.outcome, ended.plan.error, ended.plan.ends) == (Status.FAILED, "why", START)
    assert control.job(job.request_id) == (ended, START)
    with pytest.raises(JobHasEnded):
        control.end(job.request_id, Status.ERROR)
    with pytest.raises(NoSuchJob):
        control.end(f"{job.request_id[:-1]}x", Status.ERROR)
