"""What the control API takes and gives, as schemas for the OpenAPI document."""

from typing import Any

from mockgateway.scenarios import shipped_names
from mockgateway.settings import FASTEST
from mockgateway.web.control.clocks import LONGEST_ADVANCE

Part = dict[str, Any]

TIME: Part = {"type": "string", "format": "date-time", "examples": ["2026-03-31T10:00:00.000Z"]}
DOLLARS: Part = {"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,6})?$", "examples": ["5.00"]}
LIMIT: Part = {"type": "string", "pattern": "^[1-9][0-9]{0,8}/(second|minute|hour|day)$"}
OUTCOME: Part = {"type": "string", "enum": ["COMPLETED", "FAILED", "ERROR"]}
STATUS: Part = {"type": "string", "enum": ["QUEUED", "PROCESSING", "COMPLETED", "FAILED", "ERROR"]}
TEXT: Part = {"type": "string"}
NAME: Part = {"type": "string", "minLength": 1}
KEY: Part = {"type": "string", "pattern": r"^[\x21-\x2b\x2d-\x7e]+$", "maxLength": 256}


def maybe(schema: Part) -> Part:
    """Or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def an_object(required: list[str] | None = None, **properties: Part) -> Part:
    """An object that has all of these, or those required."""
    return {"type": "object", "required": required or list(properties), "properties": properties}


def list_of(schema: Part) -> Part:
    """Any number of these."""
    return {"type": "array", "items": schema}


def closed(**properties: Part) -> Part:
    """An object that has some of these, and nothing else."""
    return {"type": "object", "additionalProperties": False, "properties": properties}


PROBLEM = an_object(title=TEXT, status={"type": "integer"}, detail=TEXT)
ACCOUNT = an_object(
    scenario=NAME,
    wallet=an_object(balance=maybe(DOLLARS), charged=TEXT),
    rate_limit=maybe(LIMIT),
    clock=an_object(
        mode={"enum": ["real", "scaled", "manual"]}, speed={"type": "number", "minimum": 0}, now=TIME
    ),
    jobs={"type": "integer", "minimum": 0},
)
CHANGE = closed(
    wallet=closed(balance=maybe(DOLLARS)),
    rate_limit=maybe(LIMIT),
    clock=closed(speed={"type": "number", "minimum": 0, "maximum": FASTEST}),
    scenario={"enum": [*shipped_names(), None]},
)
ADVANCE = {
    "oneOf": [
        {
            **closed(
                seconds={"type": "number", "minimum": 0, "maximum": LONGEST_ADVANCE},
                deliver={"type": "boolean"},
            ),
            "required": ["seconds"],
        },
        {**closed(to={"enum": ["next"]}, deliver={"type": "boolean"}), "required": ["to"]},
    ]
}
ADVANCED = an_object(now=TIME, happened=list_of({"type": "object"}))
JOB = an_object(
    request_id=NAME,
    model=NAME,
    status=STATUS,
    charge=TEXT,
    created_at=TIME,
    plan=an_object(starts_at=TIME, ends_at=TIME, outcome=OUTCOME, error=maybe(TEXT)),
    timeline=list_of({"type": "object"}),
)
LEDGER = an_object(
    ledger=list_of(an_object(kind={"enum": ["charge", "refund"]}, request_id=NAME, amount=TEXT, at=TIME))
)
END = {
    "oneOf": [
        {**closed(outcome={"enum": ["COMPLETED"]}), "required": ["outcome"]},
        {**closed(outcome={"enum": ["FAILED", "ERROR"]}, error=maybe(TEXT)), "required": ["outcome"]},
    ]
}
SCENARIO = an_object(name=NAME, description=TEXT, basis=NAME, good_for=TEXT)
DOCUMENT = an_object(name=NAME, description=TEXT, basis=NAME, good_for=TEXT, source=TEXT)
SOURCE = {**closed(source=TEXT), "required": ["source"]}
JOURNAL = an_object(
    entries=list_of({"type": "object"}),
    matched={"type": "integer"},
    dropped={"type": "integer"},
    last={"type": "integer"},
)
ARCHIVE = an_object(log=an_object(version={"const": "1.2"}, creator={"type": "object"}, entries=list_of({})))
DELIVERY = an_object(
    id=NAME,
    request_id=NAME,
    url=TEXT,
    state=NAME,
    due_at=maybe(TIME),
    attempts=list_of({"type": "object"}),
)
