"""The control API's part of the OpenAPI document."""

from mockgateway.web.control.shapes import (
    ACCOUNT,
    ADVANCE,
    ADVANCED,
    ARCHIVE,
    CHANGE,
    DELIVERY,
    DOCUMENT,
    END,
    JOB,
    JOURNAL,
    KEY,
    LEDGER,
    NAME,
    PROBLEM,
    SCENARIO,
    SOURCE,
    TEXT,
    Part,
    an_object,
    list_of,
)

PREFIX = "/__mock__/"

TAG = {
    "name": "control",
    "description": "What a test does to the mock. The live gateway has none of it.",
}


def control_paths() -> dict[str, Part]:
    """Return the paths of the control API."""
    account, job, name = _parameter("key", KEY), _parameter("request_id"), _parameter("name")
    one = "accounts/{key}"
    return {
        "health": {"get": _call("health", "Say that all is well", an_object(status=TEXT, version=TEXT))},
        "reset": {"post": _call("reset", "Make everything as at the start")},
        one: {
            "parameters": [account],
            "get": _call("show_account", "Show an account", ACCOUNT),
            "put": _call("change_account", "Change an account", ACCOUNT, CHANGE, errors=("400", "409")),
            "delete": _call("forget_account", "Forget an account"),
        },
        f"{one}/clock/advance": {
            "parameters": [account],
            "post": _call("advance", "Move an account's time forward", ADVANCED, ADVANCE, errors=("400",)),
        },
        f"{one}/jobs": {
            "parameters": [account],
            "get": _call("list_jobs", "List an account's newest jobs", an_object(jobs=list_of(JOB))),
        },
        f"{one}/ledger": {
            "parameters": [account],
            "get": _call("show_ledger", "List charges and refunds", LEDGER),
        },
        "jobs/{request_id}": {
            "parameters": [job],
            "get": _call("show_job", "Show a job", JOB, errors=("404",)),
            "patch": _call("end_job", "End a job now", JOB, END, errors=("400", "404", "409")),
        },
        f"{one}/journal": {
            "parameters": [account],
            "get": _call("show_journal", "Show what was asked and answered", JOURNAL, errors=("400",)),
            "delete": _call("clear_journal", "Forget what was asked and answered"),
        },
        f"{one}/journal.har": {
            "parameters": [account],
            "get": _call("archive", "The same as an HTTP Archive 1.2", ARCHIVE, errors=("400",)),
        },
        f"{one}/deliveries": {
            "parameters": [account],
            "get": _call("list_deliveries", "List callbacks", an_object(deliveries=list_of(DELIVERY))),
        },
        "deliveries/{delivery}/redeliver": {
            "parameters": [_parameter("delivery")],
            "post": _call(
                "redeliver", "Send a callback once more", DELIVERY, done="202", errors=("404", "409")
            ),
        },
        "journal": {
            "get": _call("show_strangers", "Show exchanges without an account", JOURNAL, errors=("400",)),
            "delete": _call("clear_strangers", "Forget exchanges without an account"),
        },
        "journal.har": {
            "get": _call("archive_strangers", "The same as an HTTP Archive 1.2", ARCHIVE, errors=("400",))
        },
        "scenarios": {
            "get": _call("list_scenarios", "List the scenarios", an_object(scenarios=list_of(SCENARIO)))
        },
        "scenarios/{name}": {
            "parameters": [name],
            "get": _call("show_scenario", "Show a scenario and its document", DOCUMENT, errors=("404",)),
            "put": _call("put_scenario", "Add or replace a scenario", DOCUMENT, SOURCE, errors=("400",)),
            "delete": _call("delete_scenario", "Take back what was put", errors=("404",)),
        },
    }


def _parameter(name: str, schema: Part = NAME) -> Part:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _call(  # noqa: PLR0913 - a description has that many parts
    name: str,
    summary: str,
    answer: Part | None = None,
    body: Part | None = None,
    *,
    done: str = "200",
    errors: tuple[str, ...] = (),
) -> Part:
    answers: Part = {"204": {"description": "Done."}}
    if answer is not None:
        answers = {done: {"description": "Done.", "content": _json(answer)}}
    call = {"operationId": name, "summary": summary, "tags": [TAG["name"]], "security": []}
    sent = {} if body is None else {"requestBody": {"required": body is not CHANGE, "content": _json(body)}}
    return {
        **call,
        **sent,
        "responses": {**answers, **{code: _problem() for code in (*errors, "400", "401", "403", "404")}},
    }


def _json(schema: Part) -> Part:
    return {"application/json": {"schema": schema}}


def _problem() -> Part:
    return {"description": "Why not.", "content": {"application/problem+json": {"schema": PROBLEM}}}
