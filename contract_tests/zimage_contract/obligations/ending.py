"""How a program ends: whether its exit code tells the truth, and whether it ends at all."""

from __future__ import annotations

from collections.abc import Iterator

from zimage_contract.checks import Judgement, demand
from zimage_contract.exchange import Exchange
from zimage_contract.obligations import polling
from zimage_contract.obligations.evidence import Evidence, end_of
from zimage_contract.obligations.obligation import Obligations
from zimage_schemas import FINAL_STATUSES, STATUSES

obligation = Obligations()

_STUCK = ("stuck",)
_UNKNOWN_FIELDS = ("extra-fields",)
_WITH_200 = ("accepted-200",)
_SEEN = ("exited", "timed-out")
_ENOUGH = 120.0
"""Seconds of waiting after which nobody is blamed for giving up."""


@obligation(
    "end.success",
    "a program that has its pictures exits with 0",
    level="must",
    section="Typical Workflow",
    basis="assumed",
    remedy="Exit with 0 when every picture is there.",
)
def _success(seen: Evidence) -> Iterator[Judgement]:
    if seen.last and seen.exit_code is not None and seen.satisfied:
        yield demand(seen.last, seen.exit_code == 0, "exit code 0", str(seen.exit_code))


def _state(state: str, what: str) -> None:
    @obligation(
        f"end.{state.lower()}",
        f"a program whose job ended as {state} exits with another code than 0",
        level="must",
        section="Status Values",
        basis="documented",
        remedy=f"Treat {state} as the end, say the error, and exit with a code that is not 0: {what}.",
    )
    def _ended(seen: Evidence) -> Iterator[Judgement]:
        ends = [end for job in seen.made if (end := end_of(job))]
        for told, status in ends[-1:]:
            if status == state and seen.exit_code is not None:
                yield demand(told, seen.exit_code != 0, "an exit code that is not 0", "0")


_state("FAILED", "the job was paid for and brings nothing")
_state("ERROR", "the job brings nothing, and was not charged")


@obligation(
    "end.refused",
    "a program whose submit was refused exits with another code than 0",
    level="must",
    section="Response Handling",
    basis="assumed",
    remedy="Look at the status of the submit's answer; unless it is a 2xx, exit with a code that is not 0.",
)
def _refused(seen: Evidence) -> Iterator[Judgement]:
    if seen.submits and not seen.made and not seen.links and seen.exit_code is not None:
        said = f"0 after {seen.submits[-1].status or 'no answer'}"
        yield demand(seen.submits[-1], seen.exit_code != 0, "an exit code that is not 0", said)


@obligation(
    "end.truth",
    "a program that never learned how its job ended exits with another code than 0",
    level="must",
    section="Typical Workflow",
    basis="assumed",
    remedy="Exit with 0 for a picture only, not for a job that was accepted.",
)
def _truth(seen: Evidence) -> Iterator[Judgement]:
    unknown = seen.made and not any(end_of(job) for job in seen.made)
    if unknown and seen.last and seen.exit_code is not None and seen.case not in _STUCK and _asked(seen):
        yield demand(seen.last, seen.exit_code != 0, "an exit code that is not 0", "0, without a picture")


@obligation(
    "end.patience",
    "a program does not give up on a job that is getting on before two minutes are over",
    level="must",
    section="Typical Workflow",
    basis="assumed",
    remedy="Wait longer: jobs stand in line for a minute and more, and are paid for.",
)
def _patience(seen: Evidence) -> Iterator[Judgement]:
    for job in seen.made if seen.exit_code is not None and seen.case not in _STUCK else ():
        if end := end_of(job):
            yield demand(end[0], kept=True, expected="", actual="")
        elif seen.exit_code and job.submit and job.reads and _getting_on(job.reads[-1]):
            waited = job.reads[-1].until - job.submit.until
            yield demand(job.reads[-1], waited >= _ENOUGH, "two minutes of waiting", f"{waited:.0f} s")


def _getting_on(read: Exchange) -> bool:
    return str((read.document or {}).get("status")).upper() in {*STATUSES} - {*FINAL_STATUSES}


@obligation(
    "end.comes",
    "a program comes to an end",
    level="must",
    section="Typical Workflow",
    basis="assumed",
    remedy="Put a limit on every wait: on connections, on answers, and on the whole.",
)
def _comes(seen: Evidence) -> Iterator[Judgement]:
    blamed = any(not each.kept for judge in (polling.stops, polling.blips) for each in judge(seen))
    if seen.ending in _SEEN and seen.last and not blamed and seen.case not in (*_STUCK, "webhook-never"):
        yield demand(seen.last, seen.ending == "exited", "an end by itself", "it had to be stopped")


@obligation(
    "accept.goes-on",
    "a program whose submit was accepted asks for its job, or waits to be told",
    level="must",
    section="Response Handling",
    basis="documented",
    remedy="Take 202 as accepted, for the job is paid for, and follow its polling_url every five to ten "
    "seconds until the status is COMPLETED, FAILED or ERROR.",
)
def _goes_on(seen: Evidence) -> Iterator[Judgement]:
    if seen.over and seen.case not in (*_UNKNOWN_FIELDS, *_WITH_200):
        yield from _going_on(seen)


@obligation(
    "accept.other-2xx",
    "a submit that was accepted with another 2xx than 202 is taken for accepted",
    level="should",
    section="Response Handling",
    basis="observed",
    remedy="Take any 2xx with a request_id as accepted: gateways change, and the job is paid for. If happy "
    "fails, too, mend that first.",
    cases=_WITH_200,
)
def _other_2xx(seen: Evidence) -> Iterator[Judgement]:
    yield from _going_on(seen)


@obligation(
    "accept.unknown-fields",
    "fields that the documentation does not name disturb nothing",
    level="must",
    section="Response Fields",
    basis="assumed",
    remedy="Read the fields that you need and pass over all others. If happy fails, too, mend that first.",
    cases=_UNKNOWN_FIELDS,
)
def _unknown_fields(seen: Evidence) -> Iterator[Judgement]:
    yield from _going_on(seen)
    for told, _ in (end for job in seen.made if (end := end_of(job))):
        yield demand(told, seen.satisfied, "a picture in spite of fields that are new", "none")


def _going_on(seen: Evidence) -> Iterator[Judgement]:
    for job in seen.made:
        if job.submit:
            asked = seen.transcript.of("status") or job.callbacks or _called_back(job.submit)
            said = f"nothing after the {job.submit.status}"
            yield demand(job.submit, asked, "a poll, or a wait for the callback", said)


def _called_back(submit: Exchange) -> bool:
    return submit.header("X-Webhook-URL") is not None


def _asked(seen: Evidence) -> bool:
    """Tell whether it asked for its job: to exit at once with 0 is another fault."""
    blips = [each for each in polling.blips(seen) if not each.kept]
    return any(job.reads or job.callbacks for job in seen.made) and not blips


@obligation(
    "accept.unknown-status",
    "a state that the documentation does not name is no end",
    level="must",
    section="Status Values",
    basis="assumed",
    remedy="End at COMPLETED, FAILED and ERROR only, and go on polling at everything else.",
)
def _unknown_status(seen: Evidence) -> Iterator[Judgement]:
    for job in seen.made if seen.over else ():
        for read, document in job.seen:
            status = str(document.get("status")).upper()
            if status not in STATUSES and status not in FINAL_STATUSES:
                again = any(later.at > read.at for later in job.reads) or end_of(job)
                yield demand(read, again, "another poll", f"none after {status[:40]}")


@obligation(
    "stuck.gives-up",
    "a program gives up on a job that never ends, and exits with another code than 0",
    level="must",
    section="Typical Workflow",
    basis="assumed",
    remedy="Put a limit on the whole wait, such as two minutes, and exit with a code that is not 0.",
    cases=_STUCK,
)
def _gives_up(seen: Evidence) -> Iterator[Judgement]:
    waited = any(job.reads or (job.submit and _called_back(job.submit)) for job in seen.made)
    if waited and seen.last and seen.ending in _SEEN:
        said = "it had to be stopped" if seen.exit_code is None else f"exit code {seen.exit_code}"
        yield demand(seen.last, seen.exit_code, "an end by itself with a code that is not 0", said)


@obligation(
    "stuck.says-id",
    "a program that gives up on a job says its request_id",
    level="must",
    section="Typical Workflow",
    basis="documented",
    remedy="Print the request_id when you give up: the job is paid for, and can be asked after later.",
    cases=_STUCK,
)
def _says_id(seen: Evidence) -> Iterator[Judgement]:
    if seen.exit_code and seen.last:
        for job in seen.made:
            yield demand(
                seen.last, job.request_id in seen.output, f"{job.request_id} in the output", "nothing of it"
            )
