"""Which font shows which character.

The drawing library's built-in font shows printable ASCII and a few signs more. Anything else is shown by
the first well-known font of the machine that has it. Without one, a letter loses its accent and a sign
becomes its plain spelling; all the rest, and what cannot be seen at all (controls, direction marks, lone
surrogates), becomes a box that holds the code point in hexadecimal.

So a prompt of the built-in font's characters gives the same bytes on every machine, any other prompt on
machines with the same fonts. To read Chinese, install for instance Debian's fonts-wqy-zenhei or
fonts-noto-cjk. Right-to-left text is shaped and ordered where the drawing library has libraqm and FriBiDi.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from typing import TYPE_CHECKING, Final

from PIL import ImageFont

from mockgateway.pictures.fonts import built_in, installed

if TYPE_CHECKING:
    from collections.abc import Iterator

BUILT_IN: Final = 0
"""The face that every machine has; those above are the machine's own, best first."""

BOX: Final = -1
"""Not a face: the character is shown as a code point in a box."""

_NOWHERE: Final = "\U0010ffff"  # a noncharacter, which every font shows as it shows what it lacks
_JOINERS: Final = "\u200c\u200d"
_LONGEST: Final = 4  # more marks would cover the lines above and below
_PLAIN: Final = str.maketrans("‐‑‒–—―−•×→。、", "-------*x>.,")  # noqa: RUF001 - the point is that they look alike


@dataclasses.dataclass(frozen=True, slots=True)
class Letter:
    """A character with its marks as it will be shown: by a face, or in a box as a code point."""

    text: str
    face: int

    @property
    def is_leftward(self) -> bool:
        """Say whether it is read from right to left."""
        return unicodedata.bidirectional(self.text[0]) in {"R", "AL"}

    @property
    def breaks(self) -> bool:
        """Say whether a line may end after it: after spaces, boxes and East Asian characters."""
        return self.face == BOX or self.text == " " or unicodedata.east_asian_width(self.text[0]) in "WF"


class Faces:
    """The fonts of one picture: never shared, since the drawing library's are not for several threads."""

    def __init__(self) -> None:
        self._fonts: dict[tuple[int, int], ImageFont.FreeTypeFont] = {}
        self._letters: dict[str, Letter] = {}
        self._shapes: dict[tuple[int, str], bytes] = {}

    def letters(self, line: str) -> list[Letter]:
        """Choose a face for each character of a line."""
        letters = [self._letter(cluster) for cluster in _clusters(unicodedata.normalize("NFC", line))]
        leftward = next((letter.face for letter in letters if letter.is_leftward), BUILT_IN)
        return [self._beside(letter, leftward) for letter in letters] if leftward > BUILT_IN else letters

    def font(self, face: int, size: int) -> ImageFont.FreeTypeFont:
        """Open a face at a size in pixels."""
        key = face, size
        if key not in self._fonts:
            opened = built_in(size) if face == BUILT_IN else ImageFont.truetype(installed()[face - 1], size)
            self._fonts[key] = opened
        return self._fonts[key]

    def _beside(self, letter: Letter, leftward: int) -> Letter:
        """Take the right-to-left face for plain letters too: only within one face is the order right."""
        fits = letter.face == BUILT_IN and self._has(leftward, letter.text)
        return Letter(letter.text, leftward) if fits else letter

    def _letter(self, cluster: str) -> Letter:
        if cluster not in self._letters:
            self._letters[cluster] = self._choose(cluster)
        return self._letters[cluster]

    def _choose(self, cluster: str) -> Letter:
        base = cluster[0]
        if not base.isprintable():
            return Letter(base, BOX)
        for text in (cluster, base):
            face = self._face_of(text)
            if face is not None:
                return Letter(text, face)
        plain = _plain(base)
        return Letter(plain, BUILT_IN) if plain else Letter(base, BOX)

    def _face_of(self, text: str) -> int | None:
        if self._has(BUILT_IN, text):
            return BUILT_IN
        return next((face for face in range(1, 1 + len(installed())) if self._has(face, text)), None)

    def _has(self, face: int, text: str) -> bool:
        return all(self._covers(face, character) for character in text if character not in _JOINERS)

    def _covers(self, face: int, character: str) -> bool:
        return self._shape(face, character) != self._shape(face, _NOWHERE)

    def _shape(self, face: int, character: str) -> bytes:
        key = face, character
        if key not in self._shapes:
            self._shapes[key] = bytes(self.font(face, 20).getmask(character))
        return self._shapes[key]


def _clusters(line: str) -> Iterator[str]:
    cluster = ""
    for character in line:
        if cluster and _joins(character):
            cluster += character
            continue
        if cluster:
            yield cluster[:_LONGEST]
        cluster = " " if character.isspace() else character
    if cluster:
        yield cluster[:_LONGEST]


def _joins(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character).startswith("M")


def _plain(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character.translate(_PLAIN))
    plain = "".join(part for part in decomposed if not _joins(part))
    return plain if plain.isascii() and plain.isprintable() else ""
