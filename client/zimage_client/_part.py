"""A picture of which only a part has come, under a name of its own until it is whole."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from zimage_client._errors import TransportError
from zimage_client._picture import whole_format

if TYPE_CHECKING:
    from collections.abc import Mapping

_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)")


class Part:
    """What has come so far, and beside it the validator that says of which version of the picture."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._validator = path.with_name(f"{path.name}.etag")

    @property
    def size(self) -> int:
        """How many bytes have come."""
        return self.path.stat().st_size if self.path.exists() else 0

    def range_headers(self) -> dict[str, str]:
        """Return what asks for the rest only, as long as the picture is still the same one."""
        if not self.size or not self._validator.exists():
            return {}
        return {"Range": f"bytes={self.size}-", "If-Range": self._validator.read_text("ascii")}

    def begin(self, headers: Mapping[str, str], *, partial: bool) -> int | None:
        """Make ready for what comes; return how large the whole picture will be, if that is known."""
        if partial:
            return self._go_on(headers.get("content-range", ""))
        self.drop()
        etag = headers.get("etag", "")
        if (
            etag.startswith('"') and etag.isascii() and etag.isprintable()
        ):  # a weak one does not do for ranges
            self._validator.write_text(etag, "ascii")
        self.path.touch()
        length = headers.get("content-length", "")
        return int(length) if re.fullmatch("[0-9]{1,18}", length) and _as_it_is(headers) else None

    def _go_on(self, content_range: str) -> int | None:
        found = _RANGE.fullmatch(content_range)
        if found is None or int(found[1]) != self.size:
            self.drop()
            raise TransportError("the media host sent another range than was asked for")
        return None if found[3] == "*" else int(found[3])

    def finish(self, directory: Path, stem: str) -> Path:
        """Give the picture its name; raise TransportError when it is no whole picture."""
        found = whole_format(self.path)
        if found is None:
            self.drop()
            raise TransportError("what the media host sent is no whole PNG, JPEG or WebP picture")
        done = directory / f"{stem}.{found}"
        self.path.replace(done)
        self._validator.unlink(missing_ok=True)
        return done

    def drop(self) -> None:
        """Begin anew."""
        self.path.unlink(missing_ok=True)
        self._validator.unlink(missing_ok=True)


def _as_it_is(headers: Mapping[str, str]) -> bool:
    """Tell whether the length is that of the file, and not of a compressed form of it."""
    return headers.get("content-encoding", "identity") in ("", "identity")
