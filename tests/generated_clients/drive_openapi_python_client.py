"""Make a picture with a client that openapi-python-client generated."""

import os
import sys
import time
from pathlib import Path

import httpx
from z_image_gateway_client import AuthenticatedClient
from z_image_gateway_client.api.default import status, submit_turbo
from z_image_gateway_client.models import (
    StatusDocument,
    SubmitAnswer,
    ZImageTurboRequest,
    ZImageTurboRequestImageSize,
)

gateway = AuthenticatedClient(
    base_url=os.environ["ZIMAGE_BASE_URL"],
    token=os.environ["ZIMAGE_API_KEY"],
    prefix="",
    auth_header_name="Ocp-Apim-Subscription-Key",
    headers={"Cache-Control": "no-cache"},
    timeout=httpx.Timeout(30),
)
body = ZImageTurboRequest(prompt="A red bicycle", image_size=ZImageTurboRequestImageSize.SQUARE_1_1)

try:
    answer = submit_turbo.sync_detailed(client=gateway, body=body)
    while answer.status_code == 429:
        time.sleep(int(answer.headers.get("Retry-After", "1")))
        answer = submit_turbo.sync_detailed(client=gateway, body=body)
except httpx.TransportError:
    sys.exit("no answer to the submit: it may have been accepted")
if not isinstance(answer.parsed, SubmitAnswer):
    sys.exit(f"the submit was answered {answer.status_code}")
job = answer.parsed.request_id

until = time.monotonic() + 90
while time.monotonic() < until:
    time.sleep(5.1)
    try:
        document = status.sync(request_id=job, client=gateway)
    except (httpx.TransportError, ValueError, KeyError):  # what it raises for answers that it cannot parse
        continue
    if not isinstance(document, StatusDocument):
        continue
    if document.status in ("FAILED", "ERROR"):
        sys.exit(f"{document.status}: {document.error}")
    if document.status == "COMPLETED":
        break
else:
    sys.exit(f"gave up on {job}")

for number, link in enumerate(document.output.media_url):
    picture = httpx.get(link, timeout=30)
    if not picture.is_success:
        sys.exit(f"no picture: {picture.status_code}")
    Path(f"{number}.img").write_bytes(picture.content)
