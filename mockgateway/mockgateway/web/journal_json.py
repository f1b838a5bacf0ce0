"""Entries of a journal as JSON, without whole keys."""

from base64 import b64encode
from typing import Any
from urllib.parse import quote

from mockgateway.domain.clock import iso
from mockgateway.domain.entry import Content, Entry, Excerpt, Headers, length
from mockgateway.domain.findings import Finding, findings
from mockgateway.domain.redaction import Redactor

_PATH = "/:@!$&'()*+,;=~-._"
_QUERY = f"{_PATH}?%"


def entry_json(entry: Entry, redactor: Redactor) -> dict[str, Any]:
    """Write one exchange; instants are the account's but for `real_at`."""
    redactor = redactor.knowing(entry)
    return {
        "number": entry.number,
        "kind": entry.kind,
        "at": iso(entry.told),
        "real_at": iso(entry.real),
        "milliseconds": round(entry.took, 3),
        "client": entry.client,
        "request": {
            "method": redactor.text(entry.method),
            "url": url(entry, redactor),
            "path": redactor.text(entry.path),
            "query": redactor.text(entry.query),
            "protocol": entry.protocol,
            "headers": headers_json(entry.headers, redactor),
            "body": body_json(entry.body, redactor),
        },
        "answer": {
            "status": entry.status,
            "headers": headers_json(entry.answer_headers, redactor),
            "body": body_json(entry.answer, redactor),
            "broken": entry.broken,
        },
        "request_id": entry.request_id and redactor.text(entry.request_id),
        "model": entry.model,
        "rule": entry.rule,
        "findings": [finding_json(found, redactor) for found in findings(entry)],
    }


def finding_json(found: Finding, redactor: Redactor) -> dict[str, str]:
    """Write one finding."""
    return {
        "id": found.id,
        "sentence": redactor.text(found.sentence),
        "basis": found.basis,
        "section": found.section,
    }


def headers_json(headers: Headers, redactor: Redactor) -> list[dict[str, str]]:
    """Write headers in their order."""
    return [{"name": redactor.text(name), "value": redactor.header(name, value)} for name, value in headers]


def body_json(content: Content, redactor: Redactor) -> dict[str, Any]:
    """Write a body: its `length`, and its `text`, with `encoding: base64` where it is none.

    Of one that is kept in part, or not at all, also the `hash` (BLAKE2b, 16 bytes) of the whole.
    """
    whole = {"hash": content.digest, "cut": True} if isinstance(content, Excerpt) else {}
    return {"length": length(content), **text_json(content, redactor), **whole}


def text_json(content: Content, redactor: Redactor) -> dict[str, str]:
    """Write the text of a body, with its `encoding` unless it is UTF-8."""
    shown = redactor.content(content)
    try:
        return {"text": shown.decode()}
    except UnicodeDecodeError as error:
        if isinstance(content, Excerpt) and error.reason == "unexpected end of data":
            return {"text": shown[: error.start].decode()}
        return {"text": b64encode(shown).decode(), "encoding": "base64"}


def url(entry: Entry, redactor: Redactor) -> str:
    """Write the URL that was asked for."""
    host = quote(redactor.text(entry.header("host") or "mock.invalid"), safe=":[]")
    path = quote(redactor.text(entry.path), safe=_PATH)
    query = quote(redactor.text(entry.query), safe=_QUERY)
    return f"{entry.scheme}://{host}{path}{f'?{query}' if query else ''}"
