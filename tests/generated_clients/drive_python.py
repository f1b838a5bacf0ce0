"""Make a picture with a Python client that openapi-generator generated."""

import os
import sys
import time
from pathlib import Path

import urllib3
from openapi_client import ApiClient, Configuration, DefaultApi, TurboRequest
from openapi_client.exceptions import ApiException

configuration = Configuration(
    host=os.environ["ZIMAGE_BASE_URL"],
    api_key={"subscriptionKey": os.environ["ZIMAGE_API_KEY"]},
    retries=False,
)
client = ApiClient(configuration, header_name="Cache-Control", header_value="no-cache")
gateway = DefaultApi(client)
body = TurboRequest(prompt="A red bicycle", image_size="square_1_1")


def submitted() -> str:
    """Submit and return the request_id."""
    while True:
        try:
            answer = gateway.submit_turbo(body, _request_timeout=30)
            return answer.request_id if answer else sys.exit("the submit was not answered 202")
        except ApiException as error:
            if error.status != 429:
                sys.exit(f"the submit was answered {error.status}")
            time.sleep(int(error.headers.get("Retry-After", "1")))
        except urllib3.exceptions.HTTPError:
            sys.exit("no answer to the submit: it may have been accepted")


job = submitted()
until = time.monotonic() + 90
while time.monotonic() < until:
    time.sleep(5.1)
    try:
        document = gateway.status(job, _request_timeout=10)
    except (ApiException, urllib3.exceptions.HTTPError, ValueError):
        continue
    if document.status in ("FAILED", "ERROR"):
        sys.exit(f"{document.status}: {document.error}")
    if document.status == "COMPLETED":
        break
else:
    sys.exit(f"gave up on {job}")

for number, link in enumerate(document.output.media_url):
    picture = urllib3.request("GET", link, retries=False, timeout=30)
    if picture.status != 200:
        sys.exit(f"no picture: {picture.status}")
    Path(f"{number}.img").write_bytes(picture.data)
