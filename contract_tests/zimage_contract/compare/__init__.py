"""Send the same requests to two gateways, and say where their answers differ and what that rests on."""

from zimage_contract.compare.differences import Difference, Side, differences
from zimage_contract.compare.pairing import pairs
from zimage_contract.compare.sending import Comparison, compare

__all__ = ["Comparison", "Difference", "Side", "compare", "differences", "pairs"]
