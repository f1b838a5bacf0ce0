"""How long a receiver asks to wait."""

from datetime import UTC
from email.utils import parsedate_to_datetime

_LONGEST = 64


def retry_after(text: str | None, now: float) -> float | None:
    """Read a Retry-After header, seconds or an HTTP date, as seconds from `now` (real, since the epoch).

    What is neither is no wish: None.
    """
    text = (text or "").strip()
    if not text or len(text) > _LONGEST:
        return None
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        date = parsedate_to_datetime(text)
        return max(0.0, (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now)
    except (ValueError, OverflowError):
        return None
