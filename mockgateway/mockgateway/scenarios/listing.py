"""The scenarios as a table."""

from mockgateway.scenarios.book import ScenarioBook


def table(book: ScenarioBook) -> list[str]:
    """Write a line for each scenario: its name, its basis, and what it is good for."""
    found = [book.get(name) for name in book.names()]
    rows = [("NAME", "BASIS", "GOOD FOR"), *((each.name, each.basis, each.good_for) for each in found)]
    name, basis, _ = (max(map(len, column)) for column in zip(*rows, strict=True))
    return [f"{row[0]:{name}}  {row[1]:{basis}}  {row[2]}" for row in rows]
