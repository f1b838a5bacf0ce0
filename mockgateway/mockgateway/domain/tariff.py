"""What jobs cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mockgateway.domain.job import Status


@dataclass(frozen=True, slots=True)
class Tariff:
    """Prices, and which jobs are paid back.

    Attributes:
        prices: by model slug, in millionths of a dollar (observed).
        per_image: whether the price is for one picture (assumed) or for the whole job.
        refunded: how a job must end to be refunded: ERROR (documented), FAILED if so chosen (assumed: not).
    """

    prices: Mapping[str, int] = field(default_factory=dict)
    per_image: bool = True
    refunded: frozenset[str] = frozenset({Status.ERROR})

    def cost(self, slug: str, images: int) -> int:
        """Say what a job costs, in millionths."""
        price = self.prices.get(slug, 0)
        return price * images if self.per_image else price
