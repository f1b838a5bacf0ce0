"""Sessions with gateways in this very process, without a network between."""

from collections.abc import Callable

import pytest
from direct_line import Opened, opened


@pytest.fixture
def open_session() -> Callable[..., Opened]:
    """Open a session with a gateway; what else it is told are fields of its settings."""
    return opened
