"""The transport over `requests`: import it to bring a session of your own."""

from __future__ import annotations

import re
from http.cookiejar import DefaultCookiePolicy
from ssl import SSLCertVerificationError
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import ProxyError as TunnelError

from zimage_client._dialects import plain
from zimage_client._errors import TransportError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zimage_client._transport import Call

__all__ = ["RequestsReply", "RequestsTransport"]

_CHUNK = 1 << 16


class RequestsTransport:
    """Sends calls with `requests`, keeping connections open.

    Proxies and certificates are found as `requests` finds them (`HTTPS_PROXY`, `REQUESTS_CA_BUNDLE`, …); for
    anything else bring a session of your own. Passwords of a `.netrc` are not sent, cookies are not kept.

    Args:
        session: used instead of a new one; headers that it has are sent to every host.
        connections: kept open to one host; should not be below the concurrency of a batch.
    """

    def __init__(self, session: requests.Session | None = None, *, connections: int = 64) -> None:
        self._session = session or _session(connections)

    def send(self, call: Call) -> RequestsReply:
        """Send a call; raise TransportError and nothing else."""
        timeouts = call.timeouts
        try:
            response = self._session.request(
                call.method,
                call.url,
                headers=dict(call.headers),
                data=call.body,
                timeout=(timeouts.connect, timeouts.read),
                allow_redirects=call.follow,
                stream=True,
            )
            return RequestsReply(response)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            failure = _failure(error)
        # Out here, so that the failure does not carry the request, and with it the key.
        raise failure

    def close(self) -> None:
        """Close every connection."""
        self._session.close()


class RequestsReply:
    """An answer of `requests` whose body is still coming."""

    def __init__(self, response: requests.Response) -> None:
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in response.headers.items()}
        self._response = response

    def chunks(self) -> Iterator[bytes]:
        """Yield the body as it comes, undone of compression."""
        failure = None
        try:
            yield from self._pieces()
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            failure = _failure(error)
        if failure:
            raise failure

    def _pieces(self) -> Iterator[bytes]:
        raw: Any = self._response.raw
        if not hasattr(raw, "read1"):  # urllib3 before 2
            yield from raw.stream(4096, decode_content=True)
            return
        # One read of the socket at a time: a slow answer is noticed between its pieces.
        while chunk := raw.read1(_CHUNK, decode_content=True):
            yield chunk

    def close(self) -> None:
        """Give the connection back, or close it when the body was not read to its end."""
        self._response.close()


class _Session(requests.Session):
    """A session that does not send passwords of a `.netrc`, not even after a redirect."""

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, _response: requests.Response) -> None:
        """Take the old host's password away, and add none for the new one."""
        prepared_request.headers.pop("Authorization", None)


def _session(connections: int) -> requests.Session:
    session = _Session()
    session.headers.clear()
    session.auth = _no_auth
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_connections=8, pool_maxsize=connections))
    return session


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Add nothing: without this, `requests` would send what a `.netrc` says."""
    return request


def _failure(error: Exception) -> TransportError:
    reasons = list(_reasons(error))
    sent = not any(
        isinstance(each, (NewConnectionError, requests.ConnectTimeout, *_UNSENT)) for each in reasons
    )
    return TransportError(_words(error, reasons), sent=sent)


# These are found out before anything is sent: a URL that is none, a proxy that opens no tunnel, a false host.
_UNSENT = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidProxyURL,
    requests.exceptions.InvalidHeader,
    TunnelError,
    SSLCertVerificationError,
)


def _reasons(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error and what it wraps, each in its library's own way."""
    while error is not None:
        yield error
        inner = getattr(error, "reason", None) or getattr(error, "original_error", None)
        inner = inner or next((each for each in error.args if isinstance(each, BaseException)), None)
        error = inner if isinstance(inner, BaseException) else None


def _words(error: Exception, reasons: list[BaseException]) -> str:
    host = _host(error)
    if isinstance(error, requests.exceptions.SSLError):
        return f"{host} has no certificate that this machine trusts: {_innermost(reasons)}"
    if isinstance(error, requests.exceptions.ProxyError):
        return f"the proxy does not lead to {host}: {_innermost(reasons)}"
    if isinstance(error, requests.ConnectTimeout):
        return f"{host} cannot be reached: no connection in time"
    if any(isinstance(each, NewConnectionError) for each in reasons):
        return f"{host} cannot be reached: {_innermost(reasons)}"
    if isinstance(error, requests.Timeout):
        return f"{host} did not answer in time"
    return f"the connection to {host} broke off: {_innermost(reasons)}"


def _host(error: Exception) -> str:
    request = getattr(error, "request", None)
    url = getattr(request, "url", None)
    return str(url).split("/")[2].rpartition("@")[2] if url and str(url).count("/") >= 2 else "the host"  # noqa: PLR2004


def _innermost(reasons: list[BaseException]) -> str:
    last = reasons[-1]
    words = getattr(last, "strerror", None) or str(last) or type(last).__name__
    # urllib3 begins with the object, or the connection, that it speaks of.
    return plain(re.sub(r"^(<.*?>|\w+\(.*?\)): ", "", str(words)))
