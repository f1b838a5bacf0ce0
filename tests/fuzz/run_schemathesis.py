"""Start the mock and let Schemathesis test it against its own OpenAPI document: 1,000 examples, all checks.

A job is submitted first, so that the download is tested on a picture that exists.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

KEY = "schemathesis-key"
# The gateway, thoroughly.
GATEWAY = ["--exclude-tag", "control", "--max-examples", "1000"]
# The control API in the cases that are the same every time: Schemathesis sends a key with a percent sign
# unescaped, and OpenAPI cannot say which TOML is a scenario.
CONTROL = ["--include-tag", "control", "--phases", "examples,coverage"]
CONTROL += ["--exclude-operation-id", "put_scenario", "--exclude-operation-id", "delete_scenario"]
HEADERS = {"Ocp-Apim-Subscription-Key": KEY, "Content-Type": "application/json"}
SUBMIT = "/z-image-turbo-834/v1/z-image-turbo-request"
BODY = {"prompt": "a picture to download", "image_size": "square_1_1"}
CONFIG = """\
[[operations]]
include-operation-id = "download"
parameters = {{ request_id = "{request_id}", name = "output.png" }}
"""


def main(arguments: list[str]) -> int:
    """Run it all and return Schemathesis's exit code."""
    serve = [sys.executable, "-c", "from mockgateway.cli import main; main()", "serve"]
    quick = ["--quiet", "--port", "0", "--keys", KEY, "--queue-time", "0", "--processing-time", "0"]
    with subprocess.Popen([*serve, *quick], stdout=subprocess.PIPE, text=True) as mock:
        assert mock.stdout is not None
        url = mock.stdout.readline().split()[-1]
        try:
            return explore(url, arguments)
        finally:
            mock.terminate()


def explore(url: str, arguments: list[str]) -> int:
    """Run Schemathesis on both parts of the document of the mock at this URL."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "schemathesis.toml"
        config.write_text(CONFIG.format(request_id=submit(url)))
        command = ["st", "--config-file", str(config), "run", f"{url}/openapi.json", "--checks", "all"]
        key = ["--no-color", "--header", f"Ocp-Apim-Subscription-Key: {KEY}"]
        runs = [
            subprocess.run([*command, *key, *part, *arguments], check=False) for part in (GATEWAY, CONTROL)
        ]
    return max(run.returncode for run in runs)


def submit(url: str) -> str:
    """Submit a job and return its id once its picture is there."""
    request = Request(url + SUBMIT, json.dumps(BODY).encode(), HEADERS)
    with urlopen(request) as answer:
        request_id: str = json.load(answer)["request_id"]
    for _ in range(100):
        try:
            urlopen(f"{url}/v1/{request_id}/output.png").close()
        except HTTPError:
            time.sleep(0.05)
        else:
            return request_id
    raise SystemExit("the job did not end")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
