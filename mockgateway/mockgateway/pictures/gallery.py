"""Pictures kept for the next time they are asked for."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future
from typing import TYPE_CHECKING, Final

from mockgateway.pictures.studio import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from mockgateway.pictures.picture import Picture

DEFAULT_LIMIT: Final = 64 * 1024 * 1024


class Gallery:
    """A cache of rendered pictures for any number of threads.

    It keeps the most recently asked-for pictures up to `limit` bytes. Whoever asks for a picture that
    another thread is rendering waits for that one; different pictures never wait for each other.
    """

    def __init__(self, limit: int = DEFAULT_LIMIT, render: Callable[[Picture], bytes] = render) -> None:
        self._limit = limit
        self._render = render
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._under_way: dict[bytes, Future[bytes]] = {}
        self._size = 0

    @property
    def size(self) -> int:
        """Count the bytes kept: never more than the limit."""
        return self._size

    def bytes_of(self, picture: Picture) -> bytes:
        """Give the picture's file, rendered now if it is not kept.

        An error of rendering reaches everybody who waits for it; the next one to ask tries again.
        """
        key = picture.fingerprint
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            promise = self._under_way.get(key)
            if promise is None:
                mine = self._under_way[key] = Future()
        return self._fulfil(key, mine, picture) if promise is None else promise.result()

    def _fulfil(self, key: bytes, promise: Future[bytes], picture: Picture) -> bytes:
        try:
            content = self._render(picture)
        except BaseException as error:
            self._settle(key, b"")
            promise.set_exception(error)
            raise
        self._settle(key, content)
        promise.set_result(content)
        return content

    def _settle(self, key: bytes, content: bytes) -> None:
        with self._lock:
            del self._under_way[key]
            if 0 < len(content) <= self._limit:
                self._kept[key] = content
                self._size += len(content)
            while self._size > self._limit:
                self._size -= len(self._kept.popitem(last=False)[1])
