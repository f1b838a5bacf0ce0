"""What a program sees of the mock: the live gateway's two hosts, and nothing beside them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mockgateway.web.disguise import Place
from mockgateway.web.wire import PLACE
from zimage_schemas import LIVE_ORIGIN, MEDIA_ORIGIN

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PORT = 443


def _host_of(origin: str) -> str:
    return urlsplit(origin).hostname or ""


CALLS_HOST, PICTURES_HOST = _host_of(LIVE_ORIGIN), _host_of(MEDIA_ORIGIN)
HOSTS = (CALLS_HOST, PICTURES_HOST)
_PLACES = {CALLS_HOST: Place.CALLS, PICTURES_HOST: Place.PICTURES}


class Front:
    """WSGI middleware that says which host a call is for, and makes the Host what the live URLs carry."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the call on."""
        host = environ.get("HTTP_HOST", "").lower().removesuffix(f":{PORT}")
        environ[PLACE] = _PLACES.get(host, Place.NOWHERE)
        if host in _PLACES:
            environ["HTTP_HOST"] = host
        return self._app(environ, start_response)
