"""Every faulty gateway, and the checks that have none."""

from collections.abc import Mapping

from faulty import derived, documents, errors, keys, requests, submits, wholes
from faulty.fault import FAULTS, Fault

__all__ = [
    "FAULTS",
    "UNBREAKABLE",
    "Fault",
    "derived",
    "documents",
    "errors",
    "keys",
    "requests",
    "submits",
    "wholes",
]

UNBREAKABLE: Mapping[str, str] = {}
"""Checks that no gateway can fail alone, each with the reason."""
