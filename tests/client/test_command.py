"""The command, as a shell sees it."""

import json
from pathlib import Path

import pytest
from client_support import JOB, RawServer
from command_support import QUICK, Zimage

from mockgateway import MockGateway


def test_a_picture_is_made(zimage: Zimage) -> None:
    """Paths on standard output, states beside it."""
    code, out, err = zimage("generate", "a red bicycle", "--images", "2", "--out", "pictures", *QUICK)
    assert code == 0
    paths = [Path(line) for line in out.splitlines()]
    assert len(paths) == 2
    assert all(path.is_file() and path.parent.name == "pictures" for path in paths)
    assert "COMPLETED" in err


def test_every_field_can_be_given(zimage: Zimage) -> None:
    """Of both models; what the model does not know is refused."""
    common = ("--size", "landscape_16_9", "--format", "webp", "--no-safety-checker", "--steps", "12", *QUICK)
    code, out, _ = zimage(
        "generate", "x", "--model", "base", "--guidance", "7.5", "--acceleration", "fast", *common
    )
    assert code == 0
    assert out.strip().endswith(".webp")
    code, _, err = zimage("generate", "x", "--guidance", "7", *common)
    assert (code, "guidance_scale is no field" in err) == (3, True)


def test_json_is_a_line_a_job(zimage: Zimage) -> None:
    """For scripts, also of what went wrong."""
    code, out, _ = zimage("generate", "x", "--json", *QUICK)
    said = json.loads(out)
    assert code == 0
    assert said["request_id"].startswith("z-image-turbo-834_")
    assert Path(said["files"][0]).is_file()
    assert said["error"] is None
    code, out, _ = zimage("generate", "x", "--json", *QUICK, scenario="job-failed")
    assert code == 7
    error = json.loads(out)["error"]
    assert (error["type"], error["group"], error["charged"]) == ("JobFailed", "give up", True)


CODES = [
    ("invalid-key", 3),
    ("forbidden", 3),
    ("insufficient-balance", 4),
    ("server-error-submit", 6),
    ("reset-submit-after", 6),
    ("job-failed", 7),
    ("job-error", 7),
    ("output-null", 7),
    ("stuck", 7),
]


@pytest.mark.parametrize(("scenario", "expected"), CODES)
def test_each_group_has_its_exit_code(zimage: Zimage, scenario: str, expected: int) -> None:
    """And one line that says why."""
    code, out, err = zimage("generate", "x", *QUICK, "--timeout", "0.2", scenario=scenario)
    assert code == expected
    assert out == ""
    assert sum(line.startswith("zimage: ") for line in err.splitlines()) == 1
    assert "Traceback" not in err


def test_a_rate_limit_has_its_exit_code(zimage: Zimage) -> None:
    """Who is asked to wait a day is not kept waiting."""
    answer = b"HTTP/1.1 429 No\r\nRetry-After: 86400\r\nContent-Length: 0\r\n\r\n"
    with RawServer(answer) as server:
        code, _, err = zimage("generate", "x", gateway=server.url)
    assert code == 5
    assert "Too Many Requests" in err


def test_what_is_given_up_says_how_to_go_on(zimage: Zimage, command_mock: MockGateway) -> None:
    """With the command to type, which then works."""
    account = command_mock.account("mock-slow-queue-command")
    account.freeze()
    _, _, err = zimage("generate", "x", *QUICK, "--timeout", "0.1", scenario="slow-queue")
    request_id = err.strip().rpartition(" ")[2]
    assert f"zimage wait {request_id}" in err
    code, out, _ = zimage("status", request_id, scenario="slow-queue")
    assert (code, out) == (0, "QUEUED\n")
    account.advance(100)
    assert zimage("wait", request_id, *QUICK, scenario="slow-queue")[:2] == (0, "COMPLETED\n")
    code, out, _ = zimage("download", request_id, "--out", "later", scenario="slow-queue")
    assert code == 0
    assert Path(out.strip()).is_file()
    said = json.loads(zimage("status", request_id, "--json", scenario="slow-queue")[1])
    assert said["status"] == "COMPLETED"


def test_a_failed_job_says_why(zimage: Zimage) -> None:
    """`status` reports it, `wait` and `download` fail with it."""
    err = zimage("generate", "x", *QUICK, scenario="content-flagged")[2]
    request_id = err.split()[0]
    code, out, _ = zimage("status", request_id, scenario="content-flagged")
    assert (code, out) == (0, "FAILED: Content flagged by the safety checker.\n")
    assert zimage("wait", request_id, scenario="content-flagged")[0] == 7
    assert zimage("download", request_id, scenario="content-flagged")[0] == 7


def test_an_unknown_job_is_one_line(zimage: Zimage) -> None:
    """With the exit code of what must be fixed."""
    code, out, err = zimage("status", JOB)
    assert (code, out, err.count("\n")) == (3, "", 1)


def test_callbacks_work(zimage: Zimage) -> None:
    """On one machine by itself."""
    code, out, _ = zimage("generate", "x", "--webhook", "local", scenario="webhook-only")
    assert code == 0
    assert Path(out.strip()).is_file()


def test_models_are_shown_with_prices_and_basis(zimage: Zimage) -> None:
    """For people and for scripts."""
    code, out, _ = zimage("models")
    assert code == 0
    for words in ("$0.008", "$0.01", "integer, 10 to 100", "assumed", "documented", "guidance_scale"):
        assert words in out
    found = json.loads(zimage("models", "--json")[1])
    assert [each["name"] for each in found] == ["turbo", "base"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed(zimage: Zimage, shell: str) -> None:
    """For the usual shells."""
    code, out, _ = zimage("completion", shell)
    assert code == 0
    assert "_ZIMAGE_COMPLETE" in out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("generate",),
        ("generate", "x", "--batch", __file__),
        ("nonsense",),
        ("generate", "x", "--size", "huge"),
    ],
)
def test_misuse_is_exit_code_2(zimage: Zimage, arguments: tuple[str, ...]) -> None:
    """Without a traceback."""
    code, out, err = zimage(*arguments)
    assert (code, out) == (2, "")
    assert err


def test_a_gateway_that_is_none_is_misuse(zimage: Zimage) -> None:
    """Before a key is sent anywhere."""
    assert zimage("generate", "x", gateway="nonsense")[0] == 2


def test_without_a_key_only_this_machine_is_asked(zimage: Zimage) -> None:
    """A mock takes any key; elsewhere it is said what is missing."""
    assert zimage("generate", "x", *QUICK, scenario="")[0] == 0
    code, _, err = zimage("generate", "x", scenario="", gateway="http://gateway.test")
    assert code == 3
    assert "PIXAZO_API_KEY" in err


def test_no_way_to_the_live_gateway_is_one_line(zimage: Zimage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offline; here a proxy that is not there stands for it."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr("zimage_client._clock.SystemClock.sleep", lambda *_: None)
    code, out, err = zimage("generate", "x", gateway="https://gateway.pixazo.ai")
    assert (code, out, err.count("\n")) == (6, "", 1)
    assert "gateway.pixazo.ai" in err


def test_help_says_what_the_exit_codes_mean(zimage: Zimage) -> None:
    """All of them."""
    out = " ".join(zimage("--help")[1].split())
    for words in (
        "3 fix the request",
        "4 fill the wallet",
        "5 wait",
        "6 try again",
        "7 give up",
        "130 interrupted",
    ):
        assert words in out


def test_a_public_url_for_callbacks_is_passed_on(zimage: Zimage) -> None:
    """It leads to the port that was given, here from the same machine."""
    code, out, _ = zimage(
        "generate",
        "x",
        "--webhook",
        "http://127.0.0.1:18742/hook",
        "--webhook-port",
        "18742",
        scenario="webhook-only",
    )
    assert code == 0
    assert out


def test_a_disk_that_fails_is_exit_code_1(zimage: Zimage) -> None:
    """Before anything is paid for."""
    Path("file").touch()
    code, out, err = zimage("generate", "x", "--out", "file/below")
    assert (code, out, err.count("\n")) == (1, "", 1)
