"""Callbacks that somebody else than the gateway sends: to see whether a program looks at what it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from threading import Event, Thread
from time import monotonic, time
from typing import TYPE_CHECKING, Literal

import requests

from zimage_contract.exchange import Exchange
from zimage_schemas import LIVE_ORIGIN, WEBHOOK_HEADER

if TYPE_CHECKING:
    from mockgateway.domain.entry import Entry

_LOOK = 0.05
_PAUSE = 1.0
_LIMIT = 5.0
_STRANGE_ID = "z-image-turbo-834_019d0000-0000-7000-8000-00000000bad00"


class Forger:
    """Sends one callback to a program as soon as it has said where it takes them.

    Args:
        kind: "foreign-id": a finished job that is not the program's; "not-final": its own job, not
            finished; None: nothing is sent.
        entries: returns what the program has sent so far.
    """

    def __init__(
        self, kind: Literal["foreign-id", "not-final"] | None, entries: Callable[[], list[Entry]]
    ) -> None:
        self._kind = kind
        self._entries = entries
        self._over = Event()
        self._thread = Thread(target=self._watch, name="forger", daemon=True)
        self.sent: tuple[Exchange, ...] = ()

    def start(self) -> None:
        """Begin to watch."""
        if self._kind:
            self._thread.start()

    def stop(self) -> None:
        """End; without effect when it never began."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(_LIMIT + _PAUSE)

    def _watch(self) -> None:
        while not self._over.wait(_LOOK):
            for entry in self._entries():
                url = entry.header(WEBHOOK_HEADER.lower()) if entry.kind == "submit" else None
                if url and entry.request_id and not self._over.wait(_PAUSE):
                    self.sent = (self._send(url, entry.request_id),)
                    return

    def _send(self, url: str, request_id: str) -> Exchange:
        body = json.dumps(_document(self._kind, request_id)).encode()
        at, began = time(), monotonic()
        status, broken = None, ""
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.post(
                    url,
                    data=body,
                    headers={"Content-Type": "application/json"},
                    timeout=_LIMIT,
                    allow_redirects=False,
                )
                status = answer.status_code
        except requests.RequestException as error:
            broken = type(error).__name__
        return Exchange(
            number=0,
            kind="callback",
            method="POST",
            url=url,
            headers=(("Content-Type", "application/json"),),
            body=body,
            status=status,
            at=at,
            took=monotonic() - began,
            broken=broken,
            intent="a callback that is not the gateway's",
        )


def _document(kind: str | None, request_id: str) -> dict[str, object]:
    foreign = kind == "foreign-id"
    name = _STRANGE_ID if foreign else request_id
    link = f"{LIVE_ORIGIN}/v1/{name}/output.png"
    now = "2026-03-31T10:00:00.000Z"
    return {
        "request_id": name,
        "status": "COMPLETED" if foreign else "PROCESSING",
        "model_id": name.rpartition("_")[0],
        "error": None,
        "output": {"media_url": [link], "media_type": "image/png"} if foreign else None,
        "created_at": now,
        "updated_at": now,
        "completed_at": now if foreign else None,
    }
