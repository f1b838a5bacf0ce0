"""One probe under way: what its parts share."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from time import monotonic
from types import EllipsisType
from urllib.parse import quote, urlsplit

from zimage_contract.exchange import Exchange, Headers, Kind
from zimage_contract.probe.dialling import Place
from zimage_contract.probe.line import Line
from zimage_contract.probe.purse import Purse, price
from zimage_contract.probe.recorder import Recorder
from zimage_contract.probe.settings import ProbeSettings
from zimage_schemas import KEY_HEADER, LIVE_ORIGIN, STATUS_PATH, Model

Key = str | EllipsisType | None
"""A key; `...` for the good one, None for no header at all."""

_SERVER_ERROR = 500
_GONE = 20  # unanswered requests in a row ...
_GONE_FOR = 5.0  # ... and seconds, after which a gateway is taken to have ended for good

_USUAL: Headers = (("Content-Type", "application/json"), ("Cache-Control", "no-cache"))


@dataclass(slots=True)
class Session:
    """Sends a probe's requests and keeps its books; safe from any thread.

    Attributes:
        settings: how to probe.
        recorder: keeps every exchange.
        line: sends it.
        purse: what may be spent.
        lost: seconds for which answers were awaited that did not come.
        unanswered: how many requests in a row were not answered.
        heard: when the last answer came, by `time.monotonic`.
    """

    settings: ProbeSettings
    recorder: Recorder
    line: Line
    purse: Purse
    lost: float = 0.0
    unanswered: int = 0
    heard: float = field(default_factory=monotonic)

    @property
    def is_silent(self) -> bool:
        """Tell whether so many answers were awaited in vain that nothing more is to be sent."""
        gone = self.unanswered >= _GONE and monotonic() - self.heard >= _GONE_FOR
        return gone or self.lost > self.settings.deadline

    def submit(  # noqa: PLR0913 - a submit has that many parts, each named where it is called
        self,
        model: Model,
        body: object | bytes,
        *,
        key: Key = ...,
        headers: Headers = (),
        intent: str = "",
        free: bool = False,
    ) -> Exchange | None:
        """Submit a body, as it is or written as JSON; None when the budget forbids, or nobody answers.

        A submit is `free` when the documentation says that it is refused. It is counted all the same if it
        is accepted.

        Args:
            model: whose route is taken.
            body: bytes, or what is to be written as JSON.
            key: default the good one; None sends no header.
            headers: besides the usual, or instead of those of the same name.
            intent: what is to be seen, in words.
            free: whether it certainly costs nothing.
        """
        return self.post(model.submit_path, body, key=key, headers=headers, intent=intent, free=free)

    def post(  # noqa: PLR0913 - as `submit`
        self,
        path: str,
        body: object | bytes,
        *,
        key: Key = ...,
        headers: Headers = (),
        intent: str = "",
        free: bool = False,
    ) -> Exchange | None:
        """Post to any path, as `submit`."""
        raw = body if isinstance(body, bytes) else written(body)
        named = {name.lower() for name, _ in headers}
        usual = tuple(each for each in _USUAL if each[0].lower() not in named)
        whole = (*usual, *self._key(key), *headers)
        draft = Exchange(0, "submit", "POST", self.settings.origin + path, whole, raw)
        if self.is_silent:
            return None
        if not self._may_cost(draft.headers):
            return self._send(draft, intent)
        cost = price(draft.model, draft.sent)
        if not self.purse.reserve(cost, free=free):
            return None
        sent = self._send(draft, intent)
        unknown = sent.status is None or sent.status >= _SERVER_ERROR
        self.purse.settle(cost, accepted=None if unknown else sent.accepted, free=free)
        return sent

    def poll(self, request_id: str, *, key: Key = ..., headers: Headers = (), intent: str = "") -> Exchange:
        """Read the status of a job; `key` and `headers` as for `submit`."""
        path = STATUS_PATH.replace("{request_id}", quote(request_id, safe=""))
        return self.get(path, key=key, headers=headers, kind="status", intent=intent)

    def get(
        self, path: str, *, key: Key = ..., headers: Headers = (), kind: Kind | None = None, intent: str = ""
    ) -> Exchange:
        """Get any path."""
        url, whole = self.settings.origin + path, (*self._key(key), *headers)
        return self._noted(self.line.send("GET", url, headers=whole, kind=kind, intent=intent))

    def download(self, url: str, intent: str) -> Exchange:
        """Get a link, without a key: it needs none, and may lead to another host."""
        return self._noted(self.line.send("GET", url, kind="media", intent=intent))

    def follow(self, url: object, *, key: Key = ..., intent: str = "") -> Exchange | None:
        """Read the status of a job at its polling_url; None where that is no URL, or the key must not go.

        It goes to the target, and to the live gateway, whose URLs the answers of a proxy may hold.
        """
        if not isinstance(url, str) or not self._may_have_key(url):
            return None
        return self.line.send("GET", url, headers=self._key(key), kind="status", intent=intent)

    def _may_have_key(self, url: str) -> bool:
        try:
            there = Place.of(urlsplit(url))
        except ValueError:
            return False
        return there in {Place.of(urlsplit(known)) for known in (self.settings.origin, LIVE_ORIGIN)}

    def _send(self, draft: Exchange, intent: str) -> Exchange:
        return self._noted(
            self.line.send("POST", draft.url, headers=draft.headers, body=draft.body, intent=intent)
        )

    def _noted(self, sent: Exchange) -> Exchange:
        if sent.broken:
            self.lost += sent.took
            self.unanswered += sent.kind != "media"  # those may be elsewhere
        else:
            self.unanswered, self.heard = 0, monotonic()
        return sent

    def _key(self, key: Key) -> Headers:
        value = self.settings.key if isinstance(key, EllipsisType) else key
        return () if value is None else ((KEY_HEADER, value),)

    def _may_cost(self, headers: Headers) -> bool:
        """Tell whether one of our keys is in it, wherever: nobody pays for one that is missing or made up."""
        keys = {self.settings.key, *self.settings.keys.values()}
        return any(key and key in value for _, value in headers for key in keys)


def written(body: object) -> bytes:
    """Write JSON as UTF-8; half a surrogate pair is escaped, since UTF-8 has no bytes for it."""
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")
