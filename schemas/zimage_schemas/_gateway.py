"""Facts of the gateway that no schema can hold, and lists that the schemas do hold."""

from __future__ import annotations

from typing import Any

from zimage_schemas._documents import document
from zimage_schemas._loader import raw

KEY_HEADER = "Ocp-Apim-Subscription-Key"
"""Carries the key, on submit and on status (documented: "Authentication")."""

WEBHOOK_HEADER = "X-Webhook-URL"
"""Carries the callback's URL, on submit (documented: "Webhook (Optional)")."""

LIVE_ORIGIN = "https://gateway.pixazo.ai"
"""Where the provider's gateway is (documented: "Base URL")."""

MEDIA_ORIGIN = "https://pub-582b7213209642b9b995c96c95a30381.r2.dev"
"""Where the provider's pictures are; no key belongs there (documented: "Response (Completed)")."""

STATUS_PATH = "/v2/requests/status/{request_id}"
"""Where a job's status is (documented: "Endpoint")."""

MEDIA_PATH = "/v1/{request_id}/{name}"
"""Where a picture is, `name` being such as `output.png` (documented: "Response (Completed)")."""


def _enum(schema: dict[str, Any]) -> tuple[str, ...]:
    return tuple(schema["enum"])


_PARTS = raw("request-fields")["$defs"]

IMAGE_SIZES = _enum(_PARTS["image_size"])
"""Values of `image_size`, the same for both models."""

OUTPUT_FORMATS = _enum(_PARTS["output_format"])
"""Values of `output_format`, the same for both models."""

STATUSES = _enum(document("status-document").schema["properties"]["status"])
"""Values of `status`, in the order of a job's life."""

FINAL_STATUSES = _enum(document("webhook-body").schema["properties"]["status"])
"""Values of `status` that never change again."""
