"""Entries of a journal as an HTTP Archive, version 1.2: what browsers' developer tools and HAR viewers open.

Fields that begin with an underscore are ours, as the format allows: a reader that does not know
them passes over them. Instants are real time; the account's is in `_accountTime`.
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from mockgateway.domain.clock import iso
from mockgateway.domain.entry import Content, Entry, Excerpt, length
from mockgateway.domain.findings import findings
from mockgateway.domain.redaction import Redactor
from mockgateway.web.journal_json import finding_json, headers_json, text_json, url

_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_UNKNOWN = -1


def har(entries: Iterable[Entry], redactor: Redactor, version: str) -> dict[str, Any]:
    """Write the archive of entries; `version` is that of the mock that recorded them."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "mockgateway", "version": version},
            "pages": [],
            "entries": [_entry(entry, redactor) for entry in entries],
        }
    }


def _entry(entry: Entry, redactor: Redactor) -> dict[str, Any]:
    redactor = redactor.knowing(entry)
    took = round(entry.took, 3)
    known = {
        "connection": entry.client,
        "_requestId": entry.request_id and redactor.text(entry.request_id),
        "_model": entry.model,
        "_rule": entry.rule,
    }
    return {
        "startedDateTime": iso(entry.real),
        "time": took,
        "request": _request(entry, redactor),
        "response": _response(entry, redactor),
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
        "_number": entry.number,
        "_kind": entry.kind,
        "_accountTime": iso(entry.told),
        "_findings": [finding_json(found, redactor) for found in findings(entry)],
        **{name: value for name, value in known.items() if value},
    }


def _request(entry: Entry, redactor: Redactor) -> dict[str, Any]:
    request = {
        "method": redactor.text(entry.method),
        "url": url(entry, redactor),
        "httpVersion": entry.protocol,
        "cookies": [],
        "headers": headers_json(entry.headers, redactor),
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(redactor.text(entry.query), keep_blank_values=True)
        ],
        "headersSize": _UNKNOWN,
        "bodySize": length(entry.body),
    }
    if length(entry.body):
        sent = {
            f"_{name}" if name == "encoding" else name: value for name, value in _text(entry.body, redactor)
        }
        kind = redactor.text(entry.header("content-type") or "")
        request["postData"] = {"mimeType": kind, "text": "", **sent, **_cut(entry.body)}
    return request


def _response(entry: Entry, redactor: Redactor) -> dict[str, Any]:
    answer = {
        "status": entry.status,
        "statusText": _PHRASES.get(entry.status, ""),
        "httpVersion": entry.protocol if entry.status else "",
        "cookies": [],
        "headers": headers_json(entry.answer_headers, redactor),
        "content": {
            "size": length(entry.answer),
            "mimeType": entry.answer_header("content-type") or "",
            **dict(_text(entry.answer, redactor)),
            **_cut(entry.answer),
        },
        "redirectURL": redactor.text(entry.answer_header("location") or ""),
        "headersSize": _UNKNOWN,
        "bodySize": length(entry.answer),
    }
    return answer | {"_error": entry.broken} if entry.broken else answer


def _text(content: Content, redactor: Redactor) -> Iterable[tuple[str, str]]:
    if isinstance(content, Excerpt) and not content.kept:
        return ()
    return text_json(content, redactor).items()


def _cut(content: Content) -> dict[str, Any]:
    if not isinstance(content, Excerpt):
        return {}
    said = f"kept: the first {len(content.kept):,} of {content.length:,} bytes"
    return {"comment": said, "_length": content.length, "_hash": content.digest}
