"""What a picture is, before it is drawn."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from fractions import Fraction

import pytest

import mockgateway.pictures as door
from mockgateway.pictures import Picture, size_of

SIZES = {
    "square_1_1": (1, 1),
    "landscape_4_3": (4, 3),
    "portrait_3_4": (3, 4),
    "landscape_16_9": (16, 9),
    "portrait_9_16": (9, 16),
}


@pytest.mark.parametrize(("image_size", "ratio"), SIZES.items())
def test_exact_ratio_and_about_a_million_pixels(image_size: str, ratio: tuple[int, int]) -> None:
    """Every image size has exactly its ratio, and a million pixels give or take a tenth."""
    width, height = size_of(image_size)
    assert Fraction(width, height) == Fraction(*ratio)
    assert width * height == pytest.approx(1_000_000, rel=0.1)


def test_unknown_size() -> None:
    """A size that the contract does not have is an error of the caller."""
    with pytest.raises(KeyError):
        size_of("square_2_2")


def test_fingerprints_tell_pictures_apart() -> None:
    """Each field changes the fingerprint, and text does not run over from one field into the next."""
    picture = Picture("id", "model", "prompt", "square_1_1", "png", 0, 4)
    others = [
        dataclasses.replace(picture, request_id="other"),
        dataclasses.replace(picture, model="other"),
        dataclasses.replace(picture, prompt="prompt\ud800"),
        dataclasses.replace(picture, image_size="landscape_4_3"),
        dataclasses.replace(picture, output_format="webp"),
        dataclasses.replace(picture, index=1),
        dataclasses.replace(picture, count=3),
        dataclasses.replace(picture, request_id="i", model="dmodel"),
    ]
    assert len({each.fingerprint for each in (picture, *others)}) == 1 + len(others)


def test_door() -> None:
    """What the package offers is sorted and there."""
    assert sorted(door.__all__, key=lambda name: (not name.isupper(), name)) == door.__all__
    assert all(hasattr(door, name) for name in door.__all__)


def test_importing_is_cheap() -> None:
    """Nobody pays for the drawing library before the first picture is drawn."""
    script = "import sys, mockgateway.pictures; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
