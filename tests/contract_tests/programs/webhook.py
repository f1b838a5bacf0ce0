"""A correct program that is called back; and, with FAULT set, the same program with that one fault."""

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from threading import Thread

import requests

FAULT = os.environ.get("FAULT", "")
GATEWAY = os.environ.get("ZIMAGE_BASE_URL", "https://gateway.pixazo.ai")
KEY = os.environ["ZIMAGE_API_KEY"]
PATIENCE = float(os.environ.get("PATIENCE", "75"))
CALLS: "Queue[dict]" = Queue()
DONE = {"COMPLETED", "FAILED", "ERROR"}


class Receiver(BaseHTTPRequestHandler):
    """Takes callbacks: answers first, works afterwards."""

    def do_POST(self) -> None:
        """Take one."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        try:
            document = json.loads(body)
        except ValueError:
            self._answer(400)
            return
        CALLS.put(document)
        if FAULT == "slow-receiver":
            time.sleep(6)
        self._answer(500 if FAULT == "rude-receiver" else 204)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def main() -> None:
    """Make a picture."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    Thread(target=server.serve_forever, daemon=True).start()
    answer = submit(f"http://127.0.0.1:{server.server_port}/done")
    if not answer.ok:
        sys.exit(f"the submit was answered {answer.status_code}")
    job = answer.json()["request_id"]
    document = told(job) or polled(job)
    if document["status"] != "COMPLETED":
        sys.exit(f"{document['status']}: {document.get('error')}")
    save(document)
    if FAULT == "does-it-again":
        twice = told(job)
        if twice:
            save(twice)
    time.sleep(3 if FAULT not in ("slow-receiver", "rude-receiver") else 7)  # to answer what is still to come


def submit(receiver: str) -> requests.Response:
    """Submit, again only after a 429."""
    while True:
        try:
            answer = requests.post(
                f"{GATEWAY}/z-image-turbo-834/v1/z-image-turbo-request",
                json={
                    "prompt": "A red bicycle",
                    "image_size": "square_1_1",
                    "num_images": int(os.environ.get("ZIMAGE_NUM_IMAGES", "1")),
                },
                headers={
                    "Ocp-Apim-Subscription-Key": KEY,
                    "Cache-Control": "no-cache",
                    "X-Webhook-URL": receiver,
                },
                timeout=40,
            )
        except requests.RequestException:
            sys.exit("no answer to the submit: it may have been accepted")
        if answer.status_code != 429:
            return answer
        time.sleep(float(answer.headers.get("Retry-After", "1")))


def told(job: str) -> dict | None:
    """Wait to be called back about the job; None when that takes too long."""
    end = time.monotonic() + PATIENCE
    while FAULT == "only-waits" or time.monotonic() < end:
        try:
            document = CALLS.get(timeout=1)
        except Empty:
            continue
        if document.get("request_id") != job and FAULT != "takes-any-id":
            continue
        if document.get("status") in DONE or FAULT == "takes-any-status":
            return document
    return None


def polled(job: str) -> dict:
    """Ask for the job, since nobody called."""
    for _ in range(5):
        try:
            answer = requests.get(
                f"{GATEWAY}/v2/requests/status/{job}", headers={"Ocp-Apim-Subscription-Key": KEY}, timeout=10
            )
            if answer.ok and answer.json()["status"] in DONE:
                return answer.json()
        except (requests.RequestException, ValueError):
            pass
        time.sleep(5.1)
    sys.exit(f"gave up on {job}")


def save(document: dict) -> None:
    """Download every picture whole, or end."""
    for number, link in enumerate(document["output"]["media_url"]):
        for _ in range(3):
            try:
                picture = requests.get(link, timeout=30)
                if picture.ok:
                    break
            except requests.RequestException:
                pass
            time.sleep(1)
        else:
            sys.exit(f"no picture at {link}")
        with open(f"{number}.img", "wb") as file:
            file.write(picture.content)


main()
