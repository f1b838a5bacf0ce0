"""The gateway against a model of it that anybody can read: whatever is done to both, they agree."""

from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mockgateway.domain.control import Control, JobHasEnded
from mockgateway.domain.delivery import AttemptResult, Callback
from mockgateway.domain.gateway import Gateway, Rules
from mockgateway.domain.job import Status
from mockgateway.domain.limit import RateLimit
from mockgateway.domain.money import parse_amount, write_amount
from mockgateway.domain.patch import Patch
from mockgateway.domain.refusals import InsufficientBalance, RateLimited, RequestNotFound
from mockgateway.domain.tariff import Tariff
from mockgateway.domain.timing import Span, Timing
from mockgateway.store import SQLiteOutbox, SQLiteStore

SLUG = "z-image-base"
KEYS = ["one", "two"]
START = 1_700_000_000_000
PRICE = Decimal("0.01")
MINUTE = 60_000
GAPS = [0, 1000, 5000, 30_000, 120_000, 0]
CALLBACK = Callback("http://127.0.0.1:1/hook", "http://127.0.0.1:1/hook", "http://mock")
keys = st.sampled_from(KEYS)


@dataclass
class ModelJob:
    """A job, as anybody would write it down."""

    name: str
    created: int
    starts: int
    ends: int
    cost: Decimal
    callback: bool = False
    outcome: str = "COMPLETED"
    attempts: int = 0
    due: int | None = None

    def next_attempt(self) -> int | None:
        """When its callback is attempted next; None: never."""
        if not self.callback:
            return None
        return self.ends if self.due is None else self.due

    def callback_due(self, now: int) -> bool:
        """Whether its callback is to be attempted now."""
        due = self.next_attempt()
        return due is not None and due <= now

    def attempted(self, now: int, answered: int) -> None:
        """One more attempt: a 2xx or a 410 is the last, else it waits as long as is said."""
        self.attempts += 1
        self.due = now + GAPS[self.attempts]
        self.callback = answered not in (200, 204, 410) and self.attempts < 5

    def status(self, now: int) -> str:
        """Its state at an instant."""
        if now < self.starts:
            return "QUEUED"
        return "PROCESSING" if now < self.ends else self.outcome


@dataclass
class ModelAccount:
    """An account: its money is what was there, less what was spent and not paid back."""

    now: int = START
    granted: Decimal | None = None
    limit: int | None = None
    admitted: list[int] = field(default_factory=list)
    jobs: list[ModelJob] = field(default_factory=list)

    def spent(self) -> Decimal:
        """What was charged and not refunded by now."""
        paid_back = (job.cost for job in self.jobs if job.status(self.now) == "ERROR")
        return sum((job.cost for job in self.jobs), Decimal(0)) - sum(paid_back, Decimal(0))

    def wait(self) -> int | None:
        """Seconds until a submit is let in; None: now."""
        if self.limit is None:
            return None
        began = count = 0
        for at in self.admitted:
            if not count or at >= began + MINUTE:
                began, count = at, 0
            count += 1
        if not count or self.now >= began + MINUTE or count < self.limit:
            return None
        return -(-(began + MINUTE - self.now) // 1000)


class Agreement(RuleBasedStateMachine):
    """Several accounts, in any order of deeds."""

    @initialize()
    def begin(self) -> None:
        """Begin with nothing; real time stands, so an account's own time is all there is."""
        self.store = SQLiteStore()
        rules = Rules(Timing(Span(1, 1), Span(2, 2)), Tariff({SLUG: parse_amount(str(PRICE))}), speed=0)
        self.gateway = Gateway(self.store, rules, lambda: START)
        self.control = Control(self.gateway, self.store)
        self.outbox = SQLiteOutbox(self.store)
        self.model = {key: ModelAccount() for key in KEYS}

    @rule(key=keys, images=st.integers(1, 4), callback=st.booleans())
    def submit(self, key: str, images: int, *, callback: bool) -> None:
        """Submit a job: limited, refused for its price, or accepted, by both."""
        model = self.model[key]
        wait = model.wait()
        if wait is not None:
            with pytest.raises(RateLimited) as refusal:
                self.gateway.admit(key, submit=True)
            assert refusal.value.seconds == wait
            return
        self.gateway.admit(key, submit=True)
        model.admitted.append(model.now)
        request = {"prompt": "p", "image_size": "square_1_1", "output_format": "png", "num_images": images}
        cost = images * PRICE
        if model.granted is not None and model.granted - model.spent() < cost:
            with pytest.raises(InsufficientBalance):
                self.gateway.submit(key, SLUG, request)
            return
        job = self.gateway.submit(key, SLUG, request, CALLBACK if callback else None)
        times = (model.now, model.now + 1000, model.now + 3000)
        model.jobs.append(ModelJob(job.request_id, *times, cost, callback))

    @rule(key=keys, reader=keys)
    def poll(self, key: str, reader: str) -> None:
        """Ask after every job of an account, with its own key and with another."""
        model = self.model[key]
        for job in model.jobs:
            if reader != key:
                with pytest.raises(RequestNotFound):
                    self.gateway.job(reader, job.name)
                continue
            found, now = self.gateway.job(key, job.name)
            assert now == model.now
            assert found.plan.status_at(now) == job.status(model.now)

    @rule(key=keys, milliseconds=st.sampled_from([0, 1, 999, 1000, 3000, 5000, 30_000, MINUTE, 120_000]))
    def advance(self, key: str, milliseconds: int) -> None:
        """Move an account's time; both tell the same changes."""
        model = self.model[key]
        before, after = model.now, model.now + milliseconds
        happened = [
            (change.at, change.request_id, change.status)
            for change in self.control.advance(key, milliseconds)
        ]
        expected = [
            (at, job.name, status)
            for job in model.jobs
            for at, status in ((job.starts, "PROCESSING"), (job.ends, job.outcome))
            if before < at <= after and not (status == "PROCESSING" and job.starts >= job.ends)
        ]
        assert sorted(happened) == sorted(expected)
        model.now = after

    @rule(key=keys)
    def advance_to_next(self, key: str) -> None:
        """Go to the next thing due, which is the earliest of all that is to come."""
        model = self.model[key]
        due = [
            at
            for job in model.jobs
            for at in (job.starts, job.ends)
            if at > model.now and job.ends > model.now
        ]
        self.control.advance_to_next(key)
        model.now = min(due, default=model.now)

    @rule(key=keys, which=st.integers(0, 9), outcome=st.sampled_from(["COMPLETED", "FAILED", "ERROR"]))
    def end(self, key: str, which: int, outcome: str) -> None:
        """End a job by hand, unless it is over."""
        model = self.model[key]
        if which >= len(model.jobs):
            return
        job = model.jobs[which]
        if model.now >= job.ends:
            with pytest.raises(JobHasEnded):
                self.control.end(job.name, Status(outcome))
            return
        self.control.end(job.name, Status(outcome))
        job.starts, job.ends, job.outcome = min(job.starts, model.now), model.now, outcome

    def call_back(self, key: str, answered: int) -> None:
        """Attempt every callback that is due, which is those of the model; all get the same answer."""
        model = self.model[key]
        expected = {job.name for job in model.jobs if job.callback_due(model.now)}
        made = set()
        while claim := self.outbox.claim(self.gateway.name(key), START, START + 1):
            made.add(claim.delivery.request_id)
            assert self.outbox.finish(claim, AttemptResult(status=answered), START)
        assert made == expected
        for job in model.jobs:
            if job.name in expected:
                job.attempted(model.now, answered)

    @rule(key=keys, answers=st.lists(st.sampled_from([500, 500, 302, 200, 410]), max_size=6))
    def keep_calling_back(self, key: str, answers: list[int]) -> None:
        """Go from one attempt that is due to the next, whatever each is answered."""
        model = self.model[key]
        for answered in answers:
            due = [at for job in model.jobs if (at := job.next_attempt()) is not None]
            if not due:
                return
            wait = max(0, min(due) - model.now)
            self.control.advance(key, wait)
            model.now += wait
            self.call_back(key, answered)
            self.callbacks_are_due_at_the_same_time()

    @rule(key=keys, cents=st.none() | st.integers(0, 20))
    def fill(self, key: str, cents: int | None) -> None:
        """Set what is in a wallet."""
        model = self.model[key]
        amount = None if cents is None else Decimal(cents) / 100
        self.control.patch(key, Patch(balance=None if amount is None else parse_amount(str(amount))))
        model.granted = None if amount is None else amount + model.spent()

    @rule(key=keys, limit=st.none() | st.integers(1, 3))
    def limit(self, key: str, limit: int | None) -> None:
        """Set a rate limit, whose period begins anew."""
        self.control.patch(key, Patch(rate_limit=None if limit is None else RateLimit(limit, "minute")))
        self.model[key].limit = limit
        self.model[key].admitted = []

    @rule(key=keys)
    def forget(self, key: str) -> None:
        """Forget an account."""
        self.control.forget(key)
        self.model[key] = ModelAccount()

    @rule()
    def restart(self) -> None:
        """Forget what is remembered beside the database, as a restart does."""
        self.store._accounts.clear()

    @invariant()
    def wallets_and_books_agree(self) -> None:
        """At every moment, for every key."""
        for key, model in getattr(self, "model", {}).items():
            account = self.control.account(key)
            assert Decimal(write_amount(account.charged)) == model.spent()
            left = None if model.granted is None else model.granted - model.spent()
            assert left == (None if account.balance is None else Decimal(write_amount(account.balance)))
            lines = self.control.ledger(key)
            booked = sum(line.amount if line.kind == "charge" else -line.amount for line in lines)
            assert booked == account.charged
            assert self.control.count(key) == len(model.jobs)

    @invariant()
    def callbacks_are_due_at_the_same_time(self) -> None:
        """To the millisecond."""
        for key, model in getattr(self, "model", {}).items():
            dues = [due for job in model.jobs if (due := job.next_attempt()) is not None]
            expected = min((due for due in dues if due > model.now), default=None)
            assert self.outbox.next_due(self.gateway.name(key), model.now) == expected
            waiting = self.outbox.wakes(self.gateway.name(key)) is not None
            assert waiting == any(due <= model.now for due in dues)

    def teardown(self) -> None:
        """Let go of the store."""
        if hasattr(self, "store"):
            self.store.close()


TestAgreement = Agreement.TestCase
TestAgreement.settings = settings(
    max_examples=500, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
