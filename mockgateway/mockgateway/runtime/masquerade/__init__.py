"""Programs written for the live gateway, led to a mock without a change to them."""

from mockgateway.runtime.masquerade.masquerade import Masquerade
from mockgateway.runtime.masquerade.reach import Barred

__all__ = ["Barred", "Masquerade"]
