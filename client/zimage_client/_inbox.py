"""A small receiver of callbacks, for scripts and tests."""

from __future__ import annotations

import secrets
import weakref
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Self

from zimage_client._errors import ProtocolError, WaitTimeout
from zimage_client._receiver import Receiver
from zimage_client._status import JobStatus, parse_webhook
from zimage_client._watch import Mailbox

if TYPE_CHECKING:
    from types import TracebackType

_MOST_EARLY = 1000


class WebhookInbox:
    """Receives callbacks on a port of this machine; it listens from the beginning until `close`.

    A callback is not signed. So the URL ends in a secret, and a callback counts only for a job that is
    waited for; the first final one wins, later ones are answered and ignored.

    Args:
        url: where the gateway reaches this port, such as the public end of a tunnel; None: by the address
            itself, which a gateway on the same machine does.
        host: the address to listen on.
        port: 0: a free one.
    """

    def __init__(self, url: str | None = None, *, host: str = "127.0.0.1", port: int = 0) -> None:
        secret = secrets.token_urlsafe(24)
        self._desk = _Desk()
        receiver = Receiver((host, port), f"/{secret}", self._desk.receive)
        self.url = f"{(url or f'http://{host}:{receiver.server_port}').rstrip('/')}/{secret}"
        # Not by a method of this object: its own thread would keep it alive.
        self._close = weakref.finalize(self, receiver.end)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening."""
        self._close()

    def expect(self, request_id: str, mailbox: Mailbox | None = None) -> Mailbox:
        """Put the callback for this job in a mailbox; one that came before the submit's answer is there."""
        return self._desk.expect(request_id, mailbox or Mailbox())

    def forget(self, request_id: str) -> None:
        """Take no more callbacks for this job."""
        self._desk.forget(request_id)

    def wait(self, request_id: str, timeout: float) -> JobStatus:
        """Return how a job ended that was submitted with `webhook_url=inbox.url`; it is not polled.

        Raises:
            WaitTimeout: no callback came within so many seconds.
        """
        mailbox = self.expect(request_id)
        try:
            mailbox.arrived.wait(timeout)
        finally:
            self.forget(request_id)
        if mailbox.status is None:
            raise WaitTimeout(f"no callback came within {timeout:g} seconds", request_id=request_id)
        return mailbox.status


class _Desk:
    """Sorts callbacks into mailboxes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._expected: dict[str, Mailbox] = {}
        self._early: OrderedDict[str, JobStatus] = OrderedDict()

    def receive(self, body: bytes) -> int:
        """Take a callback and return the HTTP status to answer at once."""
        try:
            status = parse_webhook(body)
        except ProtocolError:
            return 400
        with self._lock:
            mailbox = self._expected.get(status.request_id)
            if mailbox:
                mailbox.put(status)
            elif status.is_final:
                self._early.setdefault(status.request_id, status)
                while len(self._early) > _MOST_EARLY:
                    self._early.popitem(last=False)
        return 200

    def expect(self, request_id: str, mailbox: Mailbox) -> Mailbox:
        with self._lock:
            self._expected[request_id] = mailbox
            if early := self._early.pop(request_id, None):
                mailbox.put(early)
        return mailbox

    def forget(self, request_id: str) -> None:
        with self._lock:
            self._expected.pop(request_id, None)
