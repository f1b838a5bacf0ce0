"""Sending answers in unusual manners: late, in pieces, cut off, reset, or not at all.

All of it waits on the event loop, so a thousand slow answers hold no thread.
"""

import asyncio
from collections.abc import Iterator
from itertools import pairwise

from granian._granian import RSGIHTTPProtocol
from granian.rsgi import Scope

from mockgateway.domain.manner import Manner
from mockgateway.runtime.reset import reset

Headers = list[tuple[str, str]]

_PATIENCE = 5.0
# A body that ends early takes with it what the server has not written by then.
_FLUSHED = 0.05


async def send(  # noqa: PLR0913, PLR0917 - a request, its answer, and the manner
    scope: Scope, protocol: RSGIHTTPProtocol, manner: Manner, status: int, headers: Headers, body: bytes
) -> None:
    """Send one answer; returns early when the client leaves."""
    if manner.delay and await _left(protocol, manner.delay):
        return
    if manner.reset:
        await _reset(scope, protocol)
    elif manner.hang:
        await protocol.client_disconnect()
    elif manner.truncate is None and manner.drip is None:
        protocol.response_bytes(status, headers, body)
    else:
        await _in_pieces(protocol, manner, status, headers, body)


async def _left(protocol: RSGIHTTPProtocol, seconds: float | None) -> bool:
    """Wait that long, or until the client leaves; say whether it did."""
    try:
        await asyncio.wait_for(protocol.client_disconnect(), seconds)
    except TimeoutError:
        return False
    return True


async def _reset(scope: Scope, protocol: RSGIHTTPProtocol) -> None:
    if reset([(scope.client, scope.server)]):
        await _left(protocol, _PATIENCE)  # granian notices, and closes
    else:
        # The next worst: a promise of a body, and the connection closed in its place.
        await _in_pieces(protocol, Manner(truncate=0), 200, [("Content-Length", "1")], b"-")


async def _in_pieces(
    protocol: RSGIHTTPProtocol, manner: Manner, status: int, headers: Headers, body: bytes
) -> None:
    # Content-Length is among the headers; the server closes the connection of a body that falls short of it.
    sent = body if manner.truncate is None else body[: int(len(body) * manner.truncate)]
    stream = protocol.response_stream(status, headers)
    pieces = manner.drip.pieces if manner.drip else 1
    for piece in _pieces(sent, pieces):
        await stream.send_bytes(piece)
        if manner.drip:
            await asyncio.sleep(manner.drip.gap)
    if len(sent) < len(body):
        await asyncio.sleep(_FLUSHED)


def _pieces(body: bytes, count: int) -> Iterator[bytes]:
    count = max(1, min(count, len(body)))
    for start, end in pairwise(len(body) * number // count for number in range(count + 1)):
        yield body[start:end]
