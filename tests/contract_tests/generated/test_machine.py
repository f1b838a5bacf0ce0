"""Generated sequences: they find what no single request shows."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from direct_line import Opened
from faulty.bodies import Model
from faulty.gateway import Gateway, Job
from faulty.wire import Answer, Request

from zimage_contract.probe.machine import run_machine
from zimage_contract.probe.shrinking import Shrinking
from zimage_contract.verdict import LEAST

Open = Callable[..., Opened]


def least(opened: Opened) -> list[str]:
    """Return what the least sequences sent, as method and status."""
    found = [each for each in opened.exchanges if each.intent.startswith(LEAST)]
    return [f"{each.method} {each.status}" for each in found]


def test_a_good_gateway_is_not_blamed(open_session: Open) -> None:
    """Many sequences, nothing found, and each kind of step among them."""
    opened = open_session(Gateway(), examples=30)
    run_machine(opened.session)
    assert opened.found == {}
    assert {f"{each.kind} {each.status}" for each in opened.exchanges} == {
        "submit 202",
        "submit 400",
        "submit 401",
        "status 200",
        "status 401",
        "status 404",
    }


class Restless(Gateway):
    """Goes back to the line at the third poll."""

    def document(self, job: Job, origin: str) -> dict[str, Any]:
        """Say QUEUED once more."""
        step = job.step
        job.step = 0 if job.reads == 2 else step
        try:
            return super().document(job, origin)
        finally:
            job.step = step


def test_a_state_that_goes_backwards_at_the_third_poll(open_session: Open) -> None:
    """The least sequence that shows it is one submit and three polls."""
    opened = open_session(Restless(), examples=60)
    run_machine(opened.session)
    assert set(opened.found) == {"life.forward"}
    assert least(opened) == ["POST 202", "GET 200", "GET 200", "GET 200"]
    assert opened.found["life.forward"].findings[0].exchange.intent.startswith(LEAST)


def test_making_sequences_short_ends_in_time(open_session: Open) -> None:
    """The fault is found; without time for it, nothing is gone through again."""
    opened = open_session(Restless(), examples=60)
    run_machine(opened.session, Shrinking(0.0))
    assert set(opened.found) == {"life.forward"}
    assert least(opened) == []


def test_a_sequence_that_was_not_made_short_in_time_is_gone_through_again(open_session: Open) -> None:
    """It is the least that was found until then."""
    opened = open_session(Restless(), examples=60)
    run_machine(opened.session, Shrinking(1e-9))
    assert len(least(opened)) > 4


class Thrifty(Gateway):
    """Gives an identical submit the job that is there already."""

    def accept(self, request: Request, model: Model, body: dict[str, Any], callback: str) -> Job:
        """Look for one like it."""
        same = (job for job in self.jobs.values() if job.body == body and job.slug == model.slug)
        return next(same, None) or super().accept(request, model, body, callback)


def test_an_identical_submit_that_gets_the_same_job(open_session: Open) -> None:
    """Two submits of the same least body show it."""
    opened = open_session(Thrifty(), examples=30)
    run_machine(opened.session)
    assert least(opened)[:2] == ["POST 202", "POST 202"]
    bodies = [each.body for each in opened.exchanges if each.intent.startswith(LEAST)]
    assert json.loads(bodies[0]) == json.loads(bodies[1]) == {"prompt": "a", "image_size": "portrait_3_4"}


class Forgetful(Restless):
    """Goes backwards, and does not remember either when a job was created."""

    def document(self, job: Job, origin: str) -> dict[str, Any]:
        """Say that it was created a minute later with every poll."""
        return {**super().document(job, origin), "created_at": self.moment(job.created + 60 * job.reads)}


def test_a_second_fault_is_found_behind_the_first(open_session: Open) -> None:
    """Each has its least sequence."""
    opened = open_session(Forgetful(), examples=40)
    run_machine(opened.session)
    shown = {each.check.id for each in opened.found.values() if _is_least(each.findings[0].exchange.intent)}
    assert {"life.forward", "life.created-constant"} <= shown


def _is_least(intent: str) -> bool:
    return intent.startswith(LEAST)


@pytest.mark.parametrize("told", [{"budget": Decimal(5)}, {"examples": 0}])
def test_nothing_is_sent_where_it_could_cost_or_is_not_wanted(
    open_session: Open, told: dict[str, Any]
) -> None:
    """Sequences are for gateways that cost nothing."""
    opened = open_session(Gateway(), **told)
    run_machine(opened.session)
    assert opened.exchanges == ()


class Wordy(Gateway):
    """Takes bodies, and says so in plain text."""

    def answer(self, request: Request) -> Answer:
        """Say it in words."""
        found = super().answer(request)
        return Answer(202, b"thanks") if found.status == 202 else found


def test_what_is_known_to_be_broken_is_not_looked_for(open_session: Open) -> None:
    """A gateway that breaks it at every turn would be asked thousands of times."""
    opened = open_session(Wordy(), examples=2)
    opened.session.submit(opened.session.settings.models[0], {"prompt": "a", "image_size": "square_1_1"})
    run_machine(opened.session)
    assert "submit.json" in opened.found
    assert least(opened) == []
    assert len(opened.exchanges) < 100


def test_nothing_is_printed(open_session: Open, capfd: pytest.CaptureFixture[str]) -> None:
    """Not even when something is found."""
    opened = open_session(Restless(), examples=20)
    run_machine(opened.session)
    assert opened.found
    assert capfd.readouterr() == ("", "")
