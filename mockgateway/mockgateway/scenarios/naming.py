"""What a scenario may be called."""

import re

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST = 64


def check_name(name: str) -> str:
    """Return the name; raises ValueError for one that no key could select."""
    if len(name) > _LONGEST or not _NAME.fullmatch(name):
        raise ValueError(
            f"{name[:_LONGEST]!r} is no name of a scenario: write small letters and digits, "
            f"with single dashes between them, at most {_LONGEST}"
        )
    return name
