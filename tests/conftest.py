"""What every part of the suite may be told."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `--gateway-live` spend money at the live gateway."""
    parser.addoption("--gateway-live", action="store_true", help="run live suites too; needs a key, costs")
