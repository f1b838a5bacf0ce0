"""How long an answer takes: fixed, evenly spread, or log-normal, as real services are."""

from dataclasses import dataclass
from math import log
from random import Random

from mockgateway.domain.reading import Table
from mockgateway.domain.timing import Span

LONGEST_DELAY = 3600.0
_WIDEST = 5.0


@dataclass(frozen=True, slots=True)
class LogNormal:
    """A delay: half are below the `median`, `sigma` says how far they spread, `most` ends the tail."""

    median: float
    sigma: float
    most: float

    def draw(self, chance: Random) -> int:
        """Draw a delay in whole milliseconds."""
        return round(min(chance.lognormvariate(log(self.median), self.sigma), self.most) * 1000)


Delay = Span | LogNormal


def read_span(table: Table, name: str) -> Span | None:
    """Read a duration, a number or `"MIN..MAX"`; raises BadScenario."""
    return table.made(name, Span.parse, (int, float, str))


def read_delay(rule: Table) -> Delay | None:
    """Read a rule's delay; raises BadScenario."""
    value = rule.take("delay", (int, float, str, dict), "seconds, MIN..MAX or { median, sigma }")
    if isinstance(value, dict):
        return _log_normal(rule)
    span = read_span(rule, "delay")
    if span and span.high > LONGEST_DELAY:
        raise rule.wrong(f"delay must be at most {LONGEST_DELAY:g} seconds", "delay")
    return span


def _log_normal(rule: Table) -> LogNormal | None:
    table = rule.table("delay")
    if table is None:
        return None
    median = table.number("median", 0.001, LONGEST_DELAY)
    sigma = table.number("sigma", 0, _WIDEST)
    most = table.number("most", 0.001, LONGEST_DELAY)
    table.done()
    if median is None or sigma is None:
        raise rule.wrong("a log-normal delay has a median and a sigma", "delay")
    return LogNormal(median, sigma, LONGEST_DELAY if most is None else most)
