"""Secrets in the store file."""

from hypothesis import given
from hypothesis import strategies as st

from mockgateway.store.veil import unveil, veil


@given(st.text(max_size=3000), st.text(max_size=40), st.binary(min_size=32, max_size=32))
def test_what_is_veiled_comes_back(text: str, name: str, secret: bytes) -> None:
    """Whatever it is."""
    assert unveil(veil(text, name, secret), name, secret) == text


@given(st.text("abc/?=", min_size=8, max_size=300), st.binary(min_size=32, max_size=32))
def test_nothing_of_it_can_be_read(text: str, secret: bytes) -> None:
    """And the same text looks different under another name."""
    assert text not in veil(text, "one", secret)
    assert veil(text, "one", secret) != veil(text, "two", secret)
