"""Jobs and the ledger in the control API."""

from typing import Any

from mockgateway.domain.clock import iso
from mockgateway.domain.control import Control, JobHasEnded, NoSuchJob
from mockgateway.domain.job import Job, Status
from mockgateway.domain.money import write_amount
from mockgateway.domain.redaction import Redactor
from mockgateway.domain.timeline import Moment
from mockgateway.web.control.problem import Problem
from mockgateway.web.control.reading import read_object
from mockgateway.web.wire import Answer, Call, json_answer


def listed(control: Control, call: Call, key: str) -> Answer:
    """List an account's jobs, the newest first."""
    now = control.now(control.account(key))
    return json_answer({"jobs": [described(job, now) for job in control.jobs(key)]}, 200)


def show(control: Control, call: Call, request_id: str) -> Answer:
    """Show one job, with all that happened to it."""
    try:
        job, now = control.job(request_id)
    except NoSuchJob:
        raise Problem(404, "There is no job of that id.") from None
    redactor = Redactor.of(control.journals.of(job.account).entries())
    moments = [_moment(each, redactor) for each in control.timeline(request_id)]
    return json_answer(described(job, now) | {"timeline": moments}, 200)


def change(control: Control, call: Call, request_id: str) -> Answer:
    """End a job now, in the way the body says."""
    body = read_object(call, "outcome", "error")
    outcome, error = body.get("outcome"), body.get("error")
    if outcome not in [status.value for status in Status if status.terminal]:
        raise Problem(400, "outcome must be COMPLETED, FAILED or ERROR.")
    if not isinstance(error, str | None) or (error is not None and outcome == Status.COMPLETED):
        raise Problem(400, "error must be a string, and only a FAILED or ERROR job has one.")
    try:
        job = control.end(request_id, Status(outcome), error)
    except NoSuchJob:
        raise Problem(404, "There is no job of that id.") from None
    except JobHasEnded:
        raise Problem(409, "The job has ended already, and a terminal state is final.") from None
    return json_answer(described(job, job.plan.ends), 200)


def ledger(control: Control, call: Call, key: str) -> Answer:
    """List an account's charges and refunds in their order."""
    lines = [
        {
            "kind": line.kind,
            "request_id": line.request_id,
            "amount": write_amount(line.amount),
            "at": iso(line.at),
        }
        for line in control.ledger(key)
    ]
    return json_answer({"ledger": lines}, 200)


def _moment(moment: Moment, redactor: Redactor) -> dict[str, Any]:
    about = {"entry": moment.entry, "findings": list(moment.findings)} if moment.entry else {}
    state = {"status": moment.sentence} if moment.what == "state" else {}
    said = {"at": iso(moment.at), "what": moment.what, "sentence": redactor.text(moment.sentence)}
    return said | state | about


def described(job: Job, now: int) -> dict[str, Any]:
    """Write a job with what is planned for it."""
    plan = job.plan
    return {
        "request_id": job.request_id,
        "model": job.model,
        "status": plan.status_at(now),
        "charge": write_amount(job.charge),
        "created_at": iso(job.created),
        "plan": {
            "starts_at": iso(plan.starts),
            "ends_at": iso(plan.ends),
            "outcome": plan.outcome,
            "error": plan.error,
        },
        "timeline": [
            {"at": iso(at), "status": status}
            for at, status in (
                (job.created, Status.QUEUED),
                (plan.starts, Status.PROCESSING),
                (plan.ends, plan.outcome),
            )
            if at <= now
        ],
    }
