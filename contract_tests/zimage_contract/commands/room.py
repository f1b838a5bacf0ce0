"""Room for the connections of many mocks in one process."""

from __future__ import annotations

import click

_OURS, _NEEDED, _WISHED = 64, 32, 128
"""Open files: of the command itself; that a case takes at the least; that it may take when calls come
side by side."""


def make_room(cases: int) -> None:
    """Let this process have as many open files as cases side by side may take, if the system allows it.

    Raises:
        click.UsageError: it does not allow as many as they take at the least.
    """
    import resource  # not to be had on Windows

    soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    bounded = most != resource.RLIM_INFINITY
    if bounded and most < _OURS + cases * _NEEDED:
        room = max(1, (most - _OURS) // _NEEDED)
        raise click.UsageError(
            f"{cases} cases side by side take more than the {most} files that may be open at once: "
            f"raise `ulimit -n`, or run fewer of them, such as {room}, by --jobs"
        )
    wished = _OURS + cases * _WISHED
    wished = min(wished, most) if bounded else wished
    if soft != resource.RLIM_INFINITY and soft < wished:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wished, most))
