"""The pytest plugin, in suites of its users."""

import subprocess
import sys

import pytest
import requests  # noqa: F401 - what a run in this process imports it forgets, and requests may not be loaded twice

pytest_plugins = ["pytester"]

PICTURE = """
import requests

BODY = {"prompt": "A red bicycle", "image_size": "square_1_1"}

def submit(gateway, headers={}):
    url = gateway.url + "/z-image-turbo-834/v1/z-image-turbo-request"
    return requests.post(url, json=BODY, headers={**gateway.headers, **headers}, timeout=30)

def poll(gateway, job):
    return requests.get(job.json()["polling_url"], headers=gateway.headers, timeout=30).json()
"""


def run(pytester: pytest.Pytester, tests: str, *options: str) -> pytest.RunResult:
    """Run a user's test file, strictly, and without what else is installed here."""
    pytester.makepyfile(PICTURE + tests)
    return pytester.runpytest(
        "-p", "no:asyncio", "-p", "no:anyio", "-W", "error", "--strict-markers", *options
    )


def test_importing_it_imports_pytest_and_the_standard_library_only() -> None:
    """So whoever has it installed pays for it only in tests that use it."""
    code = (
        "import sys, pytest; before = set(sys.modules); import zimage_contract.plugin; "
        "tops = {name.partition('.')[0] for name in set(sys.modules) - before}; "
        "print(sorted(tops - sys.stdlib_module_names))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "['zimage_contract']\n"


def test_every_test_has_an_account_of_its_own_at_one_server(pytester: pytest.Pytester) -> None:
    """The second does not see what the first has done."""
    ended = run(
        pytester,
        """
seen = []

def test_one(mock_gateway):
    assert submit(mock_gateway).status_code == 202
    seen.append(mock_gateway)

def test_two(mock_gateway):
    assert mock_gateway.account.jobs == []
    assert mock_gateway.url == seen[0].url
    assert mock_gateway.key != seen[0].key
    assert "test-two" in mock_gateway.key
    assert mock_gateway.environment == {
        "PIXAZO_GATEWAY_URL": mock_gateway.url, "PIXAZO_API_KEY": mock_gateway.key
    }
""",
    )
    ended.assert_outcomes(passed=2)


def test_the_marker_chooses_the_scenario(pytester: pytest.Pytester) -> None:
    """By the key alone; a class or a module may be marked too, and the closest mark counts."""
    ended = run(
        pytester,
        """
import pytest

@pytest.mark.scenario("forbidden")
class TestIt:
    def test_one(self, mock_gateway):
        assert mock_gateway.key.startswith("mock-forbidden-")
        assert submit(mock_gateway).status_code == 403

    @pytest.mark.scenario("job-error")
    def test_once_more(self, mock_gateway):
        assert mock_gateway.account.scenario == "job-error"
        assert submit(mock_gateway).status_code == 202
""",
    )
    ended.assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ('"job-eror"', "*there is no scenario 'job-eror'; did you mean job-error?*"),
        ("", "*write the marker with one name*"),
        ("1", "*write the marker with one name*"),
    ],
)
def test_a_marker_that_names_no_scenario_fails_at_set_up(
    pytester: pytest.Pytester, marker: str, said: str
) -> None:
    """In one line, which says what to write."""
    tests = f"import pytest\n@pytest.mark.scenario({marker})\ndef test_it(mock_gateway): pass\n"
    ended = run(pytester, tests)
    ended.assert_outcomes(errors=1)
    ended.stdout.fnmatch_lines([said])
    assert "Traceback" not in ended.stdout.str()


def test_settings_are_changed_by_overriding_a_fixture(pytester: pytest.Pytester) -> None:
    """For the whole run, in a conftest.py."""
    pytester.makeconftest(
        """
import pytest
from mockgateway import Settings

@pytest.fixture(scope="session")
def mock_gateway_settings():
    return Settings(balance="0.01")
"""
    )
    ended = run(
        pytester,
        """
def test_it(mock_gateway, make_mock_gateway):
    assert submit(mock_gateway).status_code == 202
    assert submit(mock_gateway).status_code == 402
""",
    )
    ended.assert_outcomes(passed=1)


def test_keys_in_the_settings_leave_no_room_for_those_of_tests(pytester: pytest.Pytester) -> None:
    """Which is said at set-up."""
    pytester.makeconftest(
        """
import pytest
from mockgateway import Settings

@pytest.fixture(scope="session")
def mock_gateway_settings():
    return Settings(keys=frozenset({"one"}))
"""
    )
    ended = run(pytester, "def test_it(mock_gateway): pass\n")
    ended.assert_outcomes(errors=1)
    ended.stdout.fnmatch_lines(["*leave `keys` out of the mock's settings*"])


def test_a_gateway_with_other_settings_lives_as_long_as_its_test(pytester: pytest.Pytester) -> None:
    """Several at once; afterwards nobody answers."""
    ended = run(
        pytester,
        """
import pytest

gone = []

def test_it(make_mock_gateway):
    poor, rich = make_mock_gateway(balance="0"), make_mock_gateway()
    url = "/z-image-turbo-834/v1/z-image-turbo-request"
    headers = {"Ocp-Apim-Subscription-Key": "any"}
    answers = [requests.post(each.url + url, json=BODY, headers=headers) for each in (poor, rich)]
    assert [answer.status_code for answer in answers] == [402, 202]
    gone.append(rich.url)

def test_after_it():
    with pytest.raises(requests.ConnectionError):
        requests.get(gone[0], timeout=30)
""",
    )
    ended.assert_outcomes(passed=2)


def test_jobs_are_done_at_once_by_default(pytester: pytest.Pytester) -> None:
    """A hundred times as fast as in reality."""
    ended = run(pytester, "def test_it(mock_gateway):\n    assert mock_gateway.account.speed == 100\n")
    ended.assert_outcomes(passed=1)


def test_a_manual_clock_moves_when_the_test_says(pytester: pytest.Pytester) -> None:
    """To the next thing due, or by seconds; callbacks are sent before it returns."""
    ended = run(
        pytester,
        """
def test_it(mock_gateway, manual_clock, gateway_transcript):
    before = manual_clock.now
    job = submit(mock_gateway, {"X-Webhook-URL": "http://127.0.0.1:9/none"})
    assert manual_clock.now == before
    assert poll(mock_gateway, job)["status"] == "QUEUED"
    manual_clock.advance()
    assert poll(mock_gateway, job)["status"] == "PROCESSING"
    assert not gateway_transcript.transcript.of("callback")
    manual_clock.advance(60)
    assert poll(mock_gateway, job)["status"] == "COMPLETED"
    assert gateway_transcript.transcript.of("callback")
""",
    )
    ended.assert_outcomes(passed=1)


def test_a_test_that_fails_shows_no_more_of_it_than_its_own_lines(pytester: pytest.Pytester) -> None:
    """The message of `assert_conforms` is what the reader needs, not the kit's source."""
    ended = run(
        pytester,
        """
import pytest

@pytest.mark.scenario("accepted-200")
def test_it(mock_gateway, gateway_transcript):
    submit(mock_gateway)
    gateway_transcript.assert_conforms()
""",
    )
    ended.assert_outcomes(failed=1)
    ended.stdout.fnmatch_lines(["*1 check of the contract broken:*", "*submit.status-202*", "*expected 202"])
    assert "testing.py" not in ended.stdout.str()


def test_it_works_beside_xdist(pytester: pytest.Pytester) -> None:
    """Each worker has a mock of its own; the options arrive."""
    tests = """
import pytest

@pytest.mark.parametrize("number", range(4))
def test_it(mock_gateway, gateway_transcript, request, number):
    assert submit(mock_gateway).status_code == 202
    gateway_transcript.assert_conforms()
    assert request.config.getoption("gateway_budget") == "0.05"
    assert request.config.getoption("gateway_key_for") == ["job-error=abc"]
"""
    ended = run(
        pytester,
        tests,
        "-n2",
        "--gateway-budget=0.05",
        "--gateway-key-for",
        "job-error=abc",
        "--gateway-seed=7",
    )
    ended.assert_outcomes(passed=4)


def test_it_works_beside_asyncio(pytester: pytest.Pytester) -> None:
    """The fixtures are plain ones, and block no loop."""
    pytester.makeini("[pytest]")  # wherever the temporary folder is, it is a project of its own
    pytester.makepyfile(
        f"""
import asyncio
import pytest
{PICTURE}

@pytest.mark.asyncio
async def test_it(mock_gateway, manual_clock, gateway_transcript):
    job = await asyncio.to_thread(submit, mock_gateway)
    manual_clock.advance(60)
    assert (await asyncio.to_thread(poll, mock_gateway, job))["status"] == "COMPLETED"
    gateway_transcript.assert_conforms()
"""
    )
    ended = pytester.runpytest("-o", "asyncio_default_fixture_loop_scope=function", "--strict-markers")
    ended.assert_outcomes(passed=1)


def test_an_option_that_somebody_has_already_is_left_to_them(pytester: pytest.Pytester) -> None:
    """Since a suite may have had it before ours."""
    pytester.makepyfile(
        early="""
def pytest_addoption(parser):
    parser.addoption("--gateway-live", action="store_true", help="theirs")
"""
    )
    pytester.syspathinsert()
    ended = pytester.runpytest("-p", "no:asyncio", "-p", "early", "--help")
    assert ended.ret == 0
    ended.stdout.fnmatch_lines(["*--gateway-budget*", "*--gateway-live*theirs*"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--gateway-live"], "*--gateway-live needs a key*PIXAZO_API_KEY*"),
        (["--gateway-live", "--gateway-url", "http://127.0.0.1:1"], "*name two gateways*"),
        (["--gateway-level", "guessed"], "*--gateway-level: invalid choice: 'guessed'*"),
    ],
)
def test_misuse_is_said_before_anything_runs(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, options: list[str], said: str
) -> None:
    """With pytest's code for it."""
    monkeypatch.delenv("PIXAZO_API_KEY", raising=False)
    ended = run(pytester, "def test_it(): pass\n", *options)
    assert ended.ret == pytest.ExitCode.USAGE_ERROR
    ended.stderr.fnmatch_lines([said])
