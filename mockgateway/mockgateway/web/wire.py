"""What every view needs of the wire: the key, the origin, JSON answers."""

import json
import re
from typing import TYPE_CHECKING

from flask import Response, request

from mockgateway.domain.keys import redact
from mockgateway.domain.refusals import BadRequest
from zimage_schemas import KEY_HEADER

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_KEY_VARIABLE = f"HTTP_{KEY_HEADER.upper().replace('-', '_')}"
_HOST = re.compile(r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:(?P<port>[0-9]{1,5}))?")
_LARGEST_PORT = 65535
_STATUS_API = "v2/requests"


class _Ready(Response):
    """An answer whose headers need no completing: sent as it is."""

    def __call__(self, _environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        start_response(self.status, self.headers.to_wsgi_list())
        return [self.get_data()]


def json_answer(body: dict[str, object], status: int) -> Response:
    """Make a JSON answer."""
    return _Ready(json.dumps(body), status, content_type="application/json")


def sent_key() -> str:
    """Return the key as it was sent, or an empty string."""
    key: str = request.environ.get(_KEY_VARIABLE, "")
    return key.strip()


def origin() -> str:
    """Return the mock's origin as the client reached it; raises BadRequest for a Host that is none."""
    environ = request.environ
    if "HTTP_HOST" not in environ and environ["SERVER_PROTOCOL"] == "HTTP/1.1":
        raise BadRequest("There is no Host header, which HTTP/1.1 asks for.")
    host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    found = _HOST.fullmatch(host)
    if not found or int(found["port"] or 0) > _LARGEST_PORT:
        raise BadRequest("The Host header is not a host name.")
    return f"{environ['wsgi.url_scheme']}://{host}"


def challenge() -> str:
    """Write the WWW-Authenticate header of a 401 (platform): its realm is the API that was called."""
    first = request.path.split("/")[1]
    api = _STATUS_API if first == "v2" else f"{first}/v1"
    try:
        realm = f"{origin()}/{api}"
    except BadRequest:
        realm = api
    safe = re.sub(r"[^A-Za-z0-9:/._\[\]-]", "", redact(realm, sent_key()))
    return f'AzureApiManagementKey realm="{safe}",name="{KEY_HEADER}",type="header"'
