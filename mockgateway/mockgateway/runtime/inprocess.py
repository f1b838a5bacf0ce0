"""The mock inside the calling process, for tests."""

from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from mockgateway.runtime.assembly import Mock
from mockgateway.runtime.handle import AccountHandle
from mockgateway.runtime.server import Server, listen
from mockgateway.settings import Settings


class MockGateway:
    """A mock on a free port of 127.0.0.1, in threads of this process.

    Use it as a context manager, or call `start` and `stop`. Many may run at once. Every start
    begins with an empty store, unless the settings name a file.

    Args:
        settings: how it behaves; default `Settings()`.
        changes: single settings by name, on top of `settings`.

    Raises:
        BadSetting: a setting has no meaning.
        TypeError: there is no setting of that name.
    """

    def __init__(self, settings: Settings | None = None, **changes: Any) -> None:
        self.settings = replace(settings or Settings(), **changes)
        self._running: tuple[Mock, Server] | None = None

    @property
    def url(self) -> str:
        """The origin, such as `http://127.0.0.1:43210`; raises RuntimeError while it is not running."""
        return self._parts[1].url

    def account(self, key: str) -> AccountHandle:
        """Take hold of the world behind a key; raises RuntimeError while the mock is not running."""
        return AccountHandle(self.mock.control, self.mock.mail, key)

    def reset(self) -> None:
        """Make everything as at the start; raises RuntimeError while the mock is not running."""
        self.mock.control.reset()

    @property
    def mock(self) -> Mock:
        """Its parts, for what stands in front of it; raises RuntimeError while it is not running."""
        return self._parts[0]

    @property
    def _parts(self) -> tuple[Mock, Server]:
        if self._running is None:
            raise RuntimeError("this mock is not running: use it in a `with` block, or call start()")
        return self._running

    def start(self) -> Self:
        """Start serving; it answers when this returns. Raises StoreRefused, CannotListen."""
        if self._running is not None:
            raise RuntimeError("this mock is running already")
        mock = Mock(self.settings, local=True)
        self._running = mock, Server(mock.app, listen("127.0.0.1", 0)).start()
        return self

    def stop(self) -> None:
        """Stop serving and close every connection; without effect while it is not running."""
        if self._running is not None:
            (mock, server), self._running = self._running, None
            server.stop()
            mock.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
