"""Who may use the control API: programs on this machine, not pages in a browser.

A page that a developer happens to visit can send requests to their machine. It is kept out by three
things that it cannot forge: the Host it was given (against rebinding of its own name), its Origin,
and what the browser says of the fetch. So is the mock itself, which anybody who submits a job can have
call any URL of this machine. Where others can reach the mock, a token is asked for.
"""

from dataclasses import dataclass
from hmac import compare_digest
from ipaddress import ip_address
from urllib.parse import urlsplit

from mockgateway.domain.refusals import BadRequest
from mockgateway.web.control.problem import Problem
from mockgateway.web.wire import Call, Headers

_FOREIGN_FETCHES = ("cross-site", "same-site")
_METHODS = "DELETE, GET, PATCH, POST, PUT"
_HEADERS = "Authorization, Content-Type"


@dataclass(frozen=True, slots=True)
class Trust:
    """Who is trusted.

    Attributes:
        token: must be sent as `Authorization: Bearer`; None: none is asked for.
        origins: web origins whose pages may call, such as `http://localhost:3000`.
    """

    token: str | None = None
    origins: frozenset[str] = frozenset()

    def check(self, call: Call) -> None:
        """Let a call in; raises Problem 401 or 403."""
        if self.token is not None:
            self._check_token(call)
        else:
            _check_host(call)
            _check_callback(call)
        self._check_browser(call)

    def _check_token(self, call: Call) -> None:
        kind, _, sent = (call.header("Authorization") or "").partition(" ")
        # In constant time, so that its answers do not tell how much of a guess is right.
        right = compare_digest(sent.strip().encode(), (self.token or "").encode())
        if kind.lower() != "bearer" or not right:
            detail = "Send the token given as --admin-token, as Authorization: Bearer TOKEN."
            raise Problem(401, detail, [("WWW-Authenticate", 'Bearer realm="mockgateway control"')])

    def _check_browser(self, call: Call) -> None:
        origin = call.header("Origin")
        if origin in self.origins:
            return
        own = origin is None or origin == _own(call)
        if not own or call.header("Sec-Fetch-Site") in _FOREIGN_FETCHES:
            raise Problem(403, "Pages of other origins may not call this; start the mock with --cors ORIGIN.")

    def grants(self, call: Call) -> Headers:
        """Return the headers that let an allowed page read the answer."""
        origin = call.header("Origin")
        if origin is None or origin not in self.origins:
            return []
        return [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Allow-Methods", _METHODS),
            ("Access-Control-Allow-Headers", _HEADERS),
            ("Vary", "Origin"),
        ]

    def is_preflight(self, call: Call) -> bool:
        """Whether a browser asks beforehand, for an allowed page."""
        return call.environ["REQUEST_METHOD"] == "OPTIONS" and call.header("Origin") in self.origins


def _own(call: Call) -> str | None:
    try:
        return call.origin
    except BadRequest:
        return None


def _check_host(call: Call) -> None:
    if not is_local(urlsplit(_own(call) or "").hostname or ""):
        raise Problem(
            403,
            "The control API answers to localhost and loopback addresses only, unless --admin-token is set.",
        )


def _check_callback(call: Call) -> None:
    if call.header("webhook-id") is not None:
        raise Problem(403, "The control API takes no callbacks; give X-Webhook-URL a receiver of yours.")


def is_local(host: str) -> bool:
    """Whether a host name means this machine and nothing else."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
