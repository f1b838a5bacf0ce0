"""The gateway: accepts jobs and tells what became of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random, SystemRandom
from typing import Any

from mockgateway.domain.account import Account, LimitOn
from mockgateway.domain.clock import Clock
from mockgateway.domain.delivery import Callback
from mockgateway.domain.document import NAMELESS, media_names
from mockgateway.domain.effect import Effect, Outcome
from mockgateway.domain.ids import SHAPE, RequestIds
from mockgateway.domain.job import Job, Status
from mockgateway.domain.keys import fingerprint, plausible
from mockgateway.domain.letter import owed
from mockgateway.domain.limit import RateLimit, Window
from mockgateway.domain.refusals import InvalidKey, MissingKey, RequestNotFound
from mockgateway.domain.scenario import Scenario
from mockgateway.domain.situations import NoScenarios, Scenarios, Situations
from mockgateway.domain.storage import Store, Work
from mockgateway.domain.targets import Policy
from mockgateway.domain.tariff import Tariff
from mockgateway.domain.timing import Timing


@dataclass(frozen=True, slots=True)
class Rules:
    """What a gateway may be told to do differently.

    Attributes:
        timing: how long jobs take.
        tariff: what they cost.
        speed: gateway seconds per real second of an account that is new; 0: its clock stands still.
        balance: what is in a new wallet, in millionths of a dollar; None: it never runs out.
        rate_limit: the limit of a new account.
        limit_on: which calls it counts.
        shared_jobs: whether a request_id is known to every key, not only its own (assumed: it is not).
        keys: the keys that exist; None: every key does.
        seed: where the drawing of plans begins; None draws them anew on every start.
        policy: where callbacks may go.
    """

    timing: Timing = field(default_factory=Timing)
    tariff: Tariff = field(default_factory=Tariff)
    speed: float = 1.0
    balance: int | None = None
    rate_limit: RateLimit | None = None
    limit_on: LimitOn = LimitOn.SUBMITS
    shared_jobs: bool = False
    keys: frozenset[str] | None = None
    seed: int | None = None
    policy: Policy = field(default_factory=Policy)


class Gateway:
    """One gateway over one store.

    Args:
        store: where its accounts and jobs are.
        rules: what it was told.
        real: tells real time in milliseconds since the epoch, never going back.
        scenarios: where the scenarios of accounts are looked up; None: all goes well.
    """

    def __init__(
        self, store: Store, rules: Rules, real: Callable[[], int], scenarios: Scenarios | None = None
    ) -> None:
        self._store = store
        self.rules = rules
        self.real = real
        self.situations = Situations(scenarios or NoScenarios())
        # Plans, not secrets: seeded so that a run can be repeated.
        self.chance = Random(rules.seed)  # noqa: S311
        # Unique, not secret: begun by real chance, then without a system call each.
        self._ids = RequestIds(Random(SystemRandom().getrandbits(256)))  # noqa: S311

    def name(self, key: str) -> str:
        """Name the account of a key."""
        return fingerprint(key, self._store.secret)

    def account(self, key: str) -> Account:
        """Return the account of a key, as it is or as it would be opened."""
        name = self.name(key)
        return self._store.account(name) or self.opened(name, key)

    def opened(self, name: str, key: str = "") -> Account:
        """Return a new account, as the scenario that its key selects begins it."""
        chosen = self.situations.scenarios.name_for_key(key)
        return self._begun(name, self.situations.scenarios.chosen(chosen), chosen)

    def _begun(self, name: str, scenario: Scenario, chosen: str | None) -> Account:
        real, rules, start = self.real(), self.rules, scenario.account
        return Account(
            name,
            Clock(real, real, rules.speed),
            rules.balance if start.balance is None else start.balance,
            rate_limit=start.rate_limit or rules.rate_limit,
            limit_on=start.limit_on or rules.limit_on,
            scenario=chosen,
        )

    def admit(self, key: str, *, submit: bool = False) -> Account:
        """Let a call in, to its account; raises MissingKey, InvalidKey, RateLimited."""
        if not key:
            raise MissingKey
        if not plausible(key) or (self.rules.keys is not None and key not in self.rules.keys):
            raise InvalidKey
        name = self.name(key)
        account = self._store.account(name)
        # A new one is stored at once, whatever becomes of the call: its clock runs from here.
        if account is None or account.limits(submit=submit):
            return self._counted(name, key, submit=submit)
        return account

    def _counted(self, name: str, key: str, *, submit: bool) -> Account:
        with self._store.step() as work:
            account = work.account(name) or self.opened(name, key)
            if account.limits(submit=submit):
                account = account.admitted(account.clock.at(self.real()))
            work.keep(account)
        return account

    def submit(
        self,
        key: str,
        slug: str,
        request: Mapping[str, Any],
        callback: Callback | None = None,
        outcome: Outcome | None = None,
    ) -> Job:
        """Accept a valid request, its defaults filled in: all of it is stored when this returns.

        With `callback`, the callbacks that the job owes are stored in the same step. `outcome` is how the
        job ends; None: as its scenario says.

        Raises:
            InsufficientBalance: the wallet does not suffice; nothing was stored.
        """
        with self._store.step() as work:
            account, now = self._ready(work, key)
            scenario = self.situations.of(account, key)
            job = self._job(account, scenario, slug, request, now)
            if outcome:
                job = replace(job, plan=job.plan.ending(outcome.status, outcome.error))
            work.keep(account.charge(job.charge))
            job = self._in_line(work, job)
            work.add_job(job)
            for delivery in owed(callback, job, scenario.callbacks) if callback else ():
                work.add_delivery(replace(delivery, scenario=scenario.name))
        return job

    def _ready(self, work: Work, key: str) -> tuple[Account, int]:
        """Return the account with the refunds it may need to go on, and its time."""
        name = self.name(key)
        account = work.account(name) or self.opened(name, key)
        # One that lacks nothing can wait for its refunds until somebody looks.
        ready = account if account.balance is None else self.settled(work, account)
        return ready, account.clock.at(self.real())

    def settled(self, work: Work, account: Account) -> Account:
        """Return the account with every refund that is due."""
        now = account.clock.at(self.real())
        refund = work.settle(account.name, now, self.rules.tariff.refunded)
        return account.refund(refund) if refund else account

    def _job(
        self, account: Account, scenario: Scenario, slug: str, request: Mapping[str, Any], now: int
    ) -> Job:
        images = int(request["num_images"])
        return Job(
            request_id=self._ids.next(slug, now, documented=scenario.switches.documented_ids),
            account=account.name,
            model=slug,
            created=now,
            plan=scenario.plan(self.rules.timing, now, self.chance),
            prompt=request["prompt"],
            image_size=request["image_size"],
            output_format=request["output_format"],
            num_images=images,
            charge=self.rules.tariff.cost(slug, images),
        )

    def _in_line(self, work: Work, job: Job) -> Job:
        lanes = self.rules.timing.lanes
        free = None if lanes is None else work.lane_free(job.account, lanes)
        return job if free is None else replace(job, plan=job.plan.delayed_until(free))

    def job(self, key: str, request_id: str) -> tuple[Job, int]:
        """Return the job that this key may read, and its time; raises RequestNotFound."""
        found = self.find(request_id)
        if found is None or not (self.rules.shared_jobs or found[0].account == self.name(key)):
            raise RequestNotFound
        return found

    def find(self, request_id: str) -> tuple[Job, int] | None:
        """Return the job of that id, and its account's time."""
        job = self._store.job(request_id) if SHAPE.fullmatch(request_id) else None
        if job is None:
            return None
        account = self._store.account(job.account) or self.opened(job.account)
        return job, account.clock.at(self.real())

    def scenario_of(self, job: Job) -> Scenario:
        """Return the scenario that a job's account is in."""
        return self.situations.of(self._store.account(job.account) or self.opened(job.account))

    def effect_on_job(self, on: str, job: Job) -> Effect | None:
        """Count a call about a job, and say what its scenario does to it."""
        account = self._store.account(job.account) or self.opened(job.account)
        now = account.clock.at(self.real())
        return self.situations.on_job(on, self.situations.of(account), now, job.request_id, job)

    def moved(self, account: Account, key: str, name: str | None) -> Account:
        """Return the account in another scenario, or back in the one that its key selects.

        What the scenario says of wallet and limit is set; what only the one before said goes back to what
        the mock was told. Raises UnknownScenario.
        """
        scenarios = self.situations.scenarios
        chosen = name or scenarios.name_for_key(key)
        scenario = scenarios.get(chosen) if chosen else scenarios.chosen(None)
        before, after = self.situations.of(account, key).account, scenario.account
        fresh = self._begun(account.name, scenario, chosen)
        if before.balance is not None or after.balance is not None:
            account = replace(account, balance=fresh.balance)
        if before.rate_limit or after.rate_limit:
            account = replace(account, rate_limit=fresh.rate_limit, limit_on=fresh.limit_on, window=Window())
        return replace(account, scenario=chosen)

    def picture(self, request_id: str, name: str) -> tuple[Job, int] | None:
        """Find the finished job and the picture's index behind a media path; pictures need no key."""
        found = self.find(request_id)
        if found is None or found[0].plan.status_at(found[1]) is not Status.COMPLETED:
            return None
        names = media_names(found[0])
        if name.endswith(f".{NAMELESS}") and self.scenario_of(found[0]).switches.nameless_pictures:
            name = f"{name.removesuffix(NAMELESS)}{found[0].output_format}"
        return (found[0], names.index(name)) if name in names else None
