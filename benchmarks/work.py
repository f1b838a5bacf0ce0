"""The work every contender is given: the same bytes to submit, the same route to poll."""

from __future__ import annotations

import http.client
import json
import re
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PEERS = HERE / ".peers"
RUN = HERE / ".run"
HOST = "127.0.0.1"

MODEL = "z-image-turbo-834"
SUBMIT_PATH = f"/{MODEL}/v1/z-image-turbo-request"
STATUS_PATH = "/v2/requests/status/"
KEY_HEADER = "Ocp-Apim-Subscription-Key"
KEY = "bench-key"

# The documentation's own Turbo example, byte for byte the same for all.
BODY = (HERE / "turbo-request.json").read_text().strip()
REFUSED_BODY = json.dumps({"prompt": "no image_size", "num_images": 9})

EXAMPLE_ID = f"{MODEL}_019d1f7a-2b3c-7d4e-8f5a-6b7c8d9e0f1a2"


class ContenderError(Exception):
    """A contender cannot be measured, or did not do what it was started for; the message says what."""


def ask(
    port: int, method: str, path: str, body: str | None = None, key: str | None = KEY
) -> tuple[int, bytes]:
    """Send one request on a fresh connection and return status and body."""
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    headers = {"Content-Type": "application/json"} if body is not None else {}
    try:
        connection.request(method, path, body, headers | ({KEY_HEADER: key} if key else {}))
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def submit(port: int, body: str = BODY, key: str | None = KEY) -> tuple[int, bytes]:
    """Submit one job."""
    return ask(port, "POST", SUBMIT_PATH, body, key)


def queued(request_id: str, origin: str) -> dict[str, Any]:
    """Return the documented answer to a submit."""
    return {
        "request_id": request_id,
        "status": "QUEUED",
        "polling_url": f"{origin}{STATUS_PATH}{request_id}",
    }


def completed(request_id: str, origin: str) -> dict[str, Any]:
    """Return the documented status document of a finished job."""
    return {
        "request_id": request_id,
        "status": "COMPLETED",
        "model_id": MODEL,
        "error": None,
        "output": {"media_url": [f"{origin}/v1/{request_id}/output.png"], "media_type": "image/png"},
        "created_at": "2026-03-31T10:00:00.000Z",
        "updated_at": "2026-03-31T10:00:15.000Z",
        "completed_at": "2026-03-31T10:00:15.000Z",
    }


def request_id_in(answer: bytes) -> str:
    """Return the request_id of a submit's answer."""
    found = re.search(rb'"request_id"\s*:\s*"([^"]+)"', answer)
    if found is None:
        raise ValueError(f"no request_id in {answer[:200]!r}")
    return found[1].decode()
