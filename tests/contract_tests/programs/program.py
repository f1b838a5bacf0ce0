"""A correct program that polls; and, with FAULT set, the same program with that one fault."""

import http.client
import os
import sys
import time
import urllib.error
import urllib.request

import requests

FAULT = os.environ.get("FAULT", "")
GATEWAY = os.environ.get("ZIMAGE_BASE_URL", "https://gateway.pixazo.ai")
KEY = os.environ["ZIMAGE_API_KEY"]
SLUG, OPERATION = {
    "turbo": ("z-image-turbo-834", "z-image-turbo-request"),
    "base": ("z-image-base", "z-image-base-request"),
}[os.environ.get("ZIMAGE_MODEL", "turbo")]
PATIENCE = float(os.environ.get("PATIENCE", "90"))
PAUSE = 1 if FAULT == "hasty" else 5.1
HEADERS = {"Ocp-Apim-Subscription-Key": KEY, "Content-Type": "application/json", "Cache-Control": "no-cache"}
STATUSES = ("QUEUED", "PROCESSING")


def main() -> None:
    """Make a picture."""
    if FAULT == "shows-key":
        print(f"using the key {KEY}")
    job = submitted()
    if FAULT == "forgets":
        return
    document = awaited(job)
    if document["status"] != "COMPLETED":
        if f"{document['status'].lower()}-is-fine" != FAULT:
            sys.exit(f"{document['status']}: {document['error']}")
        return
    save(document["output"]["media_url"])
    if FAULT == "asks-once-more":
        time.sleep(PAUSE)
        poll(job)
    if FAULT == "never-content":
        sys.exit(3)


def submitted() -> str:
    """Submit, at most once unless it was certainly not accepted, and return the request_id."""
    answer = submit()
    while answer is None or answer.status_code in again():
        if answer is None and FAULT != "submits-blindly":
            sys.exit("no answer to the submit: it may have been accepted")
        time.sleep(1 if answer is None or FAULT == "ignores-retry-after" else wait_of(answer))
        answer = submit()
    accepted = answer.status_code == 200 if FAULT == "takes-only-200" else answer.ok
    if not accepted:
        print(f"the submit was answered {answer.status_code}", file=sys.stderr)
        sys.exit(0 if FAULT == "refusal-is-fine" else 1)
    job = answer.json()
    if FAULT == "strict" and set(job) - {"request_id", "status", "polling_url"}:
        sys.exit("what is this field?")
    return job["request_id"]


def submit() -> requests.Response | None:
    """Send the request once; None when no answer came."""
    body = {
        "prompt": "A red bicycle",
        "image_size": "square_1_1",
        "num_images": int(os.environ.get("ZIMAGE_NUM_IMAGES", "1")),
    }
    headers = dict(HEADERS)
    path = f"/{SLUG}/v1/{OPERATION}"
    if FAULT == "no-image-size":
        del body["image_size"]
    if FAULT == "no-cache-control":
        del headers["Cache-Control"]
    if FAULT == "plain-text":
        headers["Content-Type"] = "text/plain"
    if FAULT == "guesses-path":
        path = f"/{SLUG}/v1/{SLUG}-request"
    try:
        return requests.post(GATEWAY + path, json=body, headers=headers, timeout=40)
    except requests.RequestException:
        return None


TRIED: list[int] = []


def again() -> set[int]:
    """Return the statuses after which a submit may be sent again."""
    TRIED.append(1)
    blind = {f"retries-{status}": {status} for status in (401, 402, 403)}.get(FAULT, set())
    return {429} | (blind if len(TRIED) < 3 else set())


def wait_of(answer: requests.Response) -> float:
    """Return how long to wait before the next request."""
    return float(answer.headers.get("Retry-After", "1"))


def awaited(job: str) -> dict:
    """Poll until the job has ended, or patience has."""
    end = time.monotonic() + PATIENCE
    while FAULT == "waits-for-ever" or time.monotonic() < end:
        time.sleep(PAUSE)
        document = poll(job)
        if document is None and FAULT == "submits-after-503":
            job = submitted()
        if document is None and FAULT == "gives-up":
            sys.exit("the poll went wrong")
        if document is None:
            continue
        status = document["status"]
        if FAULT == "ignores-error" and status == "ERROR":
            continue
        if FAULT == "impatient" and status in STATUSES:
            sys.exit(f"gave up on {job}")
        if FAULT == "asks-once" or (FAULT == "strange-is-an-end" and status not in STATUSES):
            sys.exit(0 if FAULT == "asks-once" else f"what is {status}?")
        if status in ("COMPLETED", "FAILED", "ERROR"):
            return document
    sys.exit("gave up" if FAULT == "silent-about-id" else f"gave up on {job}")


def poll(job: str) -> dict | None:
    """Ask once; None when the answer says nothing of the job."""
    headers = {} if FAULT == "keyless-polls" else {"Ocp-Apim-Subscription-Key": KEY}
    name = job.partition("_")[2] if FAULT == "cuts-id" else job
    try:
        answer = requests.get(
            f"{GATEWAY}/v2/requests/status/{name}",
            headers=headers,
            timeout=None if FAULT == "no-timeout" else 10,
        )
        if answer.status_code == 429:
            time.sleep(max(0.0, wait_of(answer) - PAUSE))
        return answer.json() if answer.ok else None
    except (requests.RequestException, ValueError):
        return None


def save(links: list[str]) -> None:
    """Download every picture whole, or end."""
    if FAULT == "first-letter":
        links = [links[0][0]]
    if FAULT == "first-picture":
        links = links[:1]
    for number, link in enumerate(links):
        picture = downloaded(link)
        if picture is None:
            sys.exit(f"no picture at {link}")
        with open(f"{number}.img", "wb") as file:
            file.write(picture)


def downloaded(link: str) -> bytes | None:
    """Return a picture; None when it is not to be had."""
    request = urllib.request.Request(link) if link.startswith("http") else None
    if request is None:
        print(f"{link} is no link", file=sys.stderr)
        return b""
    if FAULT == "key-everywhere":
        request.add_header("Ocp-Apim-Subscription-Key", KEY)
    for _ in range(1 if FAULT == "one-download" else 3):
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.read()
        except http.client.IncompleteRead as error:
            if FAULT == "half-is-enough":
                return error.partial
        except urllib.error.HTTPError as error:
            if FAULT == "saves-error-page":
                return error.read()
        except OSError:
            pass
        time.sleep(1)
    return None


main()
