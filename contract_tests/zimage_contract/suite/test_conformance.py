"""Every check of the contract as a test; the gateway is probed once for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import pytest

from zimage_contract.checks import CHECKS, Chapter
from zimage_contract.suite.examine import examine_once
from zimage_contract.suite.examined import Examined, Outcome

Note = Callable[[str], None]

_NOTE = "call", "gateway"
"""The section of a report that the plugin shows at the end; JUnit's format has no place for it."""


@pytest.fixture(scope="session")
def examined(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Examined:
    """Probe the gateway that the options name, or take over what another worker saw of it."""
    return examine_once(request.config, tmp_path_factory)


@pytest.fixture(scope="session")
def news(examined: Examined) -> list[str]:
    """Hold what the first test is to tell of them all."""
    return ["\n".join(filter(None, (examined.error, examined.summary)))]


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Note:
    """Keep a text for the end of the run."""
    item: pytest.Item = request.node
    return lambda text: item.add_report_section(*_NOTE, text)


def _tests(chapter: Chapter) -> Callable[..., None]:
    @pytest.mark.parametrize("check", [check.id for check in CHECKS if check.chapter == chapter])
    def test(check: str, examined: Examined, news: list[str], note: Note) -> None:
        first = news.pop() if news else ""
        if examined.error:
            _end_without(first, examined.error)
        if first:
            note(first)
        _end(examined.outcomes[check], note)

    return test


def _end_without(first: str, error: str) -> NoReturn:
    # One failure tells it; two hundred of the same would hide it.
    if first:
        pytest.fail(first, pytrace=False)
    pytest.skip(f"not judged: {error}")


def _end(outcome: Outcome, note: Note) -> None:
    if outcome.fatal:
        pytest.fail(outcome.told, pytrace=False)
    if outcome.verdict == "fail":
        pytest.xfail(outcome.reason)
    if outcome.verdict in {"inconclusive", "not-run"}:
        pytest.skip(f"{outcome.verdict}: {outcome.reason}")
    if outcome.verdict in {"warn", "info"}:
        note(f"{outcome.verdict}: {outcome.told}")


test_submit = _tests("submit")
test_request = _tests("request")
test_body = _tests("body")
test_key = _tests("key")
test_route = _tests("route")
test_status = _tests("status")
test_life = _tests("life")
test_output = _tests("output")
test_webhook = _tests("webhook")
test_error = _tests("error")
test_liveness = _tests("liveness")
