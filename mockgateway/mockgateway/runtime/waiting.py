"""Waiting on the event loop, so that a thousand who wait hold no thread."""

import asyncio
from contextlib import suppress

from granian._granian import RSGIHTTPProtocol

from mockgateway.web.later import Later


async def until(later: Later, protocol: RSGIHTTPProtocol) -> None:
    """Return when what is waited for has come, its time is up, or the client has left."""
    loop = asyncio.get_running_loop()
    came = asyncio.Event()

    def tell() -> None:
        with suppress(RuntimeError):  # the server was stopped meanwhile
            loop.call_soon_threadsafe(came.set)

    stop = later.when(tell)
    ends = [asyncio.ensure_future(came.wait()), asyncio.ensure_future(protocol.client_disconnect())]
    try:
        await asyncio.wait(ends, timeout=later.seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop()
        for each in ends:
            each.cancel()
