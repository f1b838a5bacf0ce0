"""Makes transcripts of a gateway: sends it what shows its contract, and keeps what comes of it."""

from zimage_contract.probe.probing import Observation, Unreachable, probe
from zimage_contract.probe.receiver import CannotListen
from zimage_contract.probe.settings import ProbeSettings

__all__ = ["CannotListen", "Observation", "ProbeSettings", "Unreachable", "probe"]
