"""Make one picture: submit, poll, download. Arguments: the gateway's origin, a file to write."""

import sys
import time

import requests

ORIGIN, TARGET = sys.argv[1:]
KEY = {"Ocp-Apim-Subscription-Key": "a-python-program"}
BODY = {"prompt": "A red bicycle", "image_size": "square_1_1", "output_format": "webp"}

with requests.Session() as session:
    submitted = session.post(f"{ORIGIN}/z-image-base/v1/z-image-base-request", json=BODY, headers=KEY)
    submitted.raise_for_status()
    url = submitted.json()["polling_url"]
    while (document := session.get(url, headers=KEY).json())["status"] in ("QUEUED", "PROCESSING"):
        time.sleep(0.05)
    picture = session.get(document["output"]["media_url"][0])
    with open(TARGET, "wb") as file:
        file.write(picture.content)
