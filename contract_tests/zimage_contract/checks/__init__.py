"""Every check, as a pure function over a transcript. No network, no pytest, no Flask here."""

from zimage_contract.checks import (
    acceptances,
    bodies,
    content_types,
    defaults,
    errors,
    keys,
    life,
    liveness,
    output,
    requests,
    routes,
    situations,
    status,
    submit,
    webhook,
)
from zimage_contract.checks.check import Chapter, Check, Judgement, Need, demand

CHECKS: tuple[Check, ...] = (
    *submit.CHAPTER,
    *content_types.OF_SUBMIT,
    *requests.CHAPTER,
    *acceptances.CHAPTER,
    *defaults.CHAPTER,
    *bodies.CHAPTER,
    *keys.CHAPTER,
    *routes.CHAPTER,
    *status.CHAPTER,
    *content_types.OF_STATUS,
    *life.CHAPTER,
    *output.CHAPTER,
    *webhook.CHAPTER,
    *errors.CHAPTER,
    *situations.CHAPTER,
    *liveness.CHAPTER,
)
"""All checks, chapter by chapter."""

__all__ = ["CHECKS", "Chapter", "Check", "Judgement", "Need", "demand"]
