"""The panel on a picture: the prompt, and below it what and who made the picture."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw

from mockgateway.pictures.pen import LEADING, Line, Pen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mockgateway.pictures.picture import Picture

_MARGIN: Final = 32  # between the panel and the picture's edges
_PADDING: Final = 28  # between the panel's edges and what is written on it
_SMALL: Final = 17
_PAPER: Final = (250, 248, 243)
_INK: Final = (28, 27, 31)
_PALE_INK: Final = (92, 88, 96)

# Letters as large as they can be with the landscape still to be seen: size in pixels, share of the height.
_SIZES: Final = ((46, 0.4), (38, 0.5), (32, 0.55), (27, 0.7), (23, 0.85), (19, 1.0), (16, 1.0))
_MOST: Final = 5_000  # characters: about what the panel holds in the smallest letters
_WHOLE_ID: Final = 24
_TAIL: Final = 18


def write_caption(image: Image.Image, picture: Picture) -> None:
    """Write the caption onto the image: the prompt as large as fits, its end left out if it must be."""
    inset = _MARGIN + _PADDING
    pen = Pen(image, inset, image.width - inset)
    imprint = [line for text in _imprint(picture) for line in itertools.islice(_set(pen, text, _SMALL), 2)]
    imprint_top = image.height - inset - _height(imprint, _SMALL)
    prompt, size = _fitted(pen, picture.prompt, imprint_top - _SMALL - inset)
    prompt_top = imprint_top - _SMALL - _height(prompt, size)
    _lay_paper(image, round(prompt_top - _PADDING))
    pen.write(prompt, prompt_top, size, _INK)
    pen.write(imprint, imprint_top, _SMALL, _PALE_INK)


def _imprint(picture: Picture) -> Iterator[str]:
    place = f"picture {picture.index + 1} of {picture.count}"
    yield f"{picture.model[:60]} · {picture.image_size} · {picture.output_format} · {place}"
    whole = len(picture.request_id) <= _WHOLE_ID
    request_id = picture.request_id if whole else f"…{picture.request_id[-_TAIL:]}"
    yield f"request {request_id} · made by mockgateway, not by a model"


def _fitted(pen: Pen, prompt: str, room: float) -> tuple[list[Line], int]:
    letters = pen.letters(prompt[:_MOST])
    for size, share in _SIZES:
        most = int(room * share / (size * LEADING))
        lines = list(itertools.islice(pen.lines(letters, size), most + 1))
        if len(lines) <= most and len(prompt) <= _MOST:
            return lines, size
    ending = next(_set(pen, f"… (the whole prompt has {len(prompt):,} characters)", size))
    return [*lines[: most - 1], ending], size


def _set(pen: Pen, text: str, size: int) -> Iterator[Line]:
    return pen.lines(pen.letters(text), size)


def _height(lines: list[Line], size: int) -> float:
    return len(lines) * size * LEADING


def _lay_paper(image: Image.Image, top: int) -> None:
    mask = Image.new("L", image.size)
    box = (_MARGIN, top, image.width - _MARGIN, image.height - _MARGIN)
    ImageDraw.Draw(mask).rounded_rectangle(box, 18, fill=228)
    image.paste(_PAPER, mask=mask)
