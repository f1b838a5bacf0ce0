"""Know a whole picture by its first and last bytes."""

from __future__ import annotations

from pathlib import Path

FORMATS = ("png", "jpeg", "webp")
_TAIL = 1024


def format_of(head: bytes) -> str | None:
    """Name the format that a file begins like."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    return "webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else None


def whole_format(path: Path) -> str | None:
    """Name the format of a file that begins and ends like a picture; None for any other."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(12)
        file.seek(max(0, size - _TAIL))
        tail = file.read()
    found = format_of(head)
    ends = {
        "png": b"IEND\xaeB`\x82" in tail,
        "jpeg": b"\xff\xd9" in tail,
        "webp": int.from_bytes(head[4:8], "little") + 8 <= size,
    }
    return found if found and ends[found] else None
