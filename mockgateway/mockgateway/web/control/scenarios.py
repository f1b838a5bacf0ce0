"""Scenarios in the control API."""

import json

from mockgateway.domain.refusals import Refusal
from mockgateway.domain.scenario import BadScenario, Scenario
from mockgateway.domain.situations import UnknownScenario
from mockgateway.scenarios import ScenarioBook
from mockgateway.web.control.problem import Problem
from mockgateway.web.wire import Answer, Call, json_answer


def listed(book: ScenarioBook, call: Call) -> Answer:
    """List all scenarios."""
    return json_answer({"scenarios": [described(book.get(name)) for name in book.names()]}, 200)


def show(book: ScenarioBook, call: Call, name: str) -> Answer:
    """Show a scenario, with its document to copy and change."""
    try:
        found = book.get(name)
    except UnknownScenario as unknown:
        raise Problem(404, f"{unknown}.") from None
    return json_answer(described(found) | {"source": found.source}, 200)


def put(book: ScenarioBook, call: Call, name: str) -> Answer:
    """Add or replace a scenario: the body is its TOML, or `{"source": TOML}` as JSON."""
    try:
        found = book.put(name, _source(call))
    except (BadScenario, ValueError) as error:
        raise Problem(400, f"{error}.") from None
    return json_answer(described(found) | {"source": found.source}, 200)


def delete(book: ScenarioBook, call: Call, name: str) -> Answer:
    """Take back what was put."""
    try:
        book.delete(name)
    except UnknownScenario as unknown:
        raise Problem(404, f"{unknown}.") from None
    return Answer(204, b"")


def described(scenario: Scenario) -> dict[str, object]:
    """Write what a scenario is."""
    return {
        "name": scenario.name,
        "description": scenario.description,
        "basis": scenario.basis,
        "good_for": scenario.good_for,
    }


def _source(call: Call) -> str:
    try:
        text = call.body().decode()
    except Refusal as refusal:
        raise Problem(refusal.code, refusal.message) from None
    except UnicodeDecodeError:
        raise Problem(400, "The body is not valid UTF-8.") from None
    if "json" not in (call.environ.get("CONTENT_TYPE") or ""):
        return text
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Problem(400, f"The body is not valid JSON: {error}.") from None
    if not isinstance(found, dict) or not isinstance(found.get("source"), str):
        raise Problem(400, 'A scenario as JSON is {"source": "…"}, with its TOML.')
    source: str = found["source"]
    return source
