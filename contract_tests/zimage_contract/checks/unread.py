"""Why a body is no JSON, where the cause is not in the document itself."""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8

from zimage_contract.exchange import Exchange, Headers

# Those that text is in; Python knows further ones, some of which take very long.
_CHARSET = re.compile(r'charset="?((?:utf|iso-8859|windows|latin)-?\w{1,5}(?:-?[bl]e)?)\b', re.IGNORECASE)
_GZIP = b"\x1f\x8b"
_SHOWN = 40


def unread(body: bytes, headers: Headers) -> str:
    """Say that a body is compressed, marked or in another charset than UTF-8, else how it begins."""
    said = {name.lower(): value for name, value in headers}
    coding = said.get("content-encoding", "").strip().lower()
    charset = _CHARSET.search(said.get("content-type", ""))
    if body.startswith(_GZIP) or (coding not in {"", "identity"} and not _is_text(body)):
        return f"a compressed body, Content-Encoding {coding or 'missing'}"
    if body.startswith(BOM_UTF8) and _is_json(body[len(BOM_UTF8) :], "utf-8"):
        return "JSON behind a byte order mark (BOM)"
    if charset and _is_json(body, charset[1]) and not _is_json(body, "utf-8"):
        return f"JSON in {charset[1]}, not in UTF-8"
    return repr(body[:_SHOWN])


def unread_answer(exchange: Exchange) -> str:
    """Say the same of an answer."""
    return unread(exchange.answer, exchange.answer_headers)


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_json(body: bytes, charset: str) -> bool:
    try:
        json.loads(body.decode(charset))
    except (ValueError, LookupError, RecursionError):
        return False
    return True
