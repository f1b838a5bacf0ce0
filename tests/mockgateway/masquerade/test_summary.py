"""What is told when a program has ended: on standard error, as JSON, and as an HTTP Archive."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from masquerade_support import Ran

from zimage_schemas import LIVE_ORIGIN, MEDIA_ORIGIN

Run = Callable[..., Ran]
PROGRAMS = Path(__file__).parent / "programs"
PICTURE = ["--speed", "100", "--", sys.executable, str(PROGRAMS / "make_picture.py"), "requests"]
PYTHON = [sys.executable, "-c"]


def test_a_summary_says_what_was_done_and_paid(mockgateway_run: Run) -> None:
    """Exchanges by kind, each job with its end, the charge, and what was noteworthy; every line is marked."""
    ended = mockgateway_run(*PICTURE)
    lines = ended.stderr.splitlines()
    assert all(line.startswith("mockgateway: ") for line in lines)
    assert " exchanges: 1 submit, " in lines[0]
    assert ", 1 download, 0 callbacks, 0 others" in lines[0]
    assert lines[1].startswith("mockgateway: z-image-base_")
    assert lines[1].endswith(" COMPLETED $0.01")
    assert lines[2] == "mockgateway: charged $0.01 for 1 job"
    assert "mockgateway: submit.no-cache-control: The header Cache-Control: no-cache is missing." in lines


def test_quiet_says_nothing(mockgateway_run: Run) -> None:
    """Standard error is the program's alone."""
    assert mockgateway_run("--quiet", *PICTURE).stderr == ""


def test_json_has_the_shape_that_is_documented(mockgateway_run: Run, tmp_path: Path) -> None:
    """The names of docs/run.md, with the exit code and the scenario of this run."""
    mockgateway_run("--json", "told.json", *PICTURE)
    told = json.loads((tmp_path / "told.json").read_text())
    page = (Path(__file__).parents[3] / "docs/run.md").read_text("utf-8")
    documented = json.loads(page.partition("```json\n")[2].partition("```")[0])
    assert list(told) == list(documented)
    assert (told["version"], told["exit_code"], told["scenario"], told["charged"]) == (1, 0, "happy", "0.01")
    for name in ("jobs", "findings"):
        assert list(told[name][0]) == list(documented[name][0])
    assert list(told["exchanges"]) == list(documented["exchanges"])
    (job,) = told["jobs"]
    assert (job["status"], job["charge"], job["refunded"]) == ("COMPLETED", "0.01", False)


def test_an_archive_holds_every_exchange_under_the_live_names(mockgateway_run: Run, tmp_path: Path) -> None:
    """Of all accounts, without a whole key."""
    mockgateway_run("--quiet", "--har", "all.har", *PICTURE)
    text = (tmp_path / "all.har").read_text()
    entries = json.loads(text)["log"]["entries"]
    urls = [entry["request"]["url"] for entry in entries]
    assert urls[0].startswith(f"{LIVE_ORIGIN}/z-image-base/v1/")
    assert urls[-1].startswith(f"{MEDIA_ORIGIN}/v1/")
    assert "YOUR_SUBSCRIPTION_KEY" not in text


@pytest.mark.parametrize("key", [None, "YOUR_SUBSCRIPTION_KEY"])
def test_a_scenario_is_chosen_for_whatever_key_a_program_sends(
    mockgateway_run: Run, tmp_path: Path, key: str | None
) -> None:
    """For the one that it finds in PIXAZO_API_KEY, and for one in its source."""
    program = f"""
import os, requests
key = {key!r} or os.environ["PIXAZO_API_KEY"]
url = "{LIVE_ORIGIN}/z-image-base/v1/z-image-base-request"
body = dict(prompt="A red bicycle", image_size="square_1_1")
print(requests.post(url, json=body, headers={{"Ocp-Apim-Subscription-Key": key}}, timeout=9).status_code)
"""
    words = ["--scenario", "insufficient-balance", "--json", "told.json"]
    ended = mockgateway_run(*words, "--", *PYTHON, program)
    assert ended.stdout == "402\n"
    told = json.loads((tmp_path / "told.json").read_text())
    assert (told["scenario"], told["jobs"], told["charged"]) == ("insufficient-balance", [], "0.00")


def test_a_scenario_of_ones_own(mockgateway_run: Run, tmp_path: Path) -> None:
    """From a folder, by an option or a variable."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "broke.toml").write_text(
        'basis = "assumed"\ndescription = "No money."\ngood_for = "Tests."\n'
    )
    program = "import os; print(os.environ['PIXAZO_API_KEY'])"
    for words, variables in (
        (["--scenarios", "mine", "--scenario", "broke"], {}),
        ([], {"MOCKGATEWAY_SCENARIOS": "mine", "MOCKGATEWAY_SCENARIO": "broke"}),
    ):
        ended = mockgateway_run(*words, "--", *PYTHON, program, **variables)
        assert ended.stdout == "mock-broke-run\n", ended.stderr


def test_a_refused_host_is_told(mockgateway_run: Run, tmp_path: Path) -> None:
    """With what lets the program reach it, and how often it tried."""
    program = """
import requests
for _ in range(2):
    try:
        requests.get("https://example.com/", timeout=9)
    except requests.exceptions.ProxyError as error:
        print(error)
"""
    ended = mockgateway_run("--json", "told.json", "--", *PYTHON, program)
    assert ended.stdout.count("403 Refused by mockgateway run: the network is off") == 2
    why = "the network is off; --allow-network lets the program reach it"
    assert f"mockgateway: example.com:443 was refused 2 times: {why}" in ended.stderr.splitlines()
    told = json.loads((tmp_path / "told.json").read_text())
    assert told["refused"] == [{"place": "example.com:443", "why": why, "count": 2}]


@pytest.mark.parametrize("language", ["python", "node"])
def test_libraries_that_heed_no_proxy_are_refused_too(mockgateway_run: Run, language: str) -> None:
    """Before any name is looked up; the program and the summary say the same."""
    programs = {
        "python": [*PYTHON, "import asyncio as a; a.run(a.open_connection('example.com', 443))"],
        "node": ["node", "-e", "fetch('https://example.com/').catch((error) => { throw error.cause })"],
    }
    ended = mockgateway_run("--", *programs[language])
    assert ended.returncode == 1
    assert "mockgateway run: example.com:443 was refused: the network is off" in ended.stderr
    assert "mockgateway: example.com:443 was refused: the network is off" in ended.stderr


def test_when_nothing_came_it_says_what_to_check(mockgateway_run: Run) -> None:
    """And names the page; also when the program was sent elsewhere by a variable."""
    ended = mockgateway_run("true", PIXAZO_GATEWAY_URL="http://127.0.0.1:1")
    first, second = ended.stderr.splitlines()
    assert first.startswith("mockgateway: no request reached the mock.")
    assert "docs/run.md" in first
    assert second.startswith("mockgateway: PIXAZO_GATEWAY_URL is set, to 'http://127.0.0.1:1'")


def test_when_the_certificate_is_not_trusted_it_says_so(mockgateway_run: Run) -> None:
    """The program connected, and asked nothing."""
    ended = mockgateway_run("env", "-u", "CURL_CA_BUNDLE", "-u", "SSL_CERT_FILE", "curl", "-s", LIVE_ORIGIN)
    assert ended.returncode == 60
    assert (
        "connected to the mock and then asked nothing: it seems not to trust the certificate" in ended.stderr
    )


def test_what_cannot_be_written_makes_a_success_a_failure(mockgateway_run: Run) -> None:
    """The program's own failure stays what it was."""
    for code, expected in ((0, 1), (7, 7)):
        ended = mockgateway_run("--har", "/dev/full", "--", "sh", "-c", f"exit {code}")
        assert ended.returncode == expected
        assert "cannot be written: No space left on device" in ended.stderr


def test_callbacks(mockgateway_run: Run, tmp_path: Path) -> None:
    """One to a receiver of the program arrives; one to the internet stays here, and that is told."""
    program = f"""
import http.server, requests, threading, time
class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.send_response(204); self.end_headers(); came.set()
    def log_message(self, *_): pass
came = threading.Event()
server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = "{LIVE_ORIGIN}/z-image-base/v1/z-image-base-request"
body = dict(prompt="A red bicycle", image_size="square_1_1")
for receiver in ("http://93.184.215.14/hook", f"http://127.0.0.1:{{server.server_port}}/hook"):
    headers = {{"Ocp-Apim-Subscription-Key": "a-hard-coded-key", "X-Webhook-URL": receiver}}
    print(requests.post(url, json=body, headers=headers, timeout=9).status_code, flush=True)
    time.sleep(0.2)
assert came.wait(20)
"""
    ended = mockgateway_run("--speed", "100", "--json", "told.json", "--", *PYTHON, program)
    assert (ended.returncode, ended.stdout) == (0, "202\n202\n"), ended.stderr
    assert "a callback came to nothing" in ended.stderr
    told = json.loads((tmp_path / "told.json").read_text())
    assert told["exchanges"]["callback"] >= 2
    (undelivered,) = told["callbacks_undelivered"]
    assert "93.184.215.14, a public address, where none go while callbacks are offline" in undelivered["why"]
