"""What a program that calls the gateway is obliged to, as pure functions over what it was seen to do."""

from zimage_contract.obligations import callbacks, ending, money, pictures, polling, requests
from zimage_contract.obligations.evidence import Evidence
from zimage_contract.obligations.obligation import Force, Obligation
from zimage_contract.obligations.result import ObligationResult, judge_all

OBLIGATIONS: tuple[Obligation, ...] = (
    *requests.obligation,
    *money.obligation,
    *polling.obligation,
    *pictures.obligation,
    *ending.obligation,
    *callbacks.obligation,
)
"""All obligations, in the order in which they are reported."""

__all__ = ["OBLIGATIONS", "Evidence", "Force", "Obligation", "ObligationResult", "judge_all"]
