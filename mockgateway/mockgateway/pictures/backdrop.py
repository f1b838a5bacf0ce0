"""The landscape behind the caption: a sky, a sun and hills, all drawn from a seed."""

from __future__ import annotations

import hashlib
import math
from typing import Final

from PIL import Image, ImageColor, ImageDraw, ImageFilter, ImageOps

_HILLS: Final = 5
_STEPS: Final = 48


class Chance:
    """Numbers that follow from a seed alone, on every machine and version."""

    def __init__(self, seed: bytes) -> None:
        self._bytes = iter(hashlib.shake_256(seed).digest(1024))

    def between(self, low: float, high: float) -> float:
        """Draw a number from low to high, both possible."""
        return low + (high - low) * (next(self._bytes) * 256 + next(self._bytes)) / 65535


def paint_backdrop(size: tuple[int, int], seed: bytes) -> Image.Image:
    """Paint at half the size, where it costs a quarter, and enlarge."""
    chance = Chance(seed)
    hue = chance.between(0, 360)
    image = _sky((size[0] // 2, size[1] // 2), hue, chance)
    _sun(image, hue, chance)
    for depth in range(1, _HILLS + 1):
        _hill(image, hue, depth / _HILLS, chance)
    return image.filter(ImageFilter.GaussianBlur(0.9)).resize(size, Image.Resampling.BICUBIC)


def paint_plain(size: tuple[int, int], seed: bytes) -> Image.Image:
    """Paint one colour."""
    return Image.new("RGB", size, _colour(Chance(seed).between(0, 360), 55, 62))


def _sky(size: tuple[int, int], hue: float, chance: Chance) -> Image.Image:
    turned = Image.linear_gradient("L").rotate(chance.between(-25, 25), Image.Resampling.BILINEAR)
    inner = turned.crop((36, 36, 220, 220)).resize(size)  # within the turned square, whatever the angle
    horizon = _colour(hue + chance.between(30, 70), 75, 82)
    return ImageOps.colorize(inner, _colour(hue, 55, 42), horizon, _colour(hue + 20, 55, 62))


def _sun(image: Image.Image, hue: float, chance: Chance) -> None:
    width, height = image.size
    radius = min(image.size) * chance.between(0.08, 0.16)
    x, y = width * chance.between(0.15, 0.85), height * chance.between(0.12, 0.35)
    colour = _colour(hue + 50, 95, 88)
    for scale, blur, strength in ((2.2, radius / 1.5, 110), (1, 1, 255)):
        mask = Image.new("L", image.size)
        ImageDraw.Draw(mask).circle((x, y), radius * scale, strength)
        image.paste(colour, mask=mask.filter(ImageFilter.GaussianBlur(blur)))


def _hill(image: Image.Image, hue: float, nearness: float, chance: Chance) -> None:
    width, height = image.size
    waves = [(chance.between(0.5, 3) * n, chance.between(0, math.tau), 0.07 / n) for n in (1, 2, 4)]
    ridge = []
    for x in (step / _STEPS for step in range(_STEPS + 1)):
        wave = sum(high * math.sin(often * math.pi * x + start) for often, start, high in waves)
        ridge.append((round(width * x), round(height * (0.3 + 0.5 * nearness + wave))))
    colour = _colour(hue + 25 * (1 - nearness), 45, 62 - 44 * nearness)
    ImageDraw.Draw(image).polygon([*ridge, (width, height), (0, height)], fill=colour)


def _colour(hue: float, saturation: float, lightness: float) -> tuple[int, ...]:
    return ImageColor.getrgb(f"hsl({hue % 360:.0f}, {saturation:.0f}%, {lightness:.0f}%)")
