"""Rendering: real files, legible, the same for ever, and each its own."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from mockgateway.domain.document import MEDIA_TYPES
from mockgateway.pictures import Picture, render, size_of

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.ImageFile import ImageFile

SIZES = ["square_1_1", "landscape_4_3", "portrait_3_4", "landscape_16_9", "portrait_9_16"]
FOX = Picture(
    "z-image-turbo-834_01994b5c-77aa-7012-8c3d-0a1b2c3d4e5f6", "Z-Image Turbo", "a fox", SIZES[0], "png"
)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)
EDGE = 30  # the panel keeps this far from the picture's edges, and all text is on the panel

LONG_PROMPTS = {
    "1 MiB": "lorem ipsum dolor " * 58_254,
    "one word": "W" * 3_000,
    "Chinese": "一只穿着宇航服的猫，站在月球上。" * 200,  # noqa: RUF001 - Chinese has a comma of its own
    "Arabic": "قطة ترتدي بدلة فضاء على سطح القمر with neon " * 80,
    "Devanagari": "हिन्दी में " * 400,
    "emoji": "👨\u200d👩\u200d👧🇫🇷❤️ " * 300,
    "code points": "\ue000\U000f0000\x07" * 700,
    "lines": "one\n\ntwo\r\n\tthree\u2028" * 400,
}


def opened(content: bytes) -> ImageFile:
    """Read a whole file."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def steps(image: Image.Image) -> int:
    """Measure the greatest difference in brightness between neighbours."""
    grey = image.convert("L")
    moved = (ImageChops.offset(grey, 1, 0), ImageChops.offset(grey, 0, 1))
    inner = (1, 1, *grey.size)
    changes = [ImageChops.difference(grey, other).crop(inner).histogram() for other in moved]
    return max(level for change in changes for level, count in enumerate(change) if count)


def ink(prompt: str) -> int:
    """Count the dark pixels where a prompt of one short line stands."""
    image = opened(render(dataclasses.replace(FOX, prompt=prompt)))
    line = image.convert("L").crop((60, image.height - 185, image.width - 60, image.height - 125))
    return sum(line.histogram()[:110])


@settings(max_examples=25, deadline=None)
@given(
    picture=st.builds(
        Picture,
        request_id=ANY_TEXT,
        model=ANY_TEXT,
        prompt=ANY_TEXT,
        image_size=st.sampled_from(SIZES),
        output_format=st.sampled_from(sorted(MEDIA_TYPES)),
        index=st.integers(0, 3),
        count=st.just(4),
    )
)
@example(dataclasses.replace(FOX, prompt="", output_format="webp"))
@example(dataclasses.replace(FOX, prompt="\ud800\x00\u202e\u0301\u200d\ufe0f", output_format="jpeg"))
def test_any_picture_is_a_real_file(picture: Picture) -> None:
    """Any text in any field gives a file of the asked format and size, of more than 8,000 bytes."""
    content = render(picture)
    image = opened(content)
    assert image.get_format_mimetype() == MEDIA_TYPES[picture.output_format]
    assert image.size == size_of(picture.image_size)
    assert image.mode == "RGB"
    assert len(content) > 8_000


@pytest.mark.parametrize("output_format", MEDIA_TYPES)
def test_each_picture_is_its_own(output_format: str) -> None:
    """Four pictures of one job, another job's and another prompt's all differ to the eye, not by a byte."""
    picture = dataclasses.replace(FOX, output_format=output_format, count=4)
    pictures = [
        *(dataclasses.replace(picture, index=index) for index in range(4)),
        dataclasses.replace(picture, request_id=FOX.request_id[:-1] + "7"),
        dataclasses.replace(picture, prompt="a fax"),
    ]
    images = [opened(render(each)).convert("L") for each in pictures]
    for place, image in enumerate(images):
        for other in images[:place]:
            changed = ImageChops.difference(image, other).histogram()
            assert sum(changed[8:]) > 10_000


def test_the_same_for_ever() -> None:
    """Neither the process, its hash seed, its locale nor its time zone is in the bytes."""
    script = (
        "import hashlib; from mockgateway.pictures import Picture, render\n"
        "for name in ('png', 'jpeg', 'webp'):\n"
        f"    picture = Picture({FOX.request_id!r}, 'm', 'caf\\xe9 \\u732b', 'square_1_1', name, 2, 4)\n"
        "    print(hashlib.sha256(render(picture)).hexdigest())"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()
        for seed, locale, zone in (("1", "C", "UTC"), ("2", "tr_TR.UTF-8", "Asia/Tokyo"))
    ]
    here = [
        hashlib.sha256(render(Picture(FOX.request_id, "m", "café 猫", "square_1_1", name, 2, 4))).hexdigest()
        for name in ("png", "jpeg", "webp")
    ]
    assert outputs == [here, here]


def test_a_broken_font_is_passed_over(tmp_path: Path) -> None:
    """A file that has a font's name and is none keeps nobody from a picture."""
    fonts = tmp_path / ".local/share/fonts"
    fonts.mkdir(parents=True)
    (fonts / "unifont_upper.otf").write_bytes(b"not a font")
    script = (
        "from mockgateway.pictures import Picture, render\n"
        "print(len(render(Picture('id', 'm', '\\ufdd0 \\u732b', 'square_1_1', 'png'))))"
    )
    environment = {**os.environ, "HOME": str(tmp_path)}
    output = subprocess.run([sys.executable, "-c", script], env=environment, check=True, capture_output=True)
    assert int(output.stdout) > 8_000


@pytest.mark.parametrize(
    "prompt", ["MMMMMM", "éàüßø", "Жарптица", "一只猫咪", "قطة ترتدي", "\x07\x1b\ue000\ud800"]
)
def test_every_script_leaves_ink(prompt: str) -> None:
    """Whatever fonts the machine has, no prompt is invisible."""
    assert ink(prompt) > ink(".") + 300


@pytest.mark.parametrize("image_size", SIZES)
@pytest.mark.parametrize("prompt", LONG_PROMPTS.values(), ids=LONG_PROMPTS)
def test_long_prompts_stay_inside(prompt: str, image_size: str) -> None:
    """A prompt too long for the picture stays on its panel, in sharp contrast to it."""
    image = opened(render(dataclasses.replace(FOX, prompt=prompt, image_size=image_size)))
    width, height = image.size
    assert steps(image.crop((EDGE, EDGE, width - EDGE, height - EDGE))) > 120
    for strip in (
        (0, 0, EDGE, height),
        (width - EDGE, 0, width, height),
        (0, 0, width, EDGE),
        (0, height - EDGE, width, height),
    ):
        assert steps(image.crop(strip)) < 60


def test_a_long_prompt_is_shown_up_to_where_it_fits() -> None:
    """The beginning of a prompt of 1 MiB is written just like that of a prompt of 8,000 characters."""
    whole = opened(render(dataclasses.replace(FOX, prompt=LONG_PROMPTS["1 MiB"]))).convert("L")
    part = opened(render(dataclasses.replace(FOX, prompt=LONG_PROMPTS["1 MiB"][:8_000]))).convert("L")
    lines = (62, 200, 962, 800)
    written = [image.crop(lines).point(lambda grey: 255 * (grey < 110)) for image in (whole, part)]
    changed, inked = (image.histogram()[255] for image in (ImageChops.difference(*written), written[0]))
    assert changed < inked / 20  # where letters blend into the paper, the landscape shows through


@pytest.mark.parametrize(
    "picture",
    [dataclasses.replace(FOX, image_size="square_2_2"), dataclasses.replace(FOX, output_format="gif")],
)
def test_not_of_the_contract(picture: Picture) -> None:
    """A size or format that the contract does not have is an error of the caller."""
    with pytest.raises(KeyError):
        render(picture)


@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
@pytest.mark.parametrize("number", range(5))
def test_a_plain_picture_is_of_full_size_in_a_small_file(output_format: str, number: int) -> None:
    """Below the 8,000 bytes that some programs take for the least a picture has, whatever its colour."""
    content = render(Picture(f"id-{number}", "m", "p", "landscape_4_3", output_format, plain=True))
    assert len(content) < 8_000
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == (1152, 864)
        assert all(high - low <= 2 for low, high in image.convert("RGB").getextrema())
