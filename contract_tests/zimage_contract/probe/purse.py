"""What a probe may spend, and what it has spent."""

from __future__ import annotations

from decimal import Decimal
from threading import Lock

from zimage_contract.verdict import Spend
from zimage_schemas import MODELS, Model

_MOST_PICTURES = 100
_SURPRISED = "a body that should have been refused was taken, and nothing more was sent that may cost"
_DOUBTFUL = (
    "one that should have been refused got no answer, or a server's error, and may have been taken; "
    "no more were sent than the budget covers"
)


def price(model: Model | None, body: object) -> Decimal:
    """Return what a job would cost if it were accepted, in dollars by the published prices.

    The price is asked for each picture (assumed). A number of pictures that cannot be read counts as 1, and
    an unknown model as the dearest.
    """
    each = model.price if model else max(known.price for known in MODELS.values())
    asked = body.get("num_images") if isinstance(body, dict) else None
    if isinstance(asked, bool) or not isinstance(asked, int | float) or not 1 <= asked <= _MOST_PICTURES:
        return each
    return each * int(asked)


class Purse:
    """Reserves before a submit and charges after it; safe from any thread.

    Args:
        budget: dollars that may be spent; None: any amount.

    Attributes:
        refused: whether something was not sent for the budget's sake.
        withheld: why something documented to be refused was not sent; "": it was.
    """

    def __init__(self, budget: Decimal | None) -> None:
        self._budget = budget
        self._lock = Lock()
        self._jobs = 0
        self._spent = self._held = self._unclear = Decimal(0)
        self._surprised = self._doubtful = False
        self.refused = False
        self.withheld = ""

    @property
    def spend(self) -> Spend:
        """What was spent up to now."""
        return Spend(self._jobs, self._spent, self._unclear)

    def reserve(self, amount: Decimal, *, free: bool = False) -> bool:
        """Take the amount out for a submit; False when it must not be sent.

        A `free` submit takes out nothing: its refusal is documented. But when a gateway has accepted one of
        those under a budget, none can be relied on any more; when it may have, they must be affordable.
        """
        with self._lock:
            left = self._left()
            if left is not None and (self._surprised or (amount > left and (self._doubtful or not free))):
                self.refused = True
                if self._surprised or free:
                    self.withheld = _SURPRISED if self._surprised else _DOUBTFUL
                return False
            self._held += 0 if free else amount
            return True

    def settle(self, amount: Decimal, *, accepted: bool | None, free: bool = False) -> None:
        """Charge what was reserved when the gateway accepted the submit, else put it back.

        It stays reserved when nobody knows, None: what got no answer, or a server's error, may have been
        accepted all the same. That holds of a `free` one, too.
        """
        with self._lock:
            if accepted is None:
                self._unclear += amount
                self._held += amount if free else 0
                self._doubtful = self._doubtful or free
                return
            self._held -= 0 if free else amount
            if accepted:
                self._jobs += 1
                self._spent += amount
                self._surprised = self._surprised or free

    def refund(self, amount: Decimal) -> None:
        """Take back what a job had cost that is not charged after all."""
        with self._lock:
            self._spent -= amount

    def _left(self) -> Decimal | None:
        return None if self._budget is None else self._budget - self._spent - self._held
