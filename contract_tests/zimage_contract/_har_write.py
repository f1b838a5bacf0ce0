"""A transcript, its keys shortened already, as an HTTP Archive."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from zimage_contract.exchange import Exchange, Headers, Transcript

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_PLAIN = "".join(map(chr, range(0x21, 0x7F)))  # a URL stays as it was sent, but for what no URL may hold


def written(transcript: Transcript, version: str = "") -> dict[str, Any]:
    """Write the archive; what has no place in the format stands in members that begin with an underscore."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "zimage-contract", "version": version or _version()},
            "pages": [],
            "entries": [_entry(each) for each in transcript.exchanges],
            "_transcript": {
                "keys": dict(transcript.keys),
                "receiver": transcript.receiver,
                "patience": transcript.patience,
                "deadline": transcript.deadline,
                "slowest": transcript.slowest,
                "lacking": dict(transcript.lacking),
            },
        }
    }


def instant(seconds: float) -> str:
    """Write seconds since the epoch as ISO 8601, to the microsecond."""
    return f"{(_EPOCH + timedelta(seconds=seconds)).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def body_text(body: bytes) -> tuple[str, bool]:
    """Write bytes as text: as they are when they are UTF-8, else in Base64; tell which."""
    try:
        return body.decode(), False
    except UnicodeDecodeError:
        return b64encode(body).decode(), True


def _version() -> str:
    from importlib.metadata import version

    return version("mockgateway")


def _entry(exchange: Exchange) -> dict[str, Any]:
    took = exchange.took * 1000
    said = {"_intent": exchange.intent, "_cut": exchange.cut}
    return {
        "startedDateTime": instant(exchange.at),
        "time": took,
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
        "_number": exchange.number,
        "_kind": exchange.kind,
        **{name: value for name, value in said.items() if value},
    }


def _request(exchange: Exchange) -> dict[str, Any]:
    url = quote(exchange.url, safe=_PLAIN)
    request = {
        "method": exchange.method,
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(exchange.headers),
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": len(exchange.body),
    }
    if exchange.body:
        text, coded = body_text(exchange.body)
        post: Mapping[str, str] = {"mimeType": exchange.header("content-type") or "", "text": text}
        request["postData"] = {**post, "_encoding": "base64"} if coded else post
    return request


def _response(exchange: Exchange) -> dict[str, Any]:
    text, coded = body_text(exchange.answer)
    response = {
        "status": exchange.status or 0,
        "statusText": _PHRASES.get(exchange.status or 0, ""),
        "httpVersion": "HTTP/1.1" if exchange.status else "",
        "cookies": [],
        "headers": _headers(exchange.answer_headers),
        "content": {
            "size": len(exchange.answer),
            "mimeType": exchange.answer_header("content-type") or "",
            "text": text,
            **({"encoding": "base64"} if coded else {}),
        },
        "redirectURL": exchange.answer_header("location") or "",
        "headersSize": -1,
        "bodySize": len(exchange.answer),
    }
    return response | {"_error": exchange.broken} if exchange.broken else response


def _headers(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]
