"""Every faulty gateway, and the checks that have none."""

from collections.abc import Mapping

from faulty import callbacks, derived, documents, errors, keys, outputs, requests, submits, wholes
from faulty.fault import FAULTS, Fault

__all__ = [
    "FAULTS",
    "UNBREAKABLE",
    "Fault",
    "callbacks",
    "derived",
    "documents",
    "errors",
    "keys",
    "outputs",
    "requests",
    "submits",
    "wholes",
]

UNBREAKABLE: Mapping[str, str] = {}
"""Checks that no gateway can fail alone, each with the reason."""
