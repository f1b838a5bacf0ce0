"""Where callbacks may go."""

import pytest
from hypothesis import given, provisional
from hypothesis import strategies as st

from mockgateway.domain.refusals import BadRequest
from mockgateway.domain.webhook import LONGEST_URL, check_target


@given(provisional.urls())
def test_a_web_address_may_be_called(url: str) -> None:
    """Any absolute http or https URL is a target."""
    check_target(url)


def test_no_address_is_no_wish() -> None:
    """Without the header nothing is checked."""
    check_target(None)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com/hook",
        "/hook",
        "//example.com/hook",
        "ftp://example.com/hook",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "http:///hook",
        "http://exa mple.com/",
        "http://example.com:port/",
        "http://example.com:99999/",
        "http://[::1/",
        "http://example.com/\r\nX-Injected: 1",
        "http://example.com/é",
        "\ufffd",
        "http://example.com/%zz",
    ],
)
def test_anything_else_is_refused_in_words(url: str) -> None:
    """The message names the header and says what it must hold."""
    with pytest.raises(BadRequest, match="X-Webhook-URL must be an absolute http or https URL"):
        check_target(url)


@given(st.integers(1, 5000))
def test_an_address_has_an_end(extra: int) -> None:
    """Beyond the limit it is refused, whatever it holds."""
    with pytest.raises(BadRequest, match="longer than"):
        check_target("http://example.com/" + "a" * (LONGEST_URL + extra))
