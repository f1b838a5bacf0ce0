"""One line for one job."""

from mockgateway.domain.entry import Entry, Kind
from mockgateway.domain.job import Job, Plan, Status
from mockgateway.domain.timeline import timeline

JOB = Job("j", "a", "z-image-base", 1_000, Plan(2_000, 5_000), "A bicycle", "square_1_1", "png", 1, 10_000)


def entry(kind: Kind, told: int, status: int = 200, request_id: str = "j") -> Entry:
    """Make an exchange about a job."""
    return Entry(
        account="a",
        kind=kind,
        real=0,
        told=told,
        method="GET",
        path=f"/{kind}",
        headers=[],
        status=status,
        answer_headers=[],
        answer=b"12345",
        request_id=request_id,
    )


def test_a_timeline_joins_all_that_happened() -> None:
    """Submit, charge, states, polls, callback and download, in order, and nothing of other jobs."""
    entries = [
        entry("media", 6_000),
        entry("status", 3_000),
        entry("status", 3_000, request_id="another"),
        entry("callback", 5_000, 0),
        entry("submit", 1_000, 202),
    ]
    assert [(each.at, each.what, each.sentence) for each in timeline(JOB, 9_000, entries)] == [
        (1_000, "submit", "GET /submit: 202"),
        (1_000, "charge", "$0.01"),
        (1_000, "state", "QUEUED"),
        (2_000, "state", "PROCESSING"),
        (3_000, "status", "GET /status: 200"),
        (5_000, "state", Status.COMPLETED),
        (5_000, "callback", "GET /callback: no answer"),
        (6_000, "media", "GET /media: 200, 5 bytes"),
    ]


def test_a_timeline_does_not_foresee() -> None:
    """What is yet to come is not told."""
    assert [each.sentence for each in timeline(JOB, 1_999)] == ["$0.01", "QUEUED"]


def test_a_job_that_ends_at_once_ends_at_once() -> None:
    """Its states in one moment are one."""
    at_once = Job("j", "a", "z-image-base", 1_000, Plan(1_000, 1_000), "A", "square_1_1", "png", 1, 0)
    assert [each.sentence for each in timeline(at_once, 1_000)] == ["$0.00", "COMPLETED"]


def test_what_is_paid_back_is_told() -> None:
    """When the job has ended, and not before."""
    told = [[each.what for each in timeline(JOB, now, refunded={"COMPLETED"})] for now in (4_999, 5_000)]
    assert told == [["charge", "state", "state"], ["charge", "state", "state", "state", "refund"]]


def test_a_moment_names_its_exchange_and_what_was_found() -> None:
    """So that one can look it up."""
    poll = entry("status", 3_000)
    poll.number, poll.earlier = 7, poll.earlier._replace(ended=True)
    (found,) = (each for each in timeline(JOB, 3_000, [poll]) if each.entry)
    assert (found.entry, found.findings) == (7, ("status.after-end",))
