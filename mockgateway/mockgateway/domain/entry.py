"""One exchange as a journal keeps it: what came, what went back, when, and what had gone before."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal, NamedTuple

Kind = Literal["submit", "status", "media", "callback", "other"]
Headers = Sequence[tuple[str, str]]

# What an entry and one of its headers take in memory beside their characters, measured.
_OWN_SIZE = 700
_HEADER_SIZE = 170
_WITH_PICTURE = (200, 206)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is kept of a long body, or of a picture: its beginning or nothing, its length and hash.

    Attributes:
        kept: the first bytes.
        length: how many there were.
        digest: BLAKE2b of 16 bytes over all of them, in hexadecimal.
    """

    kept: bytes
    length: int
    digest: str

    @classmethod
    def of(cls, content: bytes, longest: int) -> "Excerpt":
        """Keep at most so many bytes."""
        return cls(content[:longest], len(content), blake2b(content, digest_size=16).hexdigest())


Content = bytes | Excerpt


class Earlier(NamedTuple):
    """What had gone before an exchange, as far as a finding may rest on it; instants are the account's.

    Attributes:
        polled: when this job was polled last.
        ended: whether an answer had said that this job is over.
        twin: the number of an accepted submit of the same body.
        twin_at: when that was.
        retry_at: before which an answer had asked not to try again.
    """

    polled: int | None = None
    ended: bool = False
    twin: int | None = None
    twin_at: int = 0
    retry_at: int | None = None


NOTHING = Earlier()


@dataclass(slots=True, eq=False, repr=False, kw_only=True)
class Entry:
    """One exchange; not to be changed once it is recorded. Instants are milliseconds since the epoch.

    What is kept is what was sent, keys included: whoever shows it uses a `Redactor`.

    Attributes:
        account: whose it is.
        kind: what was asked for; in a `callback` the mock asks and the receiver answers.
        real: when it began, in real time.
        told: the same in the account's time.
        took: how long until the answer was complete, in real milliseconds.
        client: address and port of who asked.
        path: decoded, without the query.
        query: as it was sent.
        status: 0 when no answer came.
        broken: how the exchange ended, where it is not with a whole answer.
        rule: which rule of a scenario made the answer.
        number: its place among all exchanges of the mock, from 1.
    """

    account: str
    kind: Kind
    real: int
    told: int
    method: str
    path: str
    headers: Headers
    status: int
    answer_headers: Headers
    body: Content = b""
    answer: Content = b""
    query: str = ""
    took: float = 0.0
    scheme: str = "http"
    protocol: str = "HTTP/1.1"
    client: str = ""
    request_id: str | None = None
    model: str | None = None
    rule: str | None = None
    broken: str | None = None
    number: int = 0
    earlier: Earlier = NOTHING
    size: int = 0

    def header(self, name: str) -> str | None:
        """Return the first request header of that name, in small letters."""
        return _first(self.headers, name)

    def answer_header(self, name: str) -> str | None:
        """Return the first header of the answer of that name, in small letters."""
        return _first(self.answer_headers, name)

    def trim(self, longest: int) -> None:
        """Cut long bodies, drop pictures, and note how much memory the rest takes."""
        body, answer, size = self.body, self.answer, _OWN_SIZE
        if type(body) is bytes and len(body) > longest:
            self.body = body = Excerpt.of(body, longest)
        if type(answer) is bytes:
            if self.kind == "media" and self.status in _WITH_PICTURE:
                self.answer = answer = Excerpt.of(answer, 0)
            elif len(answer) > longest:
                self.answer = answer = Excerpt.of(answer, longest)
        for name, value in self.headers:
            size += _HEADER_SIZE + len(name) + len(value)
        for name, value in self.answer_headers:
            size += len(name) + len(value)
        size += len(body if type(body) is bytes else kept(body))
        size += len(answer if type(answer) is bytes else kept(answer))
        self.size = size + len(self.path) + len(self.query) + len(self.request_id or "")

    def __repr__(self) -> str:
        # Without anything that could hold a key: it ends in the reports of failed tests.
        return f"<Entry {self.number}: {self.kind} {self.method} {self.status}>"


def kept(content: Content) -> bytes:
    """Return the bytes that are kept of a body."""
    return content if isinstance(content, bytes) else content.kept


def length(content: Content) -> int:
    """Say how long a body was."""
    return len(content) if isinstance(content, bytes) else content.length


def _first(headers: Headers, name: str) -> str | None:
    return next((value for each, value in headers if each.lower() == name), None)
