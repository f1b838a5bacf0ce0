"""Request ids: model slug, underscore, 8-4-4-4-13 hexadecimal digits that sort by time (observed).

The documentation's mask has 12 digits in the last group; a scenario makes such.
"""

import re
from collections.abc import Iterator
from itertools import count
from random import Random

SHAPE = re.compile(r"[a-z0-9-]{1,64}_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12,13}")

_SEQUENCE_BITS = 24
_CHANCE_BITS = 56


class RequestIds:
    """Makes ids that never repeat: 48 bits of time, a running number, and chance.

    The running number orders ids of one millisecond; chance keeps ids of several
    processes, and of a process started again, apart.
    """

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._numbers: Iterator[int] = count()

    def next(self, slug: str, instant: int, *, documented: bool = False) -> str:
        """Make the id of a job of model `slug` accepted at `instant`; safe from any thread.

        With `documented`, the last group has 12 digits.
        """
        number = next(self._numbers) % (1 << _SEQUENCE_BITS)
        tail = (number << _CHANCE_BITS) | self._chance.getrandbits(_CHANCE_BITS)
        time, rest = f"{instant % (1 << 48):012x}", f"{tail:020x}"
        return f"{slug}_{time[:8]}-{time[8:]}-7{rest[:3]}-{rest[3:7]}-{rest[7 : 19 if documented else 20]}"
