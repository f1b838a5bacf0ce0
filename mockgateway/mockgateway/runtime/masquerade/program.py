"""Running a program in our place: its input, output and signals are its own, and its end is ours."""

import os
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_PASSED = frozenset(
    {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2}
)
_TYPED = (signal.SIGINT, signal.SIGQUIT)
# Python ignores them; programs expect not to.
_USUAL = (signal.SIGPIPE, signal.SIGXFSZ)
_LOOK_AGAIN = 1.0
NOT_FOUND, NOT_EXECUTABLE, BY_SIGNAL = 127, 126, 128


class CannotRun(Exception):
    """The program cannot be run: a sentence that says why, and the exit code that shells give then."""

    def __init__(self, sentence: str, code: int) -> None:
        super().__init__(sentence)
        self.code = code


@contextmanager
def signals_held() -> Iterator[set[signal.Signals]]:
    """Hold the signals that a program is passed, until it can be; yield those that were held before.

    Threads that are started in here hold them too, so that each comes to whoever waits for it.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {*_PASSED, signal.SIGCHLD})
    try:
        yield {each for each in before if isinstance(each, signal.Signals)}
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def run(command: Sequence[str], environment: Mapping[str, str], held: set[signal.Signals]) -> int:
    """Run a program to its end, with signals held; return its exit code, 128+N when signal N ended it.

    Args:
        command: its name, or path, and its arguments.
        environment: all of it.
        held: the signals that it is to hold.

    Raises:
        CannotRun: there is no such program, or it is none.
    """
    if early := signal.sigpending() & _PASSED:
        return BY_SIGNAL + int(min(early))  # it comes to us as soon as it is held no more
    try:
        pid = os.posix_spawnp(command[0], list(command), environment, setsigmask=held, setsigdef=_USUAL)
    except (OSError, ValueError) as error:
        raise _cannot(command[0], error) from None
    try:
        code = _ended(pid)
    except BaseException:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise
    return code if code >= 0 else BY_SIGNAL - code


def _ended(pid: int) -> int:
    """Pass signals on until the program has ended; it is reaped here only, so its number is still its own."""
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        number = _next()
        if number in _PASSED:
            os.kill(pid, number)


def _next() -> int:
    """Wait for a signal; return 0 for one that the program has had already, and at times for none.

    Keys such as Ctrl-C send theirs to all processes at the terminal, so to the program too.
    """
    if sys.platform == "linux":
        came = signal.sigtimedwait({*_PASSED, signal.SIGCHLD}, _LOOK_AGAIN)
        return 0 if came is None or (came.si_signo in _TYPED and came.si_code > 0) else came.si_signo
    number = signal.sigwait({*_PASSED, signal.SIGCHLD})
    return 0 if number in _TYPED and _at_terminal() else number


def _at_terminal() -> bool:
    try:
        with Path("/dev/tty").open("rb", buffering=0) as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False


def _cannot(name: str, error: OSError | ValueError) -> CannotRun:
    why = (error.strerror if isinstance(error, OSError) else None) or str(error)
    if isinstance(error, PermissionError):
        return CannotRun(f"{name} cannot be run: {why.lower()}", NOT_EXECUTABLE)
    if isinstance(error, FileNotFoundError) and not shutil.which(name):
        return CannotRun(f"there is no command {name!r}", NOT_FOUND)
    if isinstance(error, FileNotFoundError):
        return CannotRun(f"{name} cannot be run: the interpreter that it names is not there", NOT_EXECUTABLE)
    return CannotRun(f"{name} cannot be run: {why.lower()}", NOT_EXECUTABLE)
