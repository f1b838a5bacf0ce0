"""Delivers callbacks when they are due."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Condition, Thread, current_thread
from typing import Protocol

from mockgateway.domain.delivery import ATTEMPT_SECONDS, AttemptResult
from mockgateway.domain.letter import Letter
from mockgateway.domain.outbox import Claim, Happened, Outbox
from mockgateway.runtime.agenda import MOST, Agenda

_LEASE = round(ATTEMPT_SECONDS * 1000) + 5_000
_TROUBLE = 1_000
_HEAD_START = 0.2
_LONGEST_SLEEP = 3600.0
_PATIENCE = 5.0
_LONGEST_ATTEMPT = ATTEMPT_SECONDS + _PATIENCE


class Sends(Protocol):
    """Makes an attempt: a `Sender`, or what stands for one in tests."""

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> AttemptResult:
        """Post once and say what came of it; ends in time and never raises."""

    def stop(self) -> None:
        """Break off every attempt under way."""


@dataclass
class _Round:
    """The attempts that one call of `deliver_due` waits for."""

    running: int = 0
    happened: list[Happened] = field(default_factory=list)


class Postman:
    """Makes the attempts that are due, each in a thread of its own, of which there are not too many.

    Its threads begin with the first delivery: a mock without callbacks has none.

    Args:
        outbox: where deliveries are kept.
        write: writes what an attempt sends.
        sender: makes attempts.
        real: tells real time, in milliseconds.
        told: is told of every attempt that ended.
        sent: is told what every attempt sent, and what came of it.
        most: how many attempts may be under way at once.
    """

    def __init__(  # noqa: PLR0913 - its parts
        self,
        outbox: Outbox,
        write: Callable[[Claim], Letter],
        sender: Sends,
        real: Callable[[], int],
        told: Callable[[Happened], object] = lambda _happened: None,
        *,
        sent: Callable[[Claim, Letter, AttemptResult], object] = lambda *_: None,
        most: int = MOST,
    ) -> None:
        self._outbox, self._write, self._sender, self._real = outbox, write, sender, real
        self._told, self._tell_sent = told, sent
        self._changed = Condition()
        self._agenda = Agenda(most)
        self._thread: Thread | None = None
        self._attempts: set[Thread] = set()
        self._stopped = False

    def resume(self) -> None:
        """Take up what an earlier process left in the store."""
        for account, wakes in self._outbox.waking():
            self._note(account, wakes)

    def nudge(self, account: str) -> None:
        """Look at an account anew: it has a new delivery, or its clock was changed."""
        self._note(account, self._outbox.wakes(account))

    def _note(self, account: str, wakes: int | None) -> None:
        with self._changed:
            if not self._stopped and self._agenda.note(account, wakes):
                if self._thread is None:
                    self._thread = Thread(target=self._run, name="mockgateway-postman", daemon=True)
                    self._thread.start()
                self._changed.notify_all()

    def deliver_due(self, account: str, first: Callable[[], object] = lambda: None) -> list[Happened]:
        """Attempt once whatever of the account is due now, and return when all of it was attempted.

        `first` is called before that, with nobody else beginning attempts of the account any more.

        One begins when the one before has ended, or has taken a moment: so they arrive in order where
        receivers are quick, and one that is silent does not hold up the others. Attempts that were under
        way already are waited for too.
        """
        made = _Round()
        with self._changed:
            self._agenda.hold(account)
        try:
            first()
            now = self._real()
            while self._round(account, now, made):
                self._wait(lambda: not self._agenda.live(account), _LONGEST_ATTEMPT)
        finally:
            with self._changed:
                self._agenda.let_go(account)
                self._changed.notify_all()
            self.nudge(account)
        return made.happened

    def _round(self, account: str, now: int, made: _Round) -> int:
        """Begin what is due, and return how many attempts that or anybody began."""
        while (claim := self._next_of(account, now)) is not None:
            with self._changed:
                made.running += 1
            self._begin(claim, made)
            self._wait(lambda: not made.running, _HEAD_START)
        with self._changed:
            return 0 if self._stopped else self._agenda.live(account)

    def _next_of(self, account: str, now: int) -> Claim | None:
        self._wait(lambda: self._agenda.has_room(account), _LONGEST_ATTEMPT)
        with self._changed:
            if self._stopped:
                return None
            self._agenda.begin(account)
        claim = None
        try:
            claim = self._outbox.claim(account, now, self._real() + _LEASE)
        finally:
            if claim is None:
                self._end(account, None)
        return claim

    def _wait(self, until: Callable[[], bool], seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or until(), seconds)

    def _run(self) -> None:
        while (account := self._next()) is not None:
            self._try(account)

    def _next(self) -> str | None:
        """Wait until an account has something due and may begin; None: it is over."""
        with self._changed:
            while not self._stopped:
                if (account := self._agenda.take(self._real())) is not None:
                    return account
                wakes = self._agenda.next()
                left = None if wakes is None else (wakes - self._real()) / 1000
                self._changed.wait(_LONGEST_SLEEP if left is None else min(left, _LONGEST_SLEEP))
        return None

    def _try(self, account: str) -> None:
        now = self._real()
        try:
            claim = self._outbox.claim(account, now, now + _LEASE)
            wakes = self._outbox.wakes(account)
        except Exception:  # noqa: BLE001 - such as a full disk, which heals
            self._end(account, now + _TROUBLE)
            return
        if claim is None:
            self._end(account, wakes)
            return
        self._note(account, wakes)
        self._begin(claim, None)

    def _begin(self, claim: Claim, made: _Round | None) -> None:
        """Start an attempt that the agenda has counted."""
        thread = Thread(target=self._attempt, args=(claim, made), name="mockgateway-attempt", daemon=True)
        with self._changed:
            self._attempts.add(thread)
        try:
            thread.start()
        except RuntimeError:  # no thread to be had: the lease runs out, and it is tried again
            self._over(claim, made, thread, None)

    def _attempt(self, claim: Claim, made: _Round | None) -> None:
        happened = None
        try:
            result = self._sent(claim)
            if not self._stopped:  # else it was broken off, and nobody knows what came of it
                happened = self._outbox.finish(claim, result, self._real())
        except Exception:  # noqa: BLE001 - the store is in trouble: the lease runs out, and it is tried again
            happened = None
        finally:
            self._over(claim, made, current_thread(), happened)

    def _sent(self, claim: Claim) -> AttemptResult:
        try:
            letter = self._write(claim)
        except Exception as error:  # noqa: BLE001 - a delivery that cannot be written fails like any other
            return AttemptResult(error=f"it could not be written: {error!r}")
        result = self._sender.send(letter.url, letter.headers, letter.body)
        self._tell_sent(claim, letter, result)
        return result

    def _over(self, claim: Claim, made: _Round | None, thread: Thread, happened: Happened | None) -> None:
        account = claim.delivery.account
        try:
            if happened is not None:
                self._told(happened)
            wakes = None if self._stopped else self._outbox.wakes(account)
        except Exception:  # noqa: BLE001 - as above
            wakes = self._real() + _TROUBLE
        with self._changed:
            self._attempts.discard(thread)
            if made is not None:
                made.running -= 1
                made.happened += [] if happened is None else [happened]
        self._end(account, wakes)

    def _end(self, account: str, wakes: int | None) -> None:
        """Give the room of an attempt back."""
        with self._changed:
            self._agenda.done(account)
            self._agenda.note(account, wakes)
            self._changed.notify_all()

    def stop(self) -> None:
        """Break off what is under way, to be tried again after a restart; nothing runs when this returns."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
            running = [*self._attempts, *([self._thread] if self._thread else [])]
        if running:
            self._sender.stop()
        for thread in running:
            if thread is not current_thread() and thread.ident is not None:
                thread.join(_PATIENCE)
