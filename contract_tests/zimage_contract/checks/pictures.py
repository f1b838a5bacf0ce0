"""What a downloaded file is, by its own bytes."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

from zimage_contract.exchange import Transcript

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
_NAMES = {"MPO": "jpeg"}  # a JPEG file with a second picture in it, as phones make them


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its format, such as "png", and its size in pixels."""

    format: str
    width: int
    height: int


def look(content: bytes) -> Picture | None:
    """Read what a picture's header says; None when it is no picture, or none that we would open."""
    from PIL import Image  # slow to import, and most transcripts have no pictures

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a size that would be a danger to whoever decodes it: we do not
        try:
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                kind = image.format or ""
                return Picture(_NAMES.get(kind, kind.lower()), image.width, image.height)
        except Exception:  # noqa: BLE001 - its decoders raise all sorts of errors over garbage
            return None


def pictures(seen: Transcript) -> Mapping[int, Picture | None]:
    """Look at everything that was downloaded whole, by the exchange's number; call it through `once`."""
    return {
        each.number: look(each.answer) for each in seen.of("media") if each.status == 200 and not each.cut
    }
