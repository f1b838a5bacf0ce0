"""The gallery: rendered once, kept within bounds, nobody waits for another's picture."""

from __future__ import annotations

import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockgateway.pictures import Gallery, Picture, render

FOX = Picture("z-image-base_1", "z-image-base", "a fox", "square_1_1", "jpeg")
THREADS = 8


def job(number: int) -> Picture:
    """Name a picture of another job for each number."""
    return dataclasses.replace(FOX, request_id=f"z-image-base_{number}")


class Renderer:
    """Renders by giving `length` bytes, and remembers for whom."""

    def __init__(self, length: int = 10) -> None:
        self.rendered: list[Picture] = []
        self.length = length

    def __call__(self, picture: Picture) -> bytes:
        """Stand in for `render`."""
        self.rendered.append(picture)
        return picture.request_id.encode().ljust(self.length, b".")


def test_gives_the_picture() -> None:
    """What comes from the gallery is what rendering gives, the first time and the second."""
    gallery = Gallery()
    assert gallery.bytes_of(FOX) == render(FOX)
    assert gallery.bytes_of(FOX) == render(FOX)
    assert gallery.size == len(render(FOX))


def test_rendered_once_for_many_at_once() -> None:
    """Threads that ask for one picture at the same time get the same bytes of one rendering."""
    started = threading.Barrier(THREADS, timeout=10)
    rendered: list[Picture] = []

    def counted(picture: Picture) -> bytes:
        rendered.append(picture)
        return render(picture)

    def ask(gallery: Gallery) -> bytes:
        started.wait()
        return gallery.bytes_of(dataclasses.replace(FOX))

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(ask, [Gallery(render=counted)] * THREADS))
    assert rendered == [FOX]
    assert {id(answer) for answer in answers} == {id(answers[0])}


def test_different_pictures_do_not_wait_for_each_other() -> None:
    """Renderings of different pictures are under way at the same time."""
    meeting = threading.Barrier(THREADS, timeout=10)

    def meet(picture: Picture) -> bytes:
        meeting.wait()
        return picture.request_id.encode()

    gallery = Gallery(render=meet)
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(gallery.bytes_of, map(job, range(THREADS))))
    assert answers == [job(number).request_id.encode() for number in range(THREADS)]


def test_the_least_recently_asked_for_goes_first() -> None:
    """Room is made by what nobody has asked for longest."""
    renderer = Renderer(length=20)
    gallery = Gallery(limit=60, render=renderer)
    for number in (1, 2, 3, 1, 4, 1, 3, 2):
        gallery.bytes_of(job(number))
    assert renderer.rendered == [job(number) for number in (1, 2, 3, 4, 2)]


@given(limit=st.integers(0, 100), numbers=st.lists(st.integers(0, 9), max_size=40))
def test_bounded(limit: int, numbers: list[int]) -> None:
    """Never more bytes are kept than the limit, and every answer is right."""
    gallery = Gallery(limit, lambda picture: picture.request_id.encode() * picture.count)
    for number in numbers:
        picture = dataclasses.replace(job(number), count=number)
        assert gallery.bytes_of(picture) == picture.request_id.encode() * number
        assert gallery.size <= limit


def test_larger_than_the_gallery() -> None:
    """A picture that the gallery cannot hold is given, not kept, and puts nothing else out."""
    renderer = Renderer(length=20)
    gallery = Gallery(limit=30, render=renderer)
    gallery.bytes_of(job(1))
    renderer.length = 31
    assert len(gallery.bytes_of(job(2))) == 31
    gallery.bytes_of(job(1))
    assert renderer.rendered == [job(1), job(2)]
    assert gallery.size == 20


def test_an_error_is_not_kept() -> None:
    """An error of rendering reaches who asked, and the next one to ask tries again."""
    answers: list[bytes] = []

    def render_second_time(_: Picture) -> bytes:
        answers.append(b"a picture")
        if len(answers) == 1:
            raise MemoryError
        return answers[0]

    gallery = Gallery(render=render_second_time)
    with pytest.raises(MemoryError):
        gallery.bytes_of(FOX)
    assert gallery.bytes_of(FOX) == b"a picture"


def test_an_error_reaches_everybody_who_waits() -> None:
    """Nobody waits for ever for a rendering that failed."""
    started = threading.Barrier(THREADS, timeout=10)

    def fail(picture: Picture) -> bytes:
        render(picture)
        raise MemoryError

    def ask(gallery: Gallery) -> None:
        started.wait()
        with pytest.raises(MemoryError):
            gallery.bytes_of(FOX)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(ask, [Gallery(render=fail)] * THREADS))
