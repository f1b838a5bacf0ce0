"""Puts a program into every case, and says whether it may be trusted with money."""

from zimage_contract.certify.driver import certify
from zimage_contract.certify.program import CannotStart, Program, Terms
from zimage_contract.certify.watch import Stand, watch

__all__ = ["CannotStart", "Program", "Stand", "Terms", "certify", "watch"]
