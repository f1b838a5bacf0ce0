"""Every check, as a pure function over a transcript. No network, no pytest, no Flask here."""

from zimage_contract.checks import submit
from zimage_contract.checks.check import Chapter, Check, Judgement, Need, demand

CHECKS: tuple[Check, ...] = (*submit.CHAPTER,)
"""All checks, chapter by chapter."""

__all__ = ["CHECKS", "Chapter", "Check", "Judgement", "Need", "demand"]
