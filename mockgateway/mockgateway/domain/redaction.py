"""Keeping keys out of all that is shown of an exchange.

What may be a key is learned from the exchanges themselves, and from whoever asks to see them. Each
is then shortened wherever it stands and however it is spelt: plain, percent-encoded (also twice),
escaped for JSON, or in Base64.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from urllib.parse import parse_qsl

from mockgateway.domain.entry import Content, Entry, Excerpt
from mockgateway.domain.keys import SHORTEST_SECRET, shorten
from zimage_schemas import KEY_HEADER

_KEY_HEADERS = frozenset({KEY_HEADER.lower(), "x-api-key", "api-key"})
_CREDENTIALS = frozenset({"authorization", "proxy-authorization"})
_SCHEMES = frozenset({"basic", "bearer", "digest"})
_COOKIES = frozenset({"cookie", "set-cookie"})
_SECRET_HEADERS = _KEY_HEADERS | _CREDENTIALS | _COOKIES
_SECRET_PARAMETERS = frozenset(
    {"subscription-key", "api_key", "api-key", "apikey", "key", "access_token", "token"}
)
_BASE64 = 3  # bytes become four characters, so a text has three spellings
_MOST_LEARNED = 50


class Redactor:
    """Shortens these secrets; those of fewer than 6 characters are words that stand anywhere, and stay."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # The longest first: where one holds another, it goes whole.
        found = {secret for secret in secrets if len(secret) >= SHORTEST_SECRET}
        self._shown = {secret: shorten(secret) for secret in sorted(found, key=len, reverse=True)}

    @classmethod
    def of(cls, entries: Sequence[Entry], *keys: str) -> "Redactor":
        """Know these keys and what the latest exchanges teach, up to a number that leaves it quick."""
        learned: dict[str, None] = {}
        for entry in reversed(entries):
            learned.update(dict.fromkeys(secrets_of(entry)))
            if len(learned) >= _MOST_LEARNED:
                break
        return cls([*learned, *keys])

    def knowing(self, entry: Entry) -> "Redactor":
        """Return one that knows the secrets of this exchange too."""
        found = dict.fromkeys(islice(secrets_of(entry), _MOST_LEARNED))
        own = [secret for secret in found if len(secret) >= SHORTEST_SECRET and secret not in self._shown]
        return Redactor([*self._shown, *own]) if own else self

    @cached_property
    def _coded(self) -> list[tuple[str, str]]:
        return [(core, shown) for secret, shown in self._shown.items() for core in _base64_cores(secret)]

    @cached_property
    def _escaped(self) -> list[tuple[re.Pattern[str], str]]:
        return [(_pattern(secret), shown) for secret, shown in self._shown.items()]

    def text(self, text: str) -> str:
        """Return the text without a whole secret in it."""
        for secret, shown in self._shown.items():
            if secret in text:
                text = text.replace(secret, shown)
        for core, shown in self._coded:
            if core in text:
                text = text.replace(core, shown)
        if "%" in text or "\\" in text:
            for pattern, shown in self._escaped:
                text = pattern.sub(lambda _, shown=shown: shown, text)  # type: ignore[misc]
        return text

    def header(self, name: str, value: str) -> str:
        """Return a header's value; of one that carries a secret by its nature, no more than a third."""
        if name.lower() not in _SECRET_HEADERS:
            return self.text(value)
        scheme, _, rest = value.partition(" ")
        return f"{scheme} {shorten(rest)}" if scheme.lower() in _SCHEMES else shorten(value)

    def content(self, content: Content) -> bytes:
        """Return what is kept of a body; where it was cut, it may have been cut within a secret."""
        raw = content.kept if isinstance(content, Excerpt) else content
        text = raw.decode("utf-8", "surrogateescape")
        shown = self.text(text)
        if isinstance(content, Excerpt):
            shown = self._without_start_of_secret(shown)
        return raw if shown == text else shown.encode("utf-8", "surrogateescape")

    def _without_start_of_secret(self, text: str) -> str:
        for secret, shown in self._shown.items():
            for end in range(len(secret) - 1, len(shown), -1):
                if text.endswith(secret[:end]):
                    return f"{text[:-end]}{shown}"
        return text


def secrets_of(entry: Entry) -> Iterator[str]:
    """Find what may be a key in an exchange: by the names of headers and of parameters."""
    for name, value in entry.headers:
        lower = name.lower()
        if lower in _KEY_HEADERS:
            yield value.strip()
            yield from (part.strip() for part in value.split(",") if "," in value)
        elif lower in _CREDENTIALS:
            yield from _credentials(value)
    for name, value in parse_qsl(entry.query) if "=" in entry.query else ():
        if name.lower() in _SECRET_PARAMETERS:
            yield value


def _credentials(value: str) -> Iterator[str]:
    _, _, token = value.partition(" ")
    yield token.strip()
    try:
        yield b64decode(token.strip(), validate=True).decode().partition(":")[2]
    except ValueError:
        return


def _pattern(secret: str) -> re.Pattern[str]:
    # Any number of backslashes stands for any other, and nothing is tried twice: a key made of
    # backslashes must not keep us busy.
    return re.compile("".join(map(_spellings, re.sub(r"\\+", r"\\", secret))))


def _spellings(character: str) -> str:
    """Write the pattern of a character, which is ASCII: as it is, percent-encoded or escaped for JSON."""
    code = f"{ord(character):02x}"
    hexadecimal = "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in code)
    if character == "\\":
        return rf"(?:(?:\\++u00{hexadecimal})++|\\++|(?:%(?:25)*+{hexadecimal})++)"
    plain = re.escape(character) if character.isalnum() else rf"\\*+{re.escape(character)}"
    encoded = r"%(?:25)++" if character == "%" else rf"%(?:25)*+{hexadecimal}"
    return rf"(?:{plain}|{encoded}|\\++u00{hexadecimal})"


def _base64_cores(secret: str) -> Iterator[str]:
    """Spell a secret in Base64 at each offset, without the characters that its neighbours share."""
    raw = secret.encode("utf-8", "surrogatepass")
    for offset in range(_BASE64):
        coded = b64encode(b"\0" * offset + raw).decode()
        first = -(-offset * 8 // 6)
        last = (offset + len(raw)) * 8 // 6
        core = coded[first:last]
        yield core
        if "+" in core or "/" in core:
            yield core.replace("+", "-").replace("/", "_")
