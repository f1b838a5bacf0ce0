"""Make one picture at the live gateway with the library that is named; say how large it is."""

import asyncio
import json
import sys
import time
import urllib.request

URL = "https://gateway.pixazo.ai/z-image-base/v1/z-image-base-request"
KEY = {"Ocp-Apim-Subscription-Key": "YOUR_SUBSCRIPTION_KEY"}
BODY = {"prompt": "A red bicycle", "image_size": "square_1_1", "output_format": "webp"}


def with_requests() -> bytes:
    """Use requests."""
    import requests

    polling_url = requests.post(URL, json=BODY, headers=KEY, timeout=9).json()["polling_url"]
    while (told := requests.get(polling_url, headers=KEY, timeout=9).json())["status"] != "COMPLETED":
        time.sleep(0.02)
    return requests.get(told["output"]["media_url"][0], timeout=9).content


def with_httpx() -> bytes:
    """Use httpx."""
    import httpx

    with httpx.Client() as client:
        polling_url = client.post(URL, json=BODY, headers=KEY).json()["polling_url"]
        while (told := client.get(polling_url, headers=KEY).json())["status"] != "COMPLETED":
            time.sleep(0.02)
        return client.get(told["output"]["media_url"][0]).content


def with_urllib() -> bytes:
    """Use the standard library."""

    def ask(url: str, body: bytes | None = None, headers: dict[str, str] = KEY) -> bytes:
        asked = urllib.request.Request(url, body, {"Content-Type": "application/json", **headers})  # noqa: S310
        with urllib.request.urlopen(asked, timeout=9) as answer:  # noqa: S310 - https, as it says above
            found: bytes = answer.read()
            return found

    polling_url = json.loads(ask(URL, json.dumps(BODY).encode()))["polling_url"]
    while (told := json.loads(ask(polling_url)))["status"] != "COMPLETED":
        time.sleep(0.02)
    return ask(told["output"]["media_url"][0], headers={})


def with_aiohttp(*, trust_env: bool = False) -> bytes:
    """Use aiohttp, which heeds no proxy variables unless it is told to."""
    import aiohttp

    async def make() -> bytes:
        async with aiohttp.ClientSession(trust_env=trust_env) as session:
            async with session.post(URL, json=BODY, headers=KEY) as answer:
                polling_url = (await answer.json())["polling_url"]
            told = {"status": "QUEUED"}
            while told["status"] != "COMPLETED":
                await asyncio.sleep(0.02)
                async with session.get(polling_url, headers=KEY) as answer:
                    told = await answer.json()
            async with session.get(told["output"]["media_url"][0]) as answer:  # type: ignore[index]
                return await answer.read()

    return asyncio.run(make())


WITH = {
    "requests": with_requests,
    "httpx": with_httpx,
    "urllib": with_urllib,
    "aiohttp": with_aiohttp,
    "aiohttp trust_env": lambda: with_aiohttp(trust_env=True),
}
picture = WITH[sys.argv[1]]()
assert picture[8:12] == b"WEBP"
sys.stdout.write(f"{len(picture)} bytes\n")
