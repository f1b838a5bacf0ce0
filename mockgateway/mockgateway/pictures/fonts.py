"""The fonts at hand: the drawing library's own, then the well-known ones found on this machine."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from PIL import ImageFont

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDERS: Final = (
    *("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts"),
    *("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts"),
    *("C:/Windows/Fonts", "~/AppData/Local/Microsoft/Windows/Fonts"),
)

# In order of preference: wide coverage first, the everything-in-a-bitmap Unifont last.
_KNOWN: Final = (
    *("DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "segoeui.ttf"),
    *("Arial Unicode.ttf", "NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf"),
    *("wqy-microhei.ttc", "wqy-zenhei.ttc", "DroidSansFallbackFull.ttf", "DroidSansFallback.ttf"),
    *("PingFang.ttc", "Hiragino Sans GB.ttc", "STHeiti Light.ttc", "AppleSDGothicNeo.ttc"),
    *("msyh.ttc", "simsun.ttc", "malgun.ttf", "Nirmala.ttf", "NotoSansThai-Regular.ttf"),
    *("NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf", "NotoSansDevanagari-Regular.ttf"),
    *("NotoEmoji-Regular.ttf", "seguisym.ttf", "Symbola.ttf"),
    *("unifont.otf", "unifont.ttf", "unifont_upper.otf", "unifont_upper.ttf"),
)


def built_in(size: int) -> ImageFont.FreeTypeFont:
    """Open the font that comes with the drawing library, the same on every machine."""
    return cast("ImageFont.FreeTypeFont", ImageFont.load_default(size))


@functools.cache
def installed() -> tuple[str, ...]:
    """Find the well-known fonts of this machine, best first: looked for once, when first needed."""
    found: dict[str, str] = {}
    for path in _files():
        if path.name in _KNOWN and path.name not in found and _opens(path):
            found[path.name] = str(path)
    return tuple(found[name] for name in _KNOWN if name in found)


def _files() -> Iterator[Path]:
    for folder in _FOLDERS:
        for parent, folders, names in os.walk(Path(folder).expanduser()):
            folders.sort()
            yield from (Path(parent, name) for name in sorted(names))


def _opens(path: Path) -> bool:
    try:
        ImageFont.truetype(str(path), 20)
    except OSError:
        return False
    return True
