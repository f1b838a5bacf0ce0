"""Read requests from a file, all of them, before any is paid for."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zimage_client._errors import InvalidRequest
from zimage_client._requests import REQUESTS, Request
from zimage_schemas import MODELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_MOST_SHOWN = 10


def read_batch(path: Path, model: str, options: Mapping[str, Any]) -> list[Request]:
    """Return the requests of a .csv or .jsonl file; `model` and `options` fill what a line leaves out.

    Raises:
        InvalidRequest: listing the problems of every line.
        click.UsageError: the file cannot be read.
    """
    try:
        lines = list(_csv(path) if path.suffix.lower() == ".csv" else _jsonl(path))
    except (UnicodeDecodeError, csv.Error) as error:
        raise click.UsageError(f"{path} cannot be read: {error}") from None
    found, problems = [], []
    for number, line in lines:
        try:
            found.append(_request(line, model, options))
        except InvalidRequest as error:
            problems.append(f"line {number}: {'; '.join(each.message for each in error.problems) or error}")
    if problems:
        more = f"; and {len(problems) - _MOST_SHOWN} more lines" if len(problems) > _MOST_SHOWN else ""
        raise InvalidRequest(f"{path}: {'; '.join(problems[:_MOST_SHOWN])}{more}")
    if not found:
        raise click.UsageError(f"{path} holds no requests")
    return found


def _request(line: object, model: str, options: Mapping[str, Any]) -> Request:
    if not isinstance(line, dict):
        raise InvalidRequest("is no JSON object")
    body = dict(line)
    name = str(body.pop("model", None) or model)
    if name not in MODELS:
        raise InvalidRequest(f"there is no model {name!r}; there are {', '.join(MODELS)}")
    known = MODELS[name].request.schema["properties"]
    rest = {field: value for field, value in options.items() if field in known}
    request = REQUESTS[name].from_body({**rest, **body})
    request.check()
    return request


def _jsonl(path: Path) -> Iterator[tuple[int, object]]:
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError):
                yield number, None


def _csv(path: Path) -> Iterator[tuple[int, object]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, restkey="a value without a column")
        for row in rows:
            name = row.get("model") or ""
            yield rows.line_num, {field: _typed(field, text, name) for field, text in row.items() if text}


def _typed(field: str, text: Any, model: str) -> Any:
    """Return what a cell means; what it cannot mean stays text, for the contract to judge."""
    models = [MODELS[model]] if model in MODELS else MODELS.values()
    kinds = {each.request.resolved["properties"].get(field, {}).get("type") for each in models}
    try:
        if "boolean" in kinds:
            return _BOOLEANS[text.strip().lower()]
        if "integer" in kinds:
            return int(text)
        return float(text) if "number" in kinds else text
    except (ValueError, KeyError):
        return text
