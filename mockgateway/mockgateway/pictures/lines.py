"""Breaking text into lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mockgateway.pictures.faces import Letter


def broken(
    letters: Sequence[Letter], width: float, advance: Callable[[Letter], float]
) -> Iterator[list[Letter]]:
    """Break one line of a text into lines no wider than `width`, at best where a line may end.

    A word wider than that is broken anywhere; a letter wider than that has a line of its own.
    """
    line: list[Letter] = []
    used = 0.0
    for letter in letters:
        while line and used + advance(letter) > width and letter.text != " ":
            cut = _last_break(line)
            yield line[:cut]
            line = line[cut:]
            used = sum(map(advance, line))
        line.append(letter)
        used += advance(letter)
    yield line


def _last_break(line: Sequence[Letter]) -> int:
    return next((end for end in range(len(line), 0, -1) if line[end - 1].breaks), len(line))
