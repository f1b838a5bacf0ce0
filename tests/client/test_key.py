"""The key is never whole in anything that could be shown."""

import html
import json
import logging
import traceback
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from client_support import (
    JOB,
    KEY,
    REQUEST,
    Gateway,
    Handler,
    RawServer,
    management,
    page,
    queue,
    said,
    state,
    text,
)

from zimage_client import Answer, Client, ZImageError
from zimage_client.testing import ManualClock

ECHOES: list[Handler] = [
    management(401, f"The key {KEY} is invalid."),
    queue(402, "Insufficient Balance", f"{KEY} is poor."),
    page(403, f"<title>{KEY}</title>"),
    text(500, f"cannot parse {KEY}"),
    said(202, {"echo": KEY}, {"X-Echo": KEY}),
    said(418, {"message": {"key": KEY}}),
]


def everything_about(error: BaseException) -> str:
    """All that a log, a debugger or an error tracker would keep."""
    parts = ["".join(traceback.format_exception(error)), repr(error)]
    seen: list[BaseException | None] = [error]
    for each in seen:
        if each is not None:
            parts += [repr(vars(each)), repr(each.args), str(getattr(each, "request", ""))]
            seen += [other for other in (each.__cause__, each.__context__) if other not in seen]
            assert getattr(each, "request", None) is None, "it carries the request with its headers"
    return "\n".join(parts)


@pytest.mark.parametrize("answer", ECHOES)
def test_what_the_gateway_repeats_is_hidden(
    gateway: Gateway, answer: Handler, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """In messages, bodies and headers of errors, of submits and of polls."""
    caplog.set_level(logging.DEBUG, "zimage_client")
    gateway.script(submit=[answer], poll=[answer])
    for ask in (
        lambda: gateway.client.generate(REQUEST, tmp_path),
        lambda: gateway.client.job("x").wait(timeout=60),
        lambda: gateway.client.job("x").status(),
    ):
        with pytest.raises(ZImageError) as caught:
            ask()
        assert KEY not in everything_about(caught.value)
    assert KEY not in "".join(each.getMessage() for each in caplog.records if each.name == "zimage_client")


def test_no_request_hangs_on_a_lost_connection() -> None:
    """The error of `requests`, which holds the headers, is not even the context of ours."""
    with RawServer(None) as server, Client(KEY, server.url, clock=ManualClock()) as client:
        with pytest.raises(ZImageError) as caught:
            client.submit(REQUEST)
        assert KEY not in everything_about(caught.value)
        assert caught.value.__context__ is None


@pytest.mark.parametrize("key", ['with"quote-and&amp', "percent/and=plus", "plain-key-0001"])
def test_it_is_hidden_in_whatever_way_it_is_written(key: str) -> None:
    """JSON, HTML and URLs have their own."""
    written = [json.dumps({"key": key}), f"<p>{html.escape(key)}</p>", f"?key={quote(key, safe='')}", key]
    for body in written:
        hidden = Answer(500, {"x-echo": key}, body.encode()).without(key)
        assert key not in html.unescape(unquote(hidden.text)).replace('\\"', '"')
        assert key not in hidden.headers["x-echo"]


def test_a_jobs_error_does_not_show_it(gateway: Gateway) -> None:
    """The reason of a FAILED job may repeat what was sent."""
    gateway.script(poll=[state("FAILED", f"no job for {KEY}")])
    with pytest.raises(ZImageError, match="no job for key-…"):
        gateway.client.job(JOB).wait()


def test_handles_do_not_show_it(gateway: Gateway) -> None:
    """Client, job and call can be printed."""
    job = gateway.client.submit(REQUEST)
    assert KEY not in repr(gateway.client) + repr(job) + repr(job.link)
    assert "key-…" in repr(gateway.client)
