"""Putting the parts together."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic_ns, time_ns

from flask import Flask

from mockgateway.domain.control import Control
from mockgateway.domain.delivery import AttemptResult
from mockgateway.domain.gateway import Gateway
from mockgateway.domain.letter import Letter, letter
from mockgateway.domain.mail import Mail
from mockgateway.domain.outbox import Claim, Happened
from mockgateway.domain.recording import callback_entry
from mockgateway.pictures import Gallery
from mockgateway.runtime.crashing import chosen_point
from mockgateway.runtime.heart import Heart
from mockgateway.runtime.postman import Postman
from mockgateway.runtime.sender import Sender
from mockgateway.scenarios import ScenarioBook, UnknownScenario
from mockgateway.settings import BadSetting, Settings
from mockgateway.store import IN_MEMORY, SQLiteOutbox, SQLiteStore
from mockgateway.web import create_wsgi_app
from mockgateway.web.control import Room
from mockgateway.web.control.trust import Trust


def real_time(not_before: int = 0) -> Callable[[], int]:
    """Return a clock in milliseconds since the epoch that never goes back, whatever the system's does.

    Args:
        not_before: the first instant it may tell.
    """
    ahead = max(time_ns(), not_before * 1_000_000) - monotonic_ns()
    return lambda: (monotonic_ns() + ahead) // 1_000_000


def scenario_book(settings: Settings) -> ScenarioBook:
    """Collect the scenarios that a mock knows; raises BadSetting, BadScenario."""
    folder = None if settings.scenarios is None else Path(settings.scenarios)
    try:
        return ScenarioBook(folder, settings.scenario)
    except UnknownScenario as error:
        raise BadSetting(f"scenario: {error}") from None
    except OSError as error:
        raise BadSetting(f"scenarios: {folder} cannot be read: {error.strerror}") from None


class Mock:
    """The parts of one mock: its store, its gateway, the application that serves it, and its postman.

    Args:
        settings: how it behaves.
        local: whether this machine alone can reach it; else callbacks go to public addresses only.
        told: is told of every callback that was attempted.

    Raises:
        BadSetting: there is no scenario or no folder of that name.
        BadScenario: a scenario of the folder is bad.
        StoreRefused: the store file cannot be used.
    """

    def __init__(
        self, settings: Settings, *, local: bool = False, told: Callable[[Happened], object] = lambda _: None
    ) -> None:
        self.scenarios = scenario_book(settings)
        self._store = SQLiteStore(settings.store, chosen_point())
        self._heart = Heart(self._store)
        real = real_time(self._heart.last_beat())
        rules = replace(settings.rules, policy=settings.policy(local=local))
        self.gateway = Gateway(self._store, rules, real, self.scenarios)
        outbox = SQLiteOutbox(self._store)
        self._postman = Postman(outbox, self._letter, Sender(rules.policy), real, told, sent=self._sent)
        outbox.listen(self._postman.nudge)
        self.mail = Mail(self.gateway, outbox, self._postman.deliver_due)
        self.control = Control(self.gateway, self._store)
        trust = Trust(settings.admin_token, settings.cors)
        room = Room(self.control, self.mail, self.scenarios, trust)
        self.app = create_wsgi_app(self.gateway, Gallery(), room)
        if settings.store != IN_MEMORY:
            self._heart.start(real)
        self._postman.resume()

    def _letter(self, claim: Claim) -> Letter:
        job = self._store.job(claim.delivery.request_id)
        if job is None:
            raise LookupError("its job is gone")
        written = letter(claim, job)
        effect = self.gateway.effect_on_job("webhook", job)
        return written.changed(effect, self.gateway.chance) if effect else written

    def _sent(self, claim: Claim, sent: Letter, result: AttemptResult) -> None:
        self.control.journals.record(callback_entry(claim, sent, result, self.gateway.real()))

    def close(self) -> None:
        """End all that runs and let go of the store."""
        self._postman.stop()
        self._heart.stop()
        self._store.close()


def create_app(settings: Settings | None = None) -> Flask:
    """Make the mock as a WSGI application, for a server of your own.

    Serve it from one process only: a store belongs to one. Who can reach it is not known here, so
    callbacks go to public addresses only, and to those that `webhook_allow` names.

    Raises:
        StoreRefused: the store file cannot be used.
    """
    return Mock(settings or Settings()).app
