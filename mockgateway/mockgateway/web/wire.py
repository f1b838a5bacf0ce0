"""A call and its answer, apart from any framework: what is read of the one, what the other is made of."""

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mockgateway.domain.body import BODY_LIMIT
from mockgateway.domain.keys import redact
from mockgateway.domain.refusals import BadRequest, BodyTooLarge
from zimage_schemas import KEY_HEADER, MEDIA_ORIGIN

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_HOST = re.compile(r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:(?P<port>[0-9]{1,5}))?")
PLACE = "mockgateway.place"
"""Where a front that speaks for the live gateway leaves which of its hosts a call is for."""

_LARGEST_PORT = 65535
_STATUS_API = "v2/requests"

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: status, body, and headers beside Content-Length."""

    status: int
    body: bytes
    headers: Headers = field(default_factory=list)


def json_answer(body: dict[str, object], status: int, headers: Headers | None = None) -> Answer:
    """Make a JSON answer."""
    return Answer(status, json.dumps(body).encode(), [("Content-Type", "application/json"), *(headers or [])])


class Call:
    """A request, read from its WSGI environment when asked for."""

    __slots__ = ("environ",)

    def __init__(self, environ: "WSGIEnvironment") -> None:
        self.environ = environ

    def header(self, name: str) -> str | None:
        """Return a header as it was sent."""
        value: str | None = self.environ.get(f"HTTP_{name.upper().replace('-', '_')}")
        return value

    @property
    def key(self) -> str:
        """The key as it was sent, or an empty string."""
        return (self.header(KEY_HEADER) or "").strip()

    @property
    def origin(self) -> str:
        """The mock's origin as the client reached it; raises BadRequest for a Host that is none."""
        environ = self.environ
        if "HTTP_HOST" not in environ and environ["SERVER_PROTOCOL"] == "HTTP/1.1":
            raise BadRequest("There is no Host header, which HTTP/1.1 asks for.")
        host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
        found = _HOST.fullmatch(host)
        if not found or int(found["port"] or 0) > _LARGEST_PORT:
            raise BadRequest("The Host header is not a host name.")
        return f"{environ['wsgi.url_scheme']}://{host}"

    @property
    def media_origin(self) -> str:
        """Where pictures are downloaded: on the same origin, unless the live gateway is played."""
        return MEDIA_ORIGIN if PLACE in self.environ else self.origin

    def body(self) -> bytes:
        """Read the body; raises BodyTooLarge without reading on, BadRequest when it broke off."""
        content = self.environ["mockgateway.body"] = self._read()
        return content

    def _read(self) -> bytes:
        sent = self.environ.get("CONTENT_LENGTH") or ""
        if not sent:
            return self._unmeasured() if self.environ.get("wsgi.input_terminated") else b""
        length = int(sent) if sent.isdecimal() else 0
        if length > BODY_LIMIT:
            raise BodyTooLarge(BODY_LIMIT)
        content: bytes = self.environ["wsgi.input"].read(length)
        if len(content) < length:
            raise BadRequest("The body broke off before its end.")
        return content

    def _unmeasured(self) -> bytes:
        content: bytes = self.environ["wsgi.input"].read(BODY_LIMIT + 1)
        if len(content) > BODY_LIMIT:
            raise BodyTooLarge(BODY_LIMIT)
        return content

    def note(self, sentence: str) -> None:
        """Leave a sentence for the request log."""
        self.environ["mockgateway.note"] = sentence

    def challenge(self) -> str:
        """Write the WWW-Authenticate header of a 401 (platform): its realm is the API that was called."""
        first = self.environ["PATH_INFO"].split("/")[1]
        api = _STATUS_API if first == "v2" else f"{first}/v1"
        try:
            realm = f"{self.origin}/{api}"
        except BadRequest:
            realm = api
        safe = re.sub(r"[^A-Za-z0-9:/._\[\]-]", "", redact(realm, self.key))
        return f'AzureApiManagementKey realm="{safe}",name="{KEY_HEADER}",type="header"'
