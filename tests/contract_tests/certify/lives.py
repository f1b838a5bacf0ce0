"""What programs do, written by hand: exchanges, evidence, and certificates made of them."""

import json
from dataclasses import replace
from datetime import date
from importlib.resources import files
from typing import Any

from zimage_contract.certificate import CaseResult, Certificate, KnownBreach, judge_case
from zimage_contract.exchange import Exchange, Headers, Transcript
from zimage_contract.obligations import Evidence
from zimage_contract.obligations.cases import CASES
from zimage_schemas import KEY_HEADER, MODELS, STATUS_PATH

ORIGIN = "http://127.0.0.1:4711"
KEY = "0123456789abcdef0123456789abcdef"
JOB = "z-image-turbo-834_019d0000-0000-7000-8000-00000000abcd0"
LINK = f"{ORIGIN}/v1/{JOB}/output.png"
START = 1_790_000_000.0
TODAY = date(2026, 1, 1)
JSON: Headers = (("Content-Type", "application/json"),)
BY_ID = {case.id: case for case in CASES}


def submit(at: float = 0, status: int | None = 202, **fields: Any) -> Exchange:
    """A submit that keeps every rule."""
    return _exchange(
        **{
            "kind": "submit",
            "method": "POST",
            "url": ORIGIN + MODELS["turbo"].submit_path,
            "headers": (*JSON, ("Cache-Control", "no-cache"), (KEY_HEADER, KEY)),
            "body": json.dumps({"prompt": "a hen", "image_size": "square_1_1"}).encode(),
            "status": status,
            "answer": json.dumps({"request_id": JOB, "status": "QUEUED"}).encode() if status else b"",
            "at": START + at,
            **fields,
        }
    )


def poll(at: float, state: str = "PROCESSING", **fields: Any) -> Exchange:
    """A poll that brings a state."""
    return _exchange(
        **{
            "kind": "status",
            "method": "GET",
            "url": ORIGIN + STATUS_PATH.format(request_id=JOB),
            "headers": ((KEY_HEADER, KEY),),
            "status": 200,
            "answer": json.dumps(document(state)).encode(),
            "at": START + at,
            **fields,
        }
    )


def document(state: str) -> dict[str, Any]:
    """A status document."""
    output = {"media_url": [LINK], "media_type": "image/png"} if state == "COMPLETED" else None
    return {"request_id": JOB, "status": state, "output": output}


def download(at: float, **fields: Any) -> Exchange:
    """A download of the picture, without the key."""
    return _exchange(
        **{
            "kind": "media",
            "method": "GET",
            "url": LINK,
            "status": 200,
            "answer": b"picture",
            "at": START + at,
            **fields,
        }
    )


def callback(at: float, state: str = "COMPLETED", **fields: Any) -> Exchange:
    """A callback that the program answers."""
    return _exchange(
        **{
            "kind": "callback",
            "method": "POST",
            "url": "http://127.0.0.1:4712/done",
            "headers": JSON,
            "body": json.dumps(document(state)).encode(),
            "status": 204,
            "at": START + at,
            **fields,
        }
    )


def _exchange(**fields: Any) -> Exchange:
    return Exchange(**{"number": 0, "took": 0.1, **fields})


def evidence(*exchanges: Exchange, case: str = "happy", **known: Any) -> Evidence:
    """What is known of a program that did this and exited with 0."""
    numbered = tuple(replace(each, number=number) for number, each in enumerate(exchanges, 1))
    usual = {"ending": "exited", "exit_code": 0}
    return Evidence(Transcript(numbered, keys={"valid": KEY}), case=case, **{**usual, **known})


GOOD = (submit(), poll(6), poll(12, "COMPLETED"), download(13))
HASTY = (submit(), poll(1), poll(2, "COMPLETED"), download(3))


def judged(
    *exchanges: Exchange, case: str = "happy", known: tuple[KnownBreach, ...] = (), **more: Any
) -> CaseResult:
    """What a program that did this makes of a case."""
    result = judge_case(BY_ID[case], evidence(*exchanges, case=case, **more), today=TODAY, known=known)
    return replace(result, seconds=14.0, began=START - 0.5)


def certificate(*results: CaseResult, **more: Any) -> Certificate:
    """A certificate with these results."""
    usual = {"command": ("python", "program.py"), "style": "polling", "seconds": 15.0, "started": START}
    return Certificate(results=results, **{**usual, **more})


SCHEMA = json.loads(
    files("zimage_contract.report").joinpath("certificate/certificate.schema.json").read_text("utf-8")
)
"""What the JSON of a certificate is like."""

ONCE = """
import os, sys, urllib.error, urllib.request
body = b'{"prompt": "A red bicycle", "image_size": "square_1_1"}'
headers = {"Ocp-Apim-Subscription-Key": os.environ["ZIMAGE_API_KEY"], "Content-Type": "application/json",
           "Cache-Control": "no-cache"}
url = os.environ["ZIMAGE_BASE_URL"] + "/z-image-turbo-834/v1/z-image-turbo-request"
try:
    urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=20)
except urllib.error.HTTPError as error:
    print("the submit was answered", error.code)
    sys.exit(int(os.environ.get("CODE", "1")))
"""
"""A program that submits once, and exits with CODE, else 1, when it is refused."""
