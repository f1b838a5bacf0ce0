"""Measuring and drawing letters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PIL import ImageDraw

from mockgateway.pictures.faces import BOX, BUILT_IN, Faces, Letter
from mockgateway.pictures.lines import broken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from PIL import Image

LEADING: Final = 1.35
"""From one baseline to the next, in sizes of the letters."""

Colour = tuple[int, int, int]
Edges = tuple[float, float, float, float]
Line = list[Letter]


class Pen:
    """Writes between two edges of an image, each an x in pixels."""

    def __init__(self, image: Image.Image, left: int, right: int) -> None:
        self._draw = ImageDraw.Draw(image)
        self._left = left
        self._width = right - left
        self._faces = Faces()
        self._advances: dict[tuple[Letter, int], float] = {}

    def letters(self, text: str) -> list[Line]:
        """Choose how to show a text: a list of letters for each of its own lines."""
        return [self._faces.letters(line) for line in text.splitlines()]

    def lines(self, text: Iterable[Line], size: int) -> Iterator[Line]:
        """Break a text's own lines to fit, at a size of letters in pixels."""
        for line in text:
            yield from broken(line, self._width, lambda letter: self._advance(letter, size))

    def write(self, lines: Sequence[Line], top: float, size: int, ink: Colour) -> None:
        """Write lines downwards from `top`."""
        for number, line in enumerate(lines):
            x, baseline = float(self._left), round(top + (number * LEADING + 1) * size)
            for face, text in _runs(line):
                draw = self._write_boxes if face == BOX else self._write_run
                x = draw(x, baseline, Letter(text, face), size, ink)

    def _write_run(self, x: float, baseline: int, run: Letter, size: int, ink: Colour) -> float:
        font = self._faces.font(run.face, size)
        self._draw.text((x, baseline), run.text, ink, font, anchor="ls")
        return x + font.getlength(run.text)

    def _write_boxes(self, x: float, baseline: int, run: Letter, size: int, ink: Colour) -> float:
        for character in run.text:
            edges = x, baseline - 0.95 * size, x + _box_width(character, size) - 3, baseline + 0.25 * size
            self._write_box(edges, _digits(character), size, ink)
            x += _box_width(character, size)
        return x

    def _write_box(self, edges: Edges, digits: str, size: int, ink: Colour) -> None:
        left, top, right, bottom = edges
        font = self._faces.font(BUILT_IN, round(size * 0.5))
        self._draw.rounded_rectangle(edges, 2, outline=ink)
        for row, text in enumerate((digits[: len(digits) // 2], digits[len(digits) // 2 :])):
            middle = (left + right) / 2, top + (bottom - top) * (0.29 + 0.44 * row)
            self._draw.text(middle, text, ink, font, anchor="mm")

    def _advance(self, letter: Letter, size: int) -> float:
        key = letter, size
        if key not in self._advances:
            self._advances[key] = (
                _box_width(letter.text, size)
                if letter.face == BOX
                else self._faces.font(letter.face, size).getlength(letter.text)
            )
        return self._advances[key]


def _runs(line: Line) -> Iterator[tuple[int, str]]:
    """Join letters of one face; a space goes with the word before it, so that Arabic keeps its order."""
    face, text = BUILT_IN, ""
    for letter in line:
        if letter.face != face and not (letter.text == " " and face > BUILT_IN):
            if text:
                yield face, text
            face, text = letter.face, ""
        text += letter.text
    if text:
        yield face, text


def _digits(character: str) -> str:
    return f"{ord(character):04X}"


def _box_width(character: str, size: int) -> float:
    return size * (0.4 + 0.3 * math.ceil(len(_digits(character)) / 2))
