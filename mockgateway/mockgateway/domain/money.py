"""Money: US dollars, exact, as whole millionths."""

import re
from decimal import Decimal

_MILLION = 1_000_000
_FORM = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
_CENTS = Decimal("0.01")


def parse_amount(text: str) -> int:
    """Read dollars such as `5.00` as millionths; raises ValueError with a sentence for people."""
    if not _FORM.fullmatch(text):
        raise ValueError(
            f"{text!r} is not an amount: write dollars below a billion, at most six decimals, such as 5.00"
        )
    return int(Decimal(text) * _MILLION)


def write_amount(millionths: int) -> str:
    """Write millionths as dollars with at least two decimals, such as `0.008` and `5.00`."""
    dollars = Decimal(millionths) / _MILLION
    return (
        str(dollars.quantize(_CENTS)) if dollars == dollars.quantize(_CENTS) else f"{dollars.normalize():f}"
    )
