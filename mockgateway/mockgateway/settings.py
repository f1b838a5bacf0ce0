"""What a mock may be told: one frozen value, made at the edge and passed down."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from mockgateway.domain.account import LimitOn
from mockgateway.domain.gateway import Rules
from mockgateway.domain.job import Status
from mockgateway.domain.keys import plausible, shorten
from mockgateway.domain.limit import RateLimit
from mockgateway.domain.money import parse_amount
from mockgateway.domain.targets import Policy
from mockgateway.domain.tariff import Tariff
from mockgateway.domain.timing import Span, Timing
from zimage_schemas import MODELS, Model

Value = TypeVar("Value")

FASTEST = 1_000_000.0
MOST_AT_ONCE = 1_000_000


class BadSetting(ValueError):
    """A setting has no meaning; the message names it and says what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the mock behaves and where it keeps its jobs.

    Attributes:
        queue_time: how long a job is QUEUED, in gateway seconds: a number, or `"MIN..MAX"`.
        processing_time: how long it is PROCESSING, likewise.
        speed: gateway seconds per real second, at most a million; 0: time stands still until advanced.
        concurrency: how many jobs of an account are processed at once, at most a million; None: all.
        seed: repeats the drawing of `MIN..MAX` durations; None: different on every start.
        shared_jobs: whether any key may read the status of a job, not only the one that submitted it.
        keys: the keys that exist, others being answered 401; None: every key does.
        balance: dollars in the wallet of every key, such as `"5.00"`; None: it never runs out.
        turbo_price: dollars for a Turbo picture; None: the published price.
        base_price: dollars for a Base picture, likewise.
        price_per: `"image"`, or `"request"`: whether a price is for each picture or for the job.
        refund_failed: whether FAILED jobs are paid back as ERROR ones are.
        rate_limit: such as `"60/minute"`, for every key; None: none.
        rate_limit_on: `"submits"`, or `"calls"`: whether polls count too.
        scenario: the name of the scenario that keys are in which select none.
        scenarios: a folder of scenarios of your own, `<name>.toml`, read again when they change.
        admin_token: what the control API asks for, as `Authorization: Bearer`; None: nothing, but it then
            answers to local callers only.
        cors: web origins whose pages may call the control API.
        webhook_allow: host names, addresses and networks that callbacks may go to, besides those that they
            may anyhow: public ones, and local and private ones as long as only this machine reaches the mock.
        webhook_offline: whether callbacks stay away from public addresses; a job that names one is accepted
            all the same, and its callback is not sent.
        store: a file that keeps jobs over restarts, or `":memory:"`.

    Raises:
        BadSetting: a value is out of its range.
    """

    queue_time: float | str = 1.0
    processing_time: float | str = 2.0
    speed: float = 1.0
    concurrency: int | None = None
    seed: int | None = None
    shared_jobs: bool = False
    keys: frozenset[str] | None = None
    balance: str | None = None
    turbo_price: str | None = None
    base_price: str | None = None
    price_per: str = "image"
    refund_failed: bool = False
    rate_limit: str | None = None
    rate_limit_on: str = "submits"
    scenario: str = "happy"
    scenarios: Path | str | None = None
    admin_token: str | None = None
    cors: frozenset[str] = frozenset()
    webhook_allow: frozenset[str] = frozenset()
    webhook_offline: bool = False
    store: str = ":memory:"

    def __post_init__(self) -> None:
        """Check everything now rather than at the first submit."""
        if not 0 <= self.speed <= FASTEST:
            raise BadSetting(f"speed must be from 0 to {FASTEST:,.0f}, not {self.speed}")
        if self.concurrency is not None and not 1 <= self.concurrency <= MOST_AT_ONCE:
            raise BadSetting(f"concurrency must be from 1 to {MOST_AT_ONCE:,}, not {self.concurrency}")
        if not self.store:
            raise BadSetting("store must name a file, or be :memory:")
        for key in self.keys or ():
            if not key or not plausible(key):
                raise BadSetting(
                    f"keys: {shorten(key)} is no key; use printable ASCII without spaces and commas"
                )
        _ = self.rules, self.policy(local=True)

    @property
    def rules(self) -> Rules:
        """The rules of the gateway that these settings describe."""
        timing = Timing(
            _read("queue_time", Span.parse, str(self.queue_time)),
            _read("processing_time", Span.parse, str(self.processing_time)),
            self.concurrency,
        )
        return Rules(
            timing=timing,
            tariff=self._tariff,
            speed=self.speed,
            balance=_maybe("balance", parse_amount, self.balance),
            rate_limit=_maybe("rate_limit", RateLimit.parse, self.rate_limit),
            limit_on=_read("rate_limit_on", LimitOn, self.rate_limit_on),
            shared_jobs=self.shared_jobs,
            keys=self.keys,
            seed=self.seed,
        )

    def policy(self, *, local: bool) -> Policy:
        """Say where callbacks may go from a mock that only this machine reaches, or also others."""
        try:
            return Policy.allowing(self.webhook_allow, local=local, public=not self.webhook_offline)
        except ValueError as error:
            raise BadSetting(f"webhook_allow: {error}") from None

    @property
    def _tariff(self) -> Tariff:
        if self.price_per not in ("image", "request"):
            raise BadSetting(f"price_per must be image or request, not {self.price_per!r}")
        turbo, base = MODELS["turbo"], MODELS["base"]
        prices = {
            turbo.slug: _price("turbo_price", self.turbo_price, turbo),
            base.slug: _price("base_price", self.base_price, base),
        }
        refunded = {Status.ERROR, Status.FAILED} if self.refund_failed else {Status.ERROR}
        return Tariff(prices, self.price_per == "image", frozenset(refunded))


def _read(name: str, how: Callable[[str], Value], text: str) -> Value:
    try:
        return how(text)
    except ValueError as error:
        raise BadSetting(f"{name}: {error}") from None


def _price(name: str, chosen: str | None, model: Model) -> int:
    return _read(name, parse_amount, str(model.price if chosen is None else chosen))


def _maybe(name: str, how: Callable[[str], Value], text: str | None) -> Value | None:
    return None if text is None else _read(name, how, str(text))
