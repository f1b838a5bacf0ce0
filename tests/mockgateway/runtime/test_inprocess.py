"""The mock inside a test's process."""

import logging
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from mockgateway import BadSetting, MockGateway, Settings, create_app

KEY = {"Ocp-Apim-Subscription-Key": "a-key"}
BODY = {"prompt": "p", "image_size": "square_1_1"}
SUBMIT = "/z-image-base/v1/z-image-base-request"


def test_it_serves_within_a_with_block_and_not_after() -> None:
    """Start and stop are immediate and final."""
    with MockGateway() as gateway:
        url = gateway.url
        assert requests.post(url + SUBMIT, json=BODY, headers=KEY, timeout=5).status_code == 202
    with pytest.raises(requests.ConnectionError):
        requests.post(url + SUBMIT, json=BODY, headers=KEY, timeout=5)


def test_stopping_closes_connections_that_are_kept_alive() -> None:
    """A pooled connection does not go on talking to a mock that is gone."""
    with requests.Session() as session:
        with MockGateway() as gateway:
            url = gateway.url + SUBMIT
            session.post(url, json=BODY, headers=KEY, timeout=5)
        with pytest.raises(requests.ConnectionError):
            session.post(url, json=BODY, headers=KEY, timeout=5)


def test_many_run_at_once_and_know_nothing_of_each_other() -> None:
    """A job of one is unknown to the others."""
    gateways = [MockGateway().start() for _ in range(10)]
    answer = requests.post(gateways[0].url + SUBMIT, json=BODY, headers=KEY, timeout=5)
    path = "/v2/requests/status/" + answer.json()["request_id"]
    found = [requests.get(gateway.url + path, headers=KEY, timeout=5).status_code for gateway in gateways]
    for gateway in gateways:
        gateway.stop()
    assert found == [200] + [404] * 9


def test_it_can_be_started_again_and_begins_anew() -> None:
    """Each start has an empty store."""
    gateway = MockGateway()
    with gateway:
        path = (
            "/v2/requests/status/"
            + requests.post(gateway.url + SUBMIT, json=BODY, headers=KEY, timeout=5).json()["request_id"]
        )
    with gateway:
        assert requests.get(gateway.url + path, headers=KEY, timeout=5).status_code == 404


def test_misuse_is_said() -> None:
    """No url while it is stopped, no second start, stopping twice is harmless."""
    gateway = MockGateway()
    with pytest.raises(RuntimeError, match="not running"):
        _ = gateway.url
    with gateway, pytest.raises(RuntimeError, match="running already"):
        gateway.start()
    gateway.stop()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("queue_time", "soon"),
        ("queue_time", -1),
        ("processing_time", "3..1"),
        ("speed", -1),
        ("balance", "much"),
        ("balance", "-1"),
        ("balance", "0.0000001"),
        ("turbo_price", "nan"),
        ("base_price", ""),
        ("price_per", "pixel"),
        ("rate_limit", "60/fortnight"),
        ("rate_limit_on", "sundays"),
        ("speed", float("nan")),
        ("concurrency", 0),
        ("store", ""),
        ("keys", frozenset({"two words"})),
    ],
)
def test_a_setting_without_meaning_is_refused_by_name(setting: str, value: object) -> None:
    """Before anything is started."""
    with pytest.raises(BadSetting, match=setting):
        MockGateway(**{setting: value})
    with pytest.raises(BadSetting, match=setting):
        Settings(**{setting: value})


def test_a_setting_that_does_not_exist_is_refused() -> None:
    """A typo is not ignored."""
    with pytest.raises(TypeError, match="que_time"):
        MockGateway(que_time=1)


def test_settings_and_single_changes_combine() -> None:
    """A change is on top of the settings given."""
    gateway = MockGateway(Settings(speed=2, seed=1), speed=3)
    assert (gateway.settings.speed, gateway.settings.seed) == (3, 1)


def test_it_leaves_the_logging_of_its_host_alone() -> None:
    """Handlers and levels of the program stay as they were."""
    handler = logging.StreamHandler()
    root = logging.getLogger()
    root.addHandler(handler)
    before = (list(root.handlers), root.level, logging.getLogger("app").level)
    with MockGateway():
        assert (list(root.handlers), root.level, logging.getLogger("app").level) == before
    root.removeHandler(handler)


def test_it_may_be_started_in_any_thread() -> None:
    """It needs no signals, so no main thread."""
    answers = []

    def use() -> None:
        with MockGateway() as gateway:
            answers.append(requests.post(gateway.url + SUBMIT, json=BODY, headers=KEY, timeout=5).status_code)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert answers == [202]


@pytest.mark.parametrize("end", ["gateway.stop()", "pass"])
def test_a_program_ends_quietly_whether_it_stops_its_mocks_or_not(end: str) -> None:
    """Exit 0 and nothing on standard error, also right after an exchange."""
    script = (
        "import requests\n"
        "from mockgateway import MockGateway\n"
        "for _ in range(3):\n"
        "    gateway = MockGateway().start()\n"
        f"    requests.post(gateway.url + {SUBMIT!r}, json={BODY!r}, headers={KEY!r})\n"
        f"    {end}\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_the_application_can_be_given_to_another_server() -> None:
    """It is plain WSGI."""
    answer = create_app().test_client().post(SUBMIT, json=BODY, headers=KEY)
    assert answer.status_code == 202
    assert answer.json["polling_url"].startswith("http://localhost/v2/requests/status/z-image-base_")


def test_the_public_names_are_sorted_and_there() -> None:
    """One public door."""
    import mockgateway

    assert mockgateway.__all__ == sorted(mockgateway.__all__)
    assert all(hasattr(mockgateway, name) for name in mockgateway.__all__)


def test_many_may_be_started_from_many_threads_at_once() -> None:
    """Each answers, and stops."""

    def health() -> int:
        with MockGateway() as gateway:
            return requests.get(f"{gateway.url}/__mock__/health", timeout=10).status_code

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: health(), range(24))) == [200] * 24
