"""Test the checks of what a completed job has to show."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import answering, blamed, conforming, having, judged, picture, spoilt

from zimage_contract.checks.pictures import Picture, look
from zimage_contract.exchange import Transcript

_ANY = b"application/octet-stream"
_JPEG = (("Content-Type", "image/jpeg"),)
_NO = {"status": 403, "answer": b"<p>No</p>"}
_GONE = {"status": 404, "answer": b"<p>Gone</p>"}


def _links(name: str) -> list[str]:
    (end, *_) = (each for each in conforming().exchanges if each.intent == f"{name}/COMPLETED")
    return list(end.got["output"]["media_url"])


def _showing(name: str, links: list[str], kind: str = "png") -> Transcript:
    return spoilt(f"{name}/COMPLETED", answering(output={"media_url": links, "media_type": f"image/{kind}"}))


_BROKEN = {
    "output.count": _showing("wide", _links("wide")[:1], "jpeg"),
    "output.distinct": _showing("wide", _links("wide")[:1] * 2, "jpeg"),
    "output.own-links": _showing("twin", _links("plain")),
    "output.downloads": spoilt("plain/download", having(**_GONE)),
    "output.no-key": spoilt("plain/download", having(**_NO)),
    "output.again": spoilt("plain/download", having(**_GONE), last=True),
    "output.image": spoilt("plain/download", having(answer=b"<p>a hen</p>")),
    "output.format": spoilt(
        "plain/*D*",
        lambda each: (
            replace(each, answer=picture(64, 64, "jpeg"), answer_headers=_JPEG)
            if each.kind == "media"
            else replace(each, answer=each.answer.replace(b"image/png", b"image/jpeg"))
        ),
        seen=spoilt(
            "plain/download", lambda each: replace(each, answer=picture(64, 64, "jpeg"), answer_headers=_JPEG)
        ),
    ),
    "output.shape": spoilt("wide/download", having(answer=picture(90, 160, "jpeg"))),
    "output.media-type": _showing("plain", _links("plain"), "webp"),
    "output.content-type": spoilt("plain/download", having(answer_headers=_JPEG)),
}


@pytest.mark.parametrize("check", _BROKEN)
def test_a_breach_is_seen_by_its_check_only(check: str) -> None:
    """A transcript that breaks one demand is blamed by the check for it and by no other."""
    assert blamed(_BROKEN[check]) == {check}


def test_a_picture_that_never_ends_is_no_download() -> None:
    """It was answered, and broke off. Where nothing connects, our own network may be at fault."""
    for broken, checks in (
        ("the answer broke off: time ran out", {"output.downloads"}),
        ("the answer is larger than 32 MiB", {"output.downloads"}),
        ("no connection: no such host", set()),
    ):
        endless = having(status=None, answer=b"", broken=broken)
        assert blamed(replace(spoilt("plain/download", endless), slowest=10.0)) == checks


def test_a_whole_run_lets_every_check_judge() -> None:
    """A conforming transcript is evidence for every check of the output."""
    assert all(count for _, count in judged(conforming(), {"output"}))


def test_the_type_may_be_unnamed() -> None:
    """application/octet-stream is in order as media_type and as Content-Type, as in the documentation."""
    seen = spoilt(
        "*/[Cc]*",
        lambda each: replace(
            each, answer=each.answer.replace(b"image/png", _ANY), body=each.body.replace(b"image/png", _ANY)
        ),
    )
    plain = having(answer_headers=(("Content-Type", _ANY.decode()),))
    assert not blamed(spoilt("*/download", plain, seen=seen))


@pytest.mark.parametrize(
    ("width", "height", "fits"), [(1024, 576, True), (1000, 572, True), (1000, 540, False)]
)
def test_the_shape_may_be_a_little_off(width: int, height: int, fits: bool) -> None:  # noqa: FBT001 - a table
    """Sides that are rounded keep the shape; more than 2 % off they do not."""
    seen = spoilt("wide/download", having(answer=picture(width, height, "jpeg")))
    assert ("output.shape" not in blamed(seen)) is fits


@pytest.mark.parametrize("status", [500, 503, 429, None])
def test_an_outage_of_the_pictures_is_no_evidence(status: int | None) -> None:
    """A download that met an outage says nothing of the link."""
    seen = spoilt("*/download", having(status=status, answer=b""))
    shown = {check for check, count in judged(seen, {"output"}) if count}
    assert shown == {"output.count", "output.distinct", "output.own-links"}


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_picture_says_what_it_is(kind: str) -> None:
    """Format and size of a picture are read from its bytes."""
    assert look(picture(320, 240, kind)) == Picture(kind, 320, 240)


@given(st.binary(max_size=200), st.sampled_from(["png", "jpeg", "webp"]), st.integers(0, 60))
def test_garbage_is_no_picture_and_no_accident(garbage: bytes, kind: str, kept: int) -> None:
    """Whatever bytes come after a picture's first ones, looking at them never raises."""
    found = look(picture(64, 64, kind)[:kept] + garbage)
    assert found is None or found.format


def test_a_picture_too_large_to_open_is_looked_at_all_the_same() -> None:
    """A header that promises a billion pixels is no danger, since nothing is decoded."""
    huge = bytearray(picture(64, 64, "png"))
    huge[16:24] = (60_000).to_bytes(4, "big") * 2
    assert look(bytes(huge)) in (None, Picture("png", 60_000, 60_000))
