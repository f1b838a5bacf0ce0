"""Writing secrets so that they do not stand in the store file as they are.

A callback's URL may hold an API key and must be whole to be used. Whoever has the whole file can
undo this, since what is needed is in it; but no key can be found by reading or searching the
file, its backups or its remains.
"""

from base64 import b64decode, b64encode
from hashlib import blake2b
from itertools import count

_BLOCK = 64


def veil(text: str, name: str, secret: bytes) -> str:
    """Write a text so that it cannot be read; `name` makes equal texts look different."""
    return b64encode(_crossed(text.encode(), name, secret)).decode()


def unveil(veiled: str, name: str, secret: bytes) -> str:
    """Return the text that was veiled under that name."""
    return _crossed(b64decode(veiled), name, secret).decode()


def _crossed(content: bytes, name: str, secret: bytes) -> bytes:
    stream = bytearray()
    for number in count():
        if len(stream) >= len(content):
            break
        stream += blake2b(f"{number} {name}".encode(), key=secret, digest_size=_BLOCK).digest()
    return bytes(one ^ other for one, other in zip(content, stream, strict=False))
