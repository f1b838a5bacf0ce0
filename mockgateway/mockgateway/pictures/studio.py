"""From a picture to its file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from mockgateway.pictures.picture import size_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mockgateway.pictures.picture import Picture

# Speed before size: a mock serves on the loopback interface.
_SAVING: Final[Mapping[str, Mapping[str, Any]]] = {
    "png": {"compress_level": 1},
    "jpeg": {"quality": 88},
    "webp": {"quality": 88, "method": 0},
}

_SAVING_SPACE: Final[Mapping[str, Mapping[str, Any]]] = {
    "png": {"optimize": True},
    "jpeg": {"quality": 50, "optimize": True, "subsampling": "4:2:0"},
    "webp": {"lossless": True},
}


def render(picture: Picture) -> bytes:
    """Draw the picture: a landscape that only it has, its prompt, and what and who made it; or one colour.

    Equal pictures give equal bytes wherever the drawing library is of one version; only a prompt beyond
    the built-in font depends on the machine's fonts too (see `mockgateway.pictures.faces`). Every file is
    larger than 8,000 bytes, since some programs take smaller ones for failures; plain ones are smaller.

    Raises:
        KeyError: The contract has no such image size or output format.
    """
    # Loading the drawing library takes time and memory that a mock without media never needs.
    from mockgateway.pictures.backdrop import paint_backdrop, paint_plain
    from mockgateway.pictures.caption import write_caption

    size, seed = size_of(picture.image_size), picture.fingerprint
    saving = (_SAVING_SPACE if picture.plain else _SAVING)[picture.output_format]
    if picture.plain:
        image = paint_plain(size, seed)
    else:
        image = paint_backdrop(size, seed)
        write_caption(image, picture)
    file = io.BytesIO()
    image.save(file, picture.output_format, **saving)
    return file.getvalue()
