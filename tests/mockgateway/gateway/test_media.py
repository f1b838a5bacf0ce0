"""Downloading pictures."""

from collections.abc import Callable
from io import BytesIO

import pytest
from mock_support import KEY, REQUEST, Answer, Client, World
from PIL import Image

from zimage_schemas import IMAGE_SIZES, KEY_HEADER, OUTPUT_FORMATS

SHAPES = {"portrait_3_4": 3 / 4, "landscape_4_3": 4 / 3, "square_1_1": 1, "portrait_9_16": 9 / 16}


@pytest.fixture(scope="module")
def urls() -> dict[str, list[str]]:
    """Remember the pictures of the job that most of these tests download."""
    return {}


@pytest.fixture
def url(client: Client, urls: dict[str, list[str]]) -> str:
    """A finished job's picture."""
    if client.url not in urls:
        urls[client.url] = client.job()["output"]["media_url"]
    return urls[client.url][0]


def not_found(answer: Answer) -> bool:
    """Tell whether the network in front of the pictures says that there is none."""
    return answer.status == 404 and answer.dialect() == "edge" and b"<h1>404</h1>" in answer.body


@pytest.mark.parametrize("kind", OUTPUT_FORMATS)
def test_download(client: Client, kind: str) -> None:
    """A picture needs no key, is what its type says, and comes with length, ETag and a long life."""
    (url,) = client.job({**REQUEST, "output_format": kind})["output"]["media_url"]
    answer = client.get(url)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == f"image/{kind}"
    assert int(answer.headers["Content-Length"]) == len(answer.body)
    assert answer.headers["ETag"].startswith('"')
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    with Image.open(BytesIO(answer.body)) as picture:
        assert picture.format == kind.upper()


@pytest.mark.parametrize("size", IMAGE_SIZES)
def test_shape(client: Client, size: str) -> None:
    """A picture has the shape that was asked for."""
    (url,) = client.job({**REQUEST, "image_size": size, "output_format": "jpeg"})["output"]["media_url"]
    with Image.open(BytesIO(client.get(url).body)) as picture:
        assert picture.width / picture.height == pytest.approx(SHAPES.get(size, 16 / 9), rel=0.02)


def test_every_picture_is_another(client: Client) -> None:
    """The four pictures of one job differ, and so does the picture of an identical job."""
    asked = {**REQUEST, "num_images": 4, "output_format": "webp"}
    urls = [url for _ in range(2) for url in client.job(asked)["output"]["media_url"]]
    answers = [client.get(url) for url in urls]
    assert (
        len({answer.body for answer in answers}) == len({answer.headers["ETag"] for answer in answers}) == 8
    )


def test_same_picture_every_time(client: Client, url: str) -> None:
    """A picture never changes; a key and a query string change nothing."""
    first = client.get(url)
    again = client.ask("GET", f"{url.removeprefix(client.url)}?x=1", headers={KEY_HEADER: KEY})
    assert (again.status, again.body, again.headers["ETag"]) == (200, first.body, first.headers["ETag"])


def test_head(client: Client, url: str) -> None:
    """HEAD gives the headers of GET, ignores a range, and has no body."""
    get = client.get(url)
    for headers in ({}, {"Range": "bytes=0-9"}):
        head = client.ask("HEAD", url.removeprefix(client.url), headers=headers)
        assert head.status == 200
        assert head.body == b""
        own = [{**dict(answer.headers.items()), "date": ""} for answer in (head, get)]
        assert own[0] == own[1]


@pytest.mark.parametrize("spelling", ["{}", "W/{}", '"other", {}', "*"])
def test_not_modified(client: Client, url: str, spelling: str) -> None:
    """Who has the picture already is told so: 304, the ETag and no body."""
    etag = client.get(url).headers["ETag"]
    answer = client.get(url, If_None_Match=spelling.format(etag))
    assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", etag)


def test_modified(client: Client, url: str) -> None:
    """Who has another picture gets this one; who insists on another gets 412 and no picture."""
    whole = client.get(url)
    assert client.get(url, If_None_Match='"other"').body == whole.body
    assert client.get(url, If_Match=whole.headers["ETag"]).body == whole.body
    answer = client.get(url, If_Match='"other"')
    assert (answer.status, answer.dialect()) == (412, "edge")


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=100-", 100, None),
        ("bytes=-5", -5, None),
        ("bytes=0-999999999", 0, None),
        ("bytes=-999999999", 0, None),
    ],
)
def test_range(client: Client, url: str, asked: str, start: int, stop: int | None) -> None:
    """A range of bytes: 206, those bytes, and where they stand in the whole."""
    whole = client.get(url).body
    answer = client.get(url, Range=asked)
    first = range(len(whole))[start]
    assert answer.status == 206
    assert answer.body == whole[start:stop]
    assert answer.headers["Content-Type"] == "image/png"
    assert int(answer.headers["Content-Length"]) == len(answer.body)
    last = first + len(answer.body) - 1
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(whole)}"


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=999999999-9999999999", "bytes=-0"])
def test_range_beyond_the_end(client: Client, url: str, asked: str) -> None:
    """A range that is not in the picture: 416, and how long the picture is."""
    answer = client.get(url, Range=asked)
    assert answer.status == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(client.get(url).body)}"
    assert answer.dialect() == "edge"


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=0-1,5-9",
        "bytes=5-2",
        "bytes=",
        "bytes=a-b",
        "bytes=--5",
        "bytes",
        "",
        "pages=1-2",
        f"bytes=0-{'9' * 5000}",
        f"bytes={'9' * 5000}-",
        "bytes=0x1-0x2",
    ],
    ids=lambda asked: asked[:14],
)
def test_range_not_understood(client: Client, url: str, asked: str) -> None:
    """Several ranges at once, and what is no range of bytes, are ignored: 200 and the whole."""
    whole = client.get(url)
    answer = client.get(url, Range=asked)
    assert (answer.status, answer.body) == (200, whole.body)


def test_range_of_another_version(client: Client, url: str) -> None:
    """If-Range gives the part of the same picture, and the whole of another."""
    etag = client.get(url).headers["ETag"]
    assert client.get(url, Range="bytes=0-9", If_Range=etag).status == 206
    assert client.get(url, Range="bytes=0-9", If_Range='"other"').status == 200


@pytest.mark.parametrize(
    "name",
    [
        "output.ext",
        "output.jpeg",
        "output.PNG",
        "output-0.png",
        "output-1.png",
        "output-2.png",
        "output-02.png",
        "output-%32.png.png",
        "output.png%00",
        "%20output.png",
        "output",
    ],
)
def test_no_such_picture(client: Client, url: str, name: str) -> None:
    """Only the pictures that media_url names are there."""
    assert not_found(client.get(url.replace("output.png", name)))


def test_no_such_job(client: Client) -> None:
    """The pictures of an unknown job are not found."""
    for request_id in ("x", "z-image-turbo-834_019d0000-0000-7000-8000-0000000000000", "%00", "ü"):
        path = f"/v1/{request_id}/output.png".replace("ü", "%C3%BC")
        assert not_found(client.ask("GET", path))
    head = client.ask("HEAD", "/v1/x/output.png")
    assert (head.status, head.body) == (404, b"")


def test_not_before_it_is_done(start: Callable[..., World]) -> None:
    """A picture is not found until its job is COMPLETED, to the millisecond."""
    world = start(queue_time=1, processing_time=1)
    client = world.client
    request_id = client.submit().json()["request_id"]
    for wait in (0, 1, 0.999):
        world.clock.move(wait)
        assert not_found(client.ask("GET", f"/v1/{request_id}/output.png"))
    world.clock.move(0.001)
    assert client.ask("GET", f"/v1/{request_id}/output.png").status == 200
