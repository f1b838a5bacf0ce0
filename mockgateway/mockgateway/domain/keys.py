"""API keys: which can be one, how they are shown, and what is kept of them."""

from hashlib import blake2b

LONGEST_KEY = 256
_SHORTEST_SECRET = 6
_HEAD, _TAIL = 4, 2


def plausible(key: str) -> bool:
    """Say whether this can be a key at all: at most 256 printable ASCII characters, no spaces (assumed)."""
    return len(key) <= LONGEST_KEY and key.isascii() and key.isprintable() and " " not in key


def shorten(key: str) -> str:
    """Write a key so that it is recognised but cannot be used: never more than a third of it."""
    third = len(key) // 3
    head, tail = min(_HEAD, third), min(_TAIL, max(0, third - _HEAD))
    return f"{key[:head]}…{key[len(key) - tail :]}"


def redact(text: str, key: str) -> str:
    """Return the text with the key shortened wherever it stands.

    Keys of fewer than 6 characters are left: they are words that stand anywhere.
    """
    return text.replace(key, shorten(key)) if len(key) >= _SHORTEST_SECRET else text


def fingerprint(key: str, secret: bytes) -> str:
    """Return what is stored in place of a key: a keyed hash of 32 hexadecimal digits."""
    return blake2b(key.encode(), key=secret, digest_size=16).hexdigest()
