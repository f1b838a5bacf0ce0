"""Keep keys out of all that is shown or written of a transcript."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from zimage_contract.exchange import Exchange, Headers, Transcript
from zimage_schemas import KEY_HEADER, SHORTEST_SECRET, redact, shorten

_KEY_HEADER = KEY_HEADER.lower()
_SECRET_HEADERS = frozenset(
    {_KEY_HEADER, "x-api-key", "api-key", "authorization", "proxy-authorization", "cookie", "set-cookie"}
)
_PLAIN = re.compile(r"[\w.~-]+", re.ASCII)  # one spelling, wherever it stands
_SCHEMES = frozenset({"basic", "bearer", "digest"})
_PARAMETERS = frozenset({"subscription-key", "api_key", "api-key", "apikey", "key", "access_token", "token"})


class Veil:
    """Shortens keys wherever they stand; two keys never look the same in the header that is for them.

    Args:
        keys: those to hide.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        # The longest first: where one holds another, it goes whole.
        secrets = sorted({key for key in keys if key.strip()}, key=lambda key: (-len(key), key))
        self._looked_for = [secret for secret in secrets if len(secret) >= SHORTEST_SECRET]
        self._shown: dict[str, str] = {}
        for secret in secrets:
            self._shown[secret] = _unlike(shorten(secret), self._shown.values())

    @classmethod
    def of(cls, transcript: Transcript) -> Self:
        """Hide the keys of a transcript: those that it knows, and those that stand where keys do."""
        return cls(keys_of(transcript))

    def key(self, key: str) -> str:
        """Write what stands in the key header; nothing stays nothing."""
        return self._shown.get(key) or (shorten(key) if key.strip() else key)

    def text(self, text: str) -> str:
        """Return the text without a whole key in it; keys of fewer than 6 characters are words, and stay."""
        for secret in self._looked_for:
            if secret in text or "…" in text or not _PLAIN.fullmatch(secret):
                text = redact(text, secret)
        return text

    def body(self, body: bytes) -> bytes:
        """Return a body likewise; one that is no text is left alone."""
        try:
            return self.text(body.decode()).encode()
        except UnicodeDecodeError:
            return body

    def headers(self, headers: Headers) -> Headers:
        """Return headers likewise."""
        return tuple((name, self._value(name.lower(), value)) for name, value in headers)

    def exchange(self, exchange: Exchange) -> Exchange:
        """Return the exchange as it may be shown."""
        return replace(
            exchange,
            url=self.text(exchange.url),
            headers=self.headers(exchange.headers),
            body=self.body(exchange.body),
            answer_headers=self.headers(exchange.answer_headers),
            answer=self.body(exchange.answer),
            broken=self.text(exchange.broken),
            intent=self.text(exchange.intent),
        )

    def transcript(self, transcript: Transcript) -> Transcript:
        """Return the transcript as it may be shown: the same checks judge it alike."""
        return replace(
            transcript,
            exchanges=tuple(self.exchange(each) for each in transcript.exchanges),
            keys={situation: self.key(key) for situation, key in transcript.keys.items()},
            receiver=self.text(transcript.receiver),
            lacking={need: self.text(reason) for need, reason in transcript.lacking.items()},
        )

    def _value(self, name: str, value: str) -> str:
        if name == _KEY_HEADER:
            return self.key(value)
        if name not in _SECRET_HEADERS:
            return self.text(value)
        scheme, _, rest = value.partition(" ")
        return f"{scheme} {self.key(rest)}" if scheme.lower() in _SCHEMES else self.key(value)


def keys_of(transcript: Transcript) -> list[str]:
    """Return the keys of a transcript: those that it knows, and those that stand where keys do."""
    found = (secret for each in transcript.exchanges for secret in _secrets(each))
    return [*transcript.keys.values(), *found]


def _secrets(exchange: Exchange) -> Iterator[str]:
    for name, value in exchange.headers:
        if name.lower() in _SECRET_HEADERS:
            scheme, _, rest = value.partition(" ")
            yield rest if scheme.lower() in _SCHEMES else value
    for name, value in parse_qsl(urlsplit(exchange.url).query):
        if name.lower() in _PARAMETERS:
            yield value


def _unlike(shown: str, others: Iterable[str]) -> str:
    taken, number, first = set(others), 1, shown
    while shown in taken:
        number += 1
        shown = f"{first}({number})"
    return shown
