"""Putting the parts together."""

from collections.abc import Callable
from time import monotonic_ns, time_ns

from flask import Flask

from mockgateway.domain.control import Control
from mockgateway.domain.gateway import Gateway
from mockgateway.pictures import Gallery
from mockgateway.runtime.crashing import chosen_point
from mockgateway.runtime.heart import Heart
from mockgateway.settings import Settings
from mockgateway.store import IN_MEMORY, SQLiteStore
from mockgateway.web import create_wsgi_app
from mockgateway.web.control.trust import Trust


def real_time(not_before: int = 0) -> Callable[[], int]:
    """Return a clock in milliseconds since the epoch that never goes back, whatever the system's does.

    Args:
        not_before: the first instant it may tell.
    """
    ahead = max(time_ns(), not_before * 1_000_000) - monotonic_ns()
    return lambda: (monotonic_ns() + ahead) // 1_000_000


class Mock:
    """The parts of one mock: its store, its gateway, and the application that serves it.

    Raises:
        StoreRefused: the store file cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self._store = SQLiteStore(settings.store, chosen_point())
        self._heart = Heart(self._store)
        real = real_time(self._heart.last_beat())
        self.gateway = Gateway(self._store, settings.rules, real)
        self.control = Control(self.gateway, self._store)
        trust = Trust(settings.admin_token, settings.cors)
        self.app = create_wsgi_app(self.gateway, Gallery(), self.control, trust)
        if settings.store != IN_MEMORY:
            self._heart.start(real)

    def close(self) -> None:
        """Let go of the store."""
        self._heart.stop()
        self._store.close()


def create_app(settings: Settings | None = None) -> Flask:
    """Make the mock as a WSGI application, for a server of your own.

    Serve it from one process only: a store belongs to one.

    Raises:
        StoreRefused: the store file cannot be used.
    """
    return Mock(settings or Settings()).app
