"""Between the domain's values and the store's rows."""

from operator import attrgetter
from typing import Any

from mockgateway.domain.account import Account, LimitOn
from mockgateway.domain.clock import Clock
from mockgateway.domain.job import Job, Plan, Status
from mockgateway.domain.limit import RateLimit, Window

Row = tuple[Any, ...]

_JOB = attrgetter(
    "request_id",
    "account",
    "model",
    "created",
    "plan.starts",
    "plan.ends",
    "plan.outcome",
    "plan.error",
    "image_size",
    "output_format",
    "num_images",
    "prompt",
    "charge",
)


def job_row(job: Job) -> Row:
    """Write a job in the order of `sql.JOB_COLUMNS`."""
    row: Row = _JOB(job)
    return row


def row_job(row: Row) -> Job:
    """Read a job."""
    request_id, account, model, created, starts, ends, outcome, error, *rest = row
    size, kind, images, prompt, charge = rest
    plan = Plan(starts, ends, Status(outcome), error)
    return Job(request_id, account, model, created, plan, prompt, size, kind, images, charge)


def account_row(account: Account) -> Row:
    """Write an account in the order of `sql.ACCOUNT_COLUMNS`."""
    clock, window, limit = account.clock, account.window, account.rate_limit
    return (
        account.name,
        clock.real,
        clock.told,
        clock.speed,
        account.balance,
        account.charged,
        str(limit) if limit else None,
        account.limit_on.value,
        window.began,
        window.calls,
        account.scenario,
    )


def row_account(row: Row) -> Account:
    """Read an account."""
    name, real, told, speed, balance, charged, limit, limit_on, began, calls, scenario = row
    return Account(
        name,
        Clock(real, told, speed),
        balance,
        charged,
        RateLimit.parse(limit) if limit else None,
        LimitOn(limit_on),
        Window(began, calls),
        scenario,
    )
