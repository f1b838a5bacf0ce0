"""Downloading: every picture, whole, under a safe name, and without the key."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from client_support import JOB, KEY, REQUEST, Gateway, Handler, page, picture, said, state, text
from PIL import Image
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from zimage_client import (
    DownloadFailed,
    Downloading,
    DownloadProgress,
    JobFailed,
    ProtocolError,
    Settings,
)
from zimage_client.testing import PNG
from zimage_schemas import KEY_HEADER

ETAG = {"ETag": '"v1"', "Accept-Ranges": "bytes"}


def drawn(kind: str) -> bytes:
    """Draw a picture."""
    file = BytesIO()
    Image.new("RGB", (40, 40), "red").save(file, kind)
    return file.getvalue()


BIG = drawn("png")


def body(content: bytes, status: int = 200, **headers: str) -> Handler:
    """Send bytes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Response(content, status, named, content_type="image/png")


def cut(content: bytes, at: int) -> Handler:
    """Send less than announced, and hang up."""

    def answer(_: Request) -> Response:
        response = Response(content[:at], 200, ETAG, content_type="image/png", direct_passthrough=True)
        response.automatically_set_content_length = False
        response.headers["Content-Length"] = str(len(content))
        response.headers["Connection"] = "close"
        return response

    return answer


def ranged(content: bytes) -> Handler:
    """Send what is asked for."""

    def answer(request: Request) -> Response:
        wanted = request.headers.get("Range")
        if wanted is None or request.headers.get("If-Range") != '"v1"':
            return body(content, **ETAG)(request)
        first = int(wanted.removeprefix("bytes=").rstrip("-"))
        span = f"bytes {first}-{len(content) - 1}/{len(content)}"
        return body(content[first:], 206, Content_Range=span, **ETAG)(request)

    return answer


def media(*urls: object) -> Handler:
    """Answer a poll with these pictures."""
    return state("COMPLETED", output={"media_url": list(urls), "media_type": "application/octet-stream"})


@pytest.fixture
def fetch(gateway: Gateway, tmp_path: Path) -> Callable[[], tuple[Path, ...]]:
    """Fetch the job's pictures."""
    return lambda: gateway.client.job(JOB).download(tmp_path)


def test_generate_does_all(gateway: Gateway, tmp_path: Path) -> None:
    """Submit, wait, and save in a directory that it makes."""
    seen: list[str] = []
    parts: list[DownloadProgress] = []
    result = gateway.client.generate(
        REQUEST,
        tmp_path / "a" / "b",
        on_update=lambda each: seen.append(each.state),
        on_progress=parts.append,
    )
    assert result.files == (tmp_path / "a" / "b" / f"{JOB}.png",)
    assert result.files[0].read_bytes() == PNG
    assert seen == ["QUEUED", "COMPLETED"]
    assert parts[-1] == DownloadProgress(1, 1, len(PNG), len(PNG))
    assert gateway.counts() == (1, 1, 1)
    assert [each.name for each in (tmp_path / "a" / "b").iterdir()] == [f"{JOB}.png"]


def test_nothing_is_paid_for_a_directory_that_cannot_be_written(gateway: Gateway, tmp_path: Path) -> None:
    """It is tried out first."""
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        gateway.client.generate(REQUEST, tmp_path / "file")
    assert gateway.counts() == (0, 0, 0)


def test_every_picture_is_fetched(gateway: Gateway, fetch: Callable[[], tuple[Path, ...]]) -> None:
    """Not only the first; each has its number."""
    gateway.script(poll=[media(*(f"{gateway.url}/v1/{JOB}/{number}" for number in range(3)))])
    assert [path.name for path in fetch()] == [f"{JOB}-{number}.png" for number in (1, 2, 3)]
    assert gateway.counts() == (0, 1, 3)


def test_a_media_url_that_is_one_text_is_one_picture(
    gateway: Gateway, fetch: Callable[[], tuple[Path, ...]]
) -> None:
    """And not as many as it has letters."""
    output = {"media_url": f"{gateway.url}/v1/{JOB}/output.png", "media_type": "image/png"}
    gateway.script(poll=[state("COMPLETED", output=output)])
    assert len(fetch()) == 1
    assert gateway.counts() == (0, 1, 1)


def test_the_key_goes_to_no_media_host(gateway: Gateway, fetch: Callable[[], tuple[Path, ...]]) -> None:
    """Nor to the gateway's own origin, when the pictures are there; redirects included."""
    target = f"{gateway.url}/v1/elsewhere"
    gateway.script(media=[lambda _: Response("", 302, {"Location": target}), picture])
    fetch()
    assert gateway.keys("poll") == {KEY}
    assert gateway.keys("media") == {None}
    assert len(gateway.seen["media"]) == 2
    assert not any(KEY in str(request.headers) for request in gateway.seen["media"])


def test_no_password_of_a_netrc_is_sent(
    gateway: Gateway,
    fetch: Callable[[], tuple[Path, ...]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the user keeps for other programs is not this one's."""
    (tmp_path / "netrc").write_text("machine localhost login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    fetch()
    assert "Authorization" not in gateway.seen["media"][0].headers
    assert "Authorization" not in gateway.seen["poll"][0].headers


def test_cookies_are_not_kept(gateway: Gateway, fetch: Callable[[], tuple[Path, ...]]) -> None:
    """One job learns nothing of another's."""
    gateway.script(media=[lambda _: Response(PNG, 200, {"Set-Cookie": "a=b"}, content_type="image/png")])
    fetch()[0].unlink()
    fetch()
    assert "Cookie" not in gateway.seen["media"][1].headers


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_the_file_says_what_it_is(gateway: Gateway, fetch: Callable[[], tuple[Path, ...]], kind: str) -> None:
    """The ending is the picture's own, whatever the gateway calls it."""
    gateway.script(poll=[media(f"{gateway.url}/v1/{JOB}/output.ext")], media=[body(drawn(kind))])
    (path,) = fetch()
    assert path.name == f"{JOB}.{kind}"
    with Image.open(path) as opened:
        assert opened.format == kind.upper()


FAILING: list[tuple[str, Handler]] = [
    ("404", page(404)),
    ("500", text(500, "")),
    ("403", page(403)),
    ("429", said(429, {})),
    ("a page as a picture", page(200)),
    ("nothing", body(b"")),
    ("a picture without its end", body(BIG[:-20])),
    ("a range unasked for", body(PNG, 206, Content_Range="bytes 5-9/10")),
    ("a redirect in a circle", lambda request: Response("", 302, {"Location": request.url})),
    ("a redirect to a file", lambda _: Response("", 302, {"Location": "file:///etc/passwd"})),
]


@pytest.mark.parametrize("answer", [row[1] for row in FAILING], ids=[row[0] for row in FAILING])
def test_a_download_that_fails_is_tried_again(
    gateway: Gateway, fetch: Callable[[], tuple[Path, ...]], answer: Handler, tmp_path: Path
) -> None:
    """It may be there a moment later; in the end the error has the request_id, and nothing is left over."""
    gateway.script(media=[answer])
    with pytest.raises(DownloadFailed) as caught:
        fetch()
    assert caught.value.request_id == JOB
    assert gateway.clock.sleeps == [1, 2, 4, 8]
    assert not list(tmp_path.glob("*.*"))
    gateway.script(media=[answer, picture])
    assert fetch()[0].read_bytes() == PNG


def test_what_broke_off_is_gone_on_with(gateway: Gateway, fetch: Callable[[], tuple[Path, ...]]) -> None:
    """Only the rest is asked for, provided that the picture is still the same."""
    gateway.script(media=[cut(BIG, 50), ranged(BIG)])
    assert fetch()[0].read_bytes() == BIG
    again = gateway.seen["media"][1].headers
    assert (again["Range"], again["If-Range"]) == ("bytes=50-", '"v1"')


def test_another_process_goes_on_too(
    gateway: Gateway, fetch: Callable[[], tuple[Path, ...]], tmp_path: Path
) -> None:
    """The part and its validator are on disk under names of their own."""
    gateway.client_with(Settings(downloading=Downloading(attempts=1)))
    gateway.script(media=[cut(BIG, 50), ranged(BIG)])
    with pytest.raises(DownloadFailed, match=r"50 bytes of|broke off"):
        gateway.client.job(JOB).download(tmp_path)
    assert (tmp_path / f".{JOB}.part").stat().st_size == 50
    assert fetch()[0].read_bytes() == BIG
    assert [each.name for each in tmp_path.iterdir()] == [f"{JOB}.png"]


def test_a_changed_picture_is_fetched_anew(
    gateway: Gateway, fetch: Callable[[], tuple[Path, ...]], tmp_path: Path
) -> None:
    """Halves of two pictures make none."""
    (tmp_path / f".{JOB}.part").write_bytes(b"old")
    (tmp_path / f".{JOB}.part.etag").write_text('"v0"')
    gateway.script(media=[ranged(BIG)])
    assert fetch()[0].read_bytes() == BIG


def test_a_range_that_was_not_asked_for_is_not_appended(
    gateway: Gateway, fetch: Callable[[], tuple[Path, ...]], tmp_path: Path
) -> None:
    """A host that sends another part of the picture is asked for all of it."""
    (tmp_path / f".{JOB}.part").write_bytes(BIG[:50])
    (tmp_path / f".{JOB}.part.etag").write_text('"v1"')
    wrong = f"bytes 40-{len(BIG) - 11}/{len(BIG)}"
    gateway.script(media=[body(BIG[50:], 206, Content_Range=wrong), body(BIG)])
    assert fetch()[0].read_bytes() == BIG
    assert len(gateway.seen["media"]) == 2
    assert "Range" not in gateway.seen["media"][1].headers


def test_a_part_longer_than_the_picture_is_dropped(
    gateway: Gateway, fetch: Callable[[], tuple[Path, ...]], tmp_path: Path
) -> None:
    """416 is answered by beginning anew."""
    (tmp_path / f".{JOB}.part").write_bytes(b"x" * 5000)
    (tmp_path / f".{JOB}.part.etag").write_text('"v1"')
    gateway.script(media=[page(416), picture])
    assert fetch()[0].read_bytes() == PNG
    assert "Range" not in gateway.seen["media"][1].headers


def test_what_is_there_is_not_fetched_again(gateway: Gateway, fetch: Callable[[], tuple[Path, ...]]) -> None:
    """A whole picture under its name is enough; half of one is not."""
    first = fetch()
    assert fetch() == first
    assert gateway.counts() == (0, 2, 1)
    first[0].write_bytes(PNG[:30])
    assert fetch()[0].read_bytes() == PNG


def test_a_picture_of_a_few_bytes_is_a_picture(fetch: Callable[[], tuple[Path, ...]]) -> None:
    """A small file is no error."""
    assert fetch()[0].stat().st_size < 100


def test_a_flood_is_cut_off(gateway: Gateway, tmp_path: Path) -> None:
    """The disk is not filled by a mistake of somebody else's."""
    client = gateway.client_with(Settings(downloading=Downloading(attempts=1, largest=1000)))
    gateway.script(media=[body(b"x" * 100_000)])
    with pytest.raises(DownloadFailed, match="larger than 1000"):
        client.job(JOB).download(tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "output", [None, {}, {"media_url": []}, {"media_url": None}, {"media_url": [7]}, "x"]
)
def test_completed_without_pictures_is_an_error(
    gateway: Gateway, fetch: Callable[[], tuple[Path, ...]], output: object
) -> None:
    """No success without a picture; the error has the request_id."""
    gateway.script(poll=[state("COMPLETED", output=output)])
    with pytest.raises(ProtocolError, match="names no picture") as caught:
        fetch()
    assert caught.value.request_id == JOB


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x/y", "/relative", "data:image/png,x", "http://a@b/c"]
)
def test_only_web_addresses_are_fetched(
    gateway: Gateway, fetch: Callable[[], tuple[Path, ...]], url: str
) -> None:
    """No file of this machine becomes a picture."""
    gateway.script(poll=[media(f"{gateway.url}/v1/x", url)])
    with pytest.raises(ProtocolError, match="no http or https"):
        fetch()
    assert gateway.counts() == (0, 1, 0)


@pytest.mark.parametrize(
    "request_id", ["../../evil", "/etc/x", "a\\b", ".hidden", "a" * 500, "NUL", "ä/\n", ".."]
)
def test_no_name_escapes_the_directory(gateway: Gateway, tmp_path: Path, request_id: str) -> None:
    """Ids are made into plain names, different for different jobs."""
    gateway.script(poll=[state("COMPLETED", request_id=request_id)])
    (path,) = gateway.client.job(request_id).download(tmp_path / "in")
    assert path.parent == tmp_path / "in"
    assert os.path.commonpath([path.resolve(), (tmp_path / "in").resolve()]) == str(
        (tmp_path / "in").resolve()
    )
    assert not path.name.startswith(".")
    assert [each.name for each in tmp_path.iterdir()] == ["in"]


def test_similar_ids_have_different_names(gateway: Gateway, tmp_path: Path) -> None:
    """Nothing is overwritten."""
    names = set()
    for request_id in ("a/b", "a_b", "a\\b"):
        gateway.script(poll=[state("COMPLETED", request_id=request_id)])
        names |= set(gateway.client.job(request_id).download(tmp_path))
    assert len(names) == 3


def test_a_job_that_did_not_complete_has_no_pictures(
    gateway: Gateway, fetch: Callable[[], tuple[Path, ...]]
) -> None:
    """It is said how it ended, or that it has not."""
    gateway.script(poll=[state("FAILED", "No."), state("QUEUED")])
    with pytest.raises(JobFailed, match="No"):
        fetch()
    with pytest.raises(ProtocolError, match="QUEUED, not COMPLETED"):
        fetch()


def test_pictures_elsewhere_are_fetched_without_the_key(
    gateway: Gateway, fetch: Callable[[], tuple[Path, ...]], make_server: Callable[[], HTTPServer]
) -> None:
    """The media host is another one than the gateway's."""
    elsewhere = make_server()
    elsewhere.expect_request("/x.png").respond_with_handler(picture)
    gateway.script(poll=[media(elsewhere.url_for("/x.png"))])
    fetch()
    ((asked, _),) = elsewhere.log
    assert KEY_HEADER not in asked.headers


@pytest.fixture
def make_server(request: pytest.FixtureRequest) -> Callable[[], HTTPServer]:
    """Start another server."""

    def make() -> HTTPServer:
        server = HTTPServer(host="127.0.0.1")
        server.start()
        request.addfinalizer(server.stop)
        return server

    return make
