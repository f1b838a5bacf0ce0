"""API keys: which can be one, how they are shown, and what is kept of them."""

from hashlib import blake2b

from zimage_schemas import SHORTEST_SECRET, redact, shorten

__all__ = ["LONGEST_KEY", "SHORTEST_SECRET", "fingerprint", "plausible", "redact", "shorten"]

LONGEST_KEY = 256


def plausible(key: str) -> bool:
    """Say whether this can be a key at all: at most 256 printable ASCII characters, no spaces (assumed).

    No commas either: two key headers arrive as one with a comma, and are no key.
    """
    return len(key) <= LONGEST_KEY and key.isascii() and key.isprintable() and not set(" ,") & set(key)


def fingerprint(key: str, secret: bytes) -> str:
    """Return what is stored in place of a key: a keyed hash of 32 hexadecimal digits."""
    return blake2b(key.encode(), key=secret, digest_size=16).hexdigest()
