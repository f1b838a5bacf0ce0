"""Test the checks of defaults that can be seen."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from traffic import LEAST, document, read, shown, submit, transcript

from zimage_contract.exchange import Exchange, Transcript


def _image(kind: str) -> bytes:
    file = BytesIO()
    Image.new("RGB", (1, 1)).save(file, kind)
    return file.getvalue()


_PNG, _JPEG, _WEBP = (_image(kind) for kind in ("png", "jpeg", "webp"))
_LINK = "http://pictures.test/output"


def _job(
    links: list[Any], media_type: str = "image/png", more: Mapping[str, Any] | None = None
) -> tuple[Exchange, Exchange]:
    job = submit({**LEAST, **(more or {})})
    return job, read(job, document(job, output={"media_url": links, "media_type": media_type}))


def _picture(url: str, content: bytes) -> Exchange:
    return Exchange(0, "media", "GET", url, status=200, answer=content)


def _shown(check: str, *exchanges: Exchange) -> list[bool]:
    return shown(transcript(*exchanges), f"base-request.{check}.default")


_ONE = [f"{_LINK}.png"]
_TWO = [f"{_LINK}-1.png", f"{_LINK}-2.png"]


@pytest.mark.parametrize(
    ("jobs", "expected"),
    [
        ([_job(_ONE)], [True]),
        ([_job(_TWO)], [False]),
        ([_job(_TWO, more={"num_images": 2})], []),
        ([_job(_TWO, more={"num_images": 1}), _job(_TWO)], []),
        ([_job(_TWO, more={"num_images": 2}), _job(_TWO)], [False]),
        ([_job(_ONE, more={"num_images": 0}), _job(_ONE)], [True]),
        ([_job([])], []),
        ([_job([7])], []),
    ],
)
def test_number(jobs: list[tuple[Exchange, Exchange]], expected: list[bool]) -> None:
    """Who leaves num_images out gets one; where not even a number asked for is kept, nothing is shown."""
    assert _shown("num_images", *(each for job in jobs for each in job)) == expected


@pytest.mark.parametrize(
    ("link", "media_type", "content", "expected"),
    [
        ("output.png", "image/png", _PNG, [True]),
        ("output.png", "image/png", _JPEG, [False]),
        ("output.jpg", "image/jpeg", _PNG, [True]),
        ("output.jpg", "image/png", None, [True]),
        ("output.png", "image/webp", None, [False]),
        ("output.jpg?x=.png", "application/octet-stream", None, [False]),
        ("output.png", "application/octet-stream", None, [True]),
        ("output.ext", "application/octet-stream", None, []),
        ("output.ext", "application/octet-stream", _WEBP, [False]),
        ("output.png", 7, None, []),
        ("output.png", 7, _PNG, [True]),
        ("output.png", "application/octet-stream", b"", [True]),
    ],
)
def test_format(link: str, media_type: Any, content: bytes | None, expected: list[bool]) -> None:
    """Who leaves output_format out gets PNG: by the bytes, else by the type, else by the link."""
    url = f"http://pictures.test/{link}"
    pictures = [] if content is None else [_picture(url, content)]
    assert _shown("output_format", *_job([url], media_type), *pictures) == expected


def test_format_never_kept() -> None:
    """Where even a format asked for does not come, the default is not to blame."""
    asked = _job([f"{_LINK}.webp"], "image/webp", {"output_format": "png"})
    assert _shown("output_format", *asked, *_job([f"{_LINK}.webp"], "image/webp")) == []


def test_words_never_kept() -> None:
    """Where the words are wrong even for a format asked for, the bytes still show the default."""
    asked = _job([f"{_LINK}-1.webp"], "image/webp", {"output_format": "png"})
    left_out = _job([f"{_LINK}-2.webp"], "image/webp")
    assert _shown("output_format", *asked, *left_out, _picture(f"{_LINK}-2.webp", _PNG)) == [True]


def test_link_that_is_none() -> None:
    """A link that cannot be taken apart tells no format."""
    assert _shown("output_format", *_job(["http://[/output.png"], "application/octet-stream")) == []


def test_models_apart() -> None:
    """A job of one model is no evidence for the other's default."""
    seen: Transcript = transcript(*_job(_ONE))
    assert shown(seen, "turbo-request.num_images.default") == []
