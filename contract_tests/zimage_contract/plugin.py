"""The pytest plugin: fixtures for tests of programs that call the gateway, and the suite's options.

Only pytest is imported before a fixture is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mockgateway import MockGateway, Settings
    from zimage_contract.testing import GatewayAccount, GatewayTranscript, ManualClock

_SITUATIONS = (
    "invalid",
    "forbidden",
    "insufficient-balance",
    "rate-limited",
    "job-failed",
    "job-error",
    "second",
)
_SPEED = 100
_NOTE = "Captured gateway call"
_MARKER = "scenario(name): the scenario of the mock that the account of `mock_gateway` is in"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of `zimage_contract.suite`, which start nothing by themselves."""
    group = parser.getgroup("mockgateway", "contract of the image gateway (zimage_contract.suite)")

    taken = _taken(parser)

    def option(name: str, **how: Any) -> None:
        if f"--gateway-{name}" not in taken:
            group.addoption(f"--gateway-{name}", **how)

    option("url", metavar="URL", help="the gateway to judge; default: a mock that is started for it")
    option("live", action="store_true", help="judge the live gateway; needs a key")
    option("key", metavar="KEY", help="a good key there; better in PIXAZO_API_KEY, where nobody sees it")
    option(
        "key-for",
        metavar="SITUATION=KEY",
        action="append",
        default=[],
        help=f"a key that shows a situation: {', '.join(_SITUATIONS)}; may be repeated",
    )
    option("model", choices=("turbo", "base", "all"), default="all", help="which to judge; default: all")
    option(
        "level",
        choices=("documented", "observed", "assumed"),
        default="documented",
        help="the softest basis whose breach is a failure; default: documented",
    )
    option(
        "budget",
        metavar="DOLLARS",
        help="what may be spent; default: nothing, but on this machine any amount",
    )
    option("seed", metavar="N", help="repeats the generated requests; default: another each time")
    option("examples", metavar="N", help="how many generated requests for each property")
    option("poll-interval", metavar="SECONDS", help="between two polls of a job")
    option("deadline", metavar="SECONDS", help="how long a job may take")
    option("max-response", metavar="SECONDS", help="how long an answer may take")
    option("webhook-url", metavar="URL", help="a public address that reaches the suite's receiver")
    option(
        "allow-inconclusive",
        metavar="ID|CHAPTER",
        action="append",
        default=[],
        help="checks that need no evidence; may be repeated",
    )
    option("known-failing", metavar="FILE", help="checks that may fail for now: id, reason, expiry")


def _taken(parser: pytest.Parser) -> set[str]:
    # Pytest does not say it in public. Were these names gone, a suite with options like ours would get
    # pytest's own error for it.
    groups = [getattr(parser, "_anonymous", None), *getattr(parser, "_groups", ())]
    return {name for group in groups if group for option in group.options for name in option.names()}


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker; refuse options that cannot be meant together."""
    config.addinivalue_line("markers", _MARKER)
    if not config.getoption("gateway_live", default=False):
        return
    if config.getoption("gateway_url", default=None):
        raise pytest.UsageError("--gateway-live and --gateway-url name two gateways: leave one out")
    if not (config.getoption("gateway_key", default=None) or os.environ.get("PIXAZO_API_KEY")):
        raise pytest.UsageError(
            "--gateway-live needs a key: put one into PIXAZO_API_KEY, or use --gateway-key"
        )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what the tests of `zimage_contract.suite` noted, such as money spent; nothing where none ran."""
    reports = (report for reports in terminalreporter.stats.values() for report in reports)
    noted = (
        text
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, text in report.sections
        if name == _NOTE
    )
    notes = dict.fromkeys(noted)
    if notes:
        terminalreporter.section("gateway")
        terminalreporter.write_line("\n\n".join(notes))


@pytest.fixture(scope="session")
def mock_gateway_settings() -> Settings:
    """Say how the mock of `mock_gateway` behaves; override it in a conftest.py to say otherwise.

    By default a hundred gateway seconds pass in a second, so that a job takes three hundredths.
    """
    from mockgateway import Settings

    return Settings(speed=_SPEED)


@pytest.fixture(scope="session")
def _mock_gateway_server(mock_gateway_settings: Settings) -> Iterator[MockGateway]:
    from mockgateway import MockGateway

    with MockGateway(mock_gateway_settings) as gateway:
        yield gateway


@pytest.fixture
def mock_gateway(
    request: pytest.FixtureRequest, _mock_gateway_server: MockGateway
) -> Iterator[GatewayAccount]:
    """Give the test an account of its own at a mock that all tests share."""
    from zimage_contract.testing import open_account

    try:
        opened = open_account(_mock_gateway_server, request.node.name, _scenario(request.node))
    except (LookupError, ValueError) as error:
        pytest.fail(f"mock_gateway: {error}", pytrace=False)
    yield opened
    opened.account.forget()


def _scenario(item: pytest.Item) -> str | None:
    marker = item.get_closest_marker("scenario")
    if marker is None:
        return None
    if len(marker.args) != 1 or marker.kwargs or not isinstance(marker.args[0], str):
        raise ValueError('write the marker with one name: @pytest.mark.scenario("poll-503-once")')
    return marker.args[0]


@pytest.fixture
def make_mock_gateway(mock_gateway_settings: Settings) -> Iterator[Callable[..., MockGateway]]:
    """Start mocks with other settings, such as `make_mock_gateway(balance="0.01")`, for the test's time."""
    from mockgateway import MockGateway

    with ExitStack() as running:
        yield lambda **changes: running.enter_context(MockGateway(mock_gateway_settings, **changes))


@pytest.fixture
def manual_clock(mock_gateway: GatewayAccount) -> ManualClock:
    """Stop the time of the test's account; it moves when the test says so."""
    from zimage_contract.testing import ManualClock

    return ManualClock(mock_gateway.account)


@pytest.fixture
def gateway_transcript(mock_gateway: GatewayAccount) -> GatewayTranscript:
    """Read what the test's account exchanged, and judge it."""
    from zimage_contract.testing import GatewayTranscript

    return GatewayTranscript(mock_gateway.account)
