"""What is going on while programs run: the plan, a line for each case that is reached, what still runs."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from math import ceil
from threading import Event, Lock, Thread
from time import monotonic
from types import TracebackType
from typing import Self, TextIO

from zimage_contract.certificate import Certificate
from zimage_contract.certify import Terms
from zimage_contract.commands.files import show
from zimage_contract.obligations.case import suits
from zimage_contract.report.view import counted

_CLEAR = "\r\x1b[K"


class CertifyProgress:
    """Tells of the cases; what still runs in a live line on standard error, if that is a terminal.

    Args:
        terms: which cases, and how long each may take.
        stream: where lines that stay go.
    """

    def __init__(self, terms: Terms, stream: TextIO) -> None:
        self._terms, self._stream = terms, stream
        self._live = sys.stderr.isatty()
        self._pending: Sequence[str] = [case.id for case in terms.cases if suits(case, terms.style)]
        self._all = len(self._pending)
        self._began, self._lock, self._over = monotonic(), Lock(), Event()
        self._thread = Thread(target=self._tick, name="progress", daemon=True)

    def plan(self, *more: str) -> None:
        """Say how many cases there are and how long they may take, and `more`."""
        for line in (plan(self._terms), *more):
            sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    def reached(self, certificate: Certificate, line: Callable[..., str]) -> None:
        """Show the line of a case; the certificate tells what is still to come."""
        with self._lock:
            self._pending = certificate.pending
            self._write(_CLEAR)
            show(self._stream, line)

    def __enter__(self) -> Self:
        if self._live:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._live:
            self._thread.join()
        self._write(_CLEAR)

    def _tick(self) -> None:
        while not self._over.wait(1):
            with self._lock:
                self._write(f"{_CLEAR}{self._now()[: shutil.get_terminal_size((80, 24)).columns - 1]}")

    def _now(self) -> str:
        took = f"{monotonic() - self._began:.0f} s"
        waiting = ", ".join(self._pending)
        return f"{self._all - len(self._pending)} of {self._all} judged, {took}; waiting for {waiting}"

    def _write(self, text: str) -> None:
        if self._live:
            sys.stderr.write(text)
            sys.stderr.flush()


def plan(terms: Terms) -> str:
    """Say how many cases there are, how many side by side, and how long all of it may take."""
    count = sum(1 for case in terms.cases if suits(case, terms.style))
    jobs = max(1, min(terms.jobs, count))
    rounds = ceil(count / jobs)
    most = f"at most {rounds * terms.timeout:g} s"
    if count == 1:
        return f"1 case, {most}"
    if rounds == 1:
        return f"{counted(count, 'case')} side by side: about as long as the slowest takes, {most}"
    return f"{counted(count, 'case')}, {jobs} side by side: {most}"
