"""Names of files, made of what a gateway sent, that cannot lead out of their directory."""

from __future__ import annotations

import re
from hashlib import sha256

_LONGEST = 120


def stem(request_id: str) -> str:
    """Return a file's name, without ending, for a job; different for different jobs."""
    name = re.sub(r"[^A-Za-z0-9_-]", "_", request_id)
    if name == request_id and len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 17]}_{sha256(request_id.encode('utf-8', 'replace')).hexdigest()[:16]}"


def stem_of(request_id: str, number: int, count: int) -> str:
    """Return the name for one of several pictures, counted from 1."""
    return stem(request_id) if count == 1 else f"{stem(request_id)}-{number}"
