"""The scenarios that ship, and the book in which a mock looks up any."""

from mockgateway.domain.situations import UnknownScenario
from mockgateway.scenarios.book import ScenarioBook
from mockgateway.scenarios.shipped import shipped, shipped_names

__all__ = ["ScenarioBook", "UnknownScenario", "shipped", "shipped_names"]
