"""What is going on, on standard error: on a terminal a line that is written over, else only the plan."""

from __future__ import annotations

import shutil
import sys
from types import TracebackType
from typing import Self

_CLEAR = "\r\x1b[K"


class Progress:
    """Shows what a probe tells; its plan, which it tells first, stays."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._planned = False

    def say(self, text: str) -> None:
        """Write what is to stay."""
        self._write(f"{_CLEAR if self._live else ''}{text}\n")

    def tell(self, text: str) -> None:
        """Show what is going on."""
        if not self._planned or "\n" in text:
            self._planned = True
            self.say(text)
        elif self._live:
            width = shutil.get_terminal_size((80, 24)).columns - 1
            self._write(f"{_CLEAR}{' '.join(text.split())[:width]}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._write(_CLEAR)

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
