"""How an answer travels when it does not simply arrive: late, in pieces, cut off, or never."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drip:
    """A body sent in so many equal pieces, with so many real seconds between them."""

    pieces: int
    gap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """What happens on the connection, in this order: a wait, then at most one of the others.

    Attributes:
        delay: real seconds before anything is sent.
        hang: send nothing until the client leaves.
        reset: send nothing and reset the connection.
        truncate: the share of the body that is sent, announced whole, before the connection closes;
            None: all of it.
        drip: send the body (or the share of it) in pieces.
    """

    delay: float = 0.0
    hang: bool = False
    reset: bool = False
    truncate: float | None = None
    drip: Drip | None = None
