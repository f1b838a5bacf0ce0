"""From options to a client and a run."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from zimage_client._client import Client
from zimage_client._inbox import WebhookInbox
from zimage_client._settings import Polling, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zimage_client._batch import Outcome
    from zimage_client._requests import Request
    from zimage_client.cli._display import Display

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def open_client(options: dict[str, Any]) -> Client:
    """Make a client of the common options."""
    gateway = options.get("gateway") or os.environ.get("PIXAZO_GATEWAY_URL")
    key = os.environ.get("PIXAZO_API_KEY", "").strip()
    if not key and gateway and _host(gateway) in _LOOPBACK:
        key = "mock-happy"
    interval = options.get("poll_interval")
    polling = Polling(first=interval, least=interval, most=2 * interval) if interval else Polling()
    try:
        return Client(key, gateway, settings=Settings(polling=polling))
    except ValueError as error:
        raise click.UsageError(f"--gateway: {error}") from None


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Run:
    """One call of `zimage generate`."""

    requests: Sequence[Request]
    out: Path
    state: Path | None
    options: dict[str, Any]

    def outcomes(self, display: Display) -> Iterator[Outcome]:
        """Make the pictures and show what comes."""
        with ExitStack() as stack:
            client = stack.enter_context(open_client(self.options))
            inbox = self._inbox()
            if inbox:
                stack.enter_context(inbox)
            for outcome in client.generate_many(
                self.requests,
                self.out,
                concurrency=self.options["concurrency"],
                state=self.state,
                timeout=self.options["timeout"],
                on_update=display.update,
                on_progress=display.progress,
                via=inbox,
            ):
                display.ended(outcome)
                yield outcome

    def _inbox(self) -> WebhookInbox | None:
        url, port = self.options["webhook"], self.options["webhook_port"]
        if not url:
            return None
        if url == "local":
            return WebhookInbox(port=port)
        return WebhookInbox(url, host="0.0.0.0", port=port)  # noqa: S104 -- what the URL leads to
