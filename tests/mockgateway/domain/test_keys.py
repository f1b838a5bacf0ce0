"""Keys are recognised, hashed and never shown."""

from hypothesis import assume, given
from hypothesis import strategies as st

from mockgateway.domain.keys import LONGEST_KEY, fingerprint, plausible, redact, shorten

PRINTABLE = st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=",")
KEYS = st.text(PRINTABLE, min_size=1, max_size=LONGEST_KEY)
SECRETS = st.text(st.characters(codec="ascii", categories=["Lu"]), min_size=6)


@given(KEYS)
def test_printable_ascii_can_be_a_key(key: str) -> None:
    """So can anything the provider hands out."""
    assert plausible(key)


@given(
    st.text(PRINTABLE),
    st.sampled_from([" ", ",", "\t", "\n", "\0", "\x7f", "é", "\ufffd"]),
    st.text(PRINTABLE),
)
def test_spaces_commas_controls_and_other_alphabets_cannot(before: str, strange: str, after: str) -> None:
    """They would not survive a header, or stand between two keys there."""
    assert not plausible(before + strange + after)


def test_a_key_of_more_than_256_characters_cannot() -> None:
    """Longer ones are noise."""
    assert plausible("k" * LONGEST_KEY)
    assert not plausible("k" * (LONGEST_KEY + 1))


@given(KEYS)
def test_a_shortened_key_shows_at_most_a_third(key: str) -> None:
    """And only its two ends."""
    shown = shorten(key)
    head, _, tail = shown.rpartition("…")
    assert len(head) + len(tail) <= len(key) // 3
    assert key.startswith(head)
    assert key.endswith(tail)


@given(SECRETS, st.text(st.characters(codec="ascii", categories=["Nd"])))
def test_a_key_is_taken_out_of_any_text(key: str, text: str) -> None:
    """Wherever it stands, however often."""
    assert key not in redact(f"{key}{text}{key} {key}", key)


@given(KEYS, KEYS, st.binary(min_size=1, max_size=64), st.binary(min_size=1, max_size=64))
def test_a_fingerprint_depends_on_key_and_secret(key: str, other: str, secret: bytes, salt: bytes) -> None:
    """The same key gives the same account, another key or secret another one."""
    assume(key != other)
    # A shorter secret is padded with zero bytes by the hash itself.
    assume(secret.rstrip(b"\0") != salt.rstrip(b"\0"))
    assert fingerprint(key, secret) == fingerprint(key, secret)
    assert fingerprint(key, secret) != fingerprint(other, secret)
    assert fingerprint(key, secret) != fingerprint(key, salt)
