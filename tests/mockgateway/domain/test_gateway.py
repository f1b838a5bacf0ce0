"""The gateway over an empty store, with time in the test's hands."""

import pytest

from mockgateway.domain.document import media_names, status_document
from mockgateway.domain.gateway import Gateway, Rules
from mockgateway.domain.job import Status
from mockgateway.domain.refusals import InvalidKey, MissingKey, RequestNotFound
from mockgateway.domain.timing import Span, Timing
from mockgateway.store import SQLiteStore

REQUEST = {"prompt": "p", "image_size": "square_1_1", "output_format": "png", "num_images": 1}
SLUG = "z-image-base"


class Time:
    """Real time that passes when told to, in milliseconds."""

    def __init__(self) -> None:
        self.now = 1_700_000_000_000

    def __call__(self) -> int:
        """Tell it."""
        return self.now


@pytest.fixture
def time() -> Time:
    """The test's own time."""
    return Time()


def gateway(time: Time, rules: Rules | None = None, store: SQLiteStore | None = None) -> Gateway:
    """Make a gateway that lives in that time."""
    return Gateway(store or SQLiteStore(), rules or Rules(), time)


def timed(queue: float, processing: float, lanes: int | None = None) -> Timing:
    """Fixed durations."""
    return Timing(Span(queue, queue), Span(processing, processing), lanes)


def test_a_job_goes_through_its_states_as_time_passes(time: Time) -> None:
    """One second in the queue, two at work, by default."""
    mock = gateway(time)
    job = mock.submit("key", SLUG, REQUEST)
    seen = []
    for _ in range(4):
        found, now = mock.job("key", job.request_id)
        seen.append(found.plan.status_at(now))
        time.now += 1000
    assert seen == [Status.QUEUED, Status.PROCESSING, Status.PROCESSING, Status.COMPLETED]


def test_the_document_tells_the_times_of_each_state(time: Time) -> None:
    """updated_at moves with the state, completed_at comes with the end, created_at stays."""
    mock = gateway(time)
    job = mock.submit("key", SLUG, REQUEST)
    queued = status_document(job, job.created, "http://mock")
    done = status_document(job, job.plan.ends + 5000, "http://mock")
    assert queued["created_at"] == queued["updated_at"] == done["created_at"] == "2023-11-14T22:13:20.000Z"
    assert done["updated_at"] == done["completed_at"] == "2023-11-14T22:13:23.000Z"
    assert queued["completed_at"] is None


def test_speed_makes_gateway_time_pass_faster(time: Time) -> None:
    """At a hundredfold, three seconds of it take thirty milliseconds."""
    mock = gateway(time, Rules(speed=100))
    job = mock.submit("key", SLUG, REQUEST)
    time.now += 29
    assert job.plan.status_at(mock.job("key", job.request_id)[1]) is Status.PROCESSING
    time.now += 1
    assert job.plan.status_at(mock.job("key", job.request_id)[1]) is Status.COMPLETED


def test_with_two_lanes_the_third_job_waits_for_the_first_to_end(time: Time) -> None:
    """Jobs of one key wait in line in the order they came; those of another key do not."""
    mock = gateway(time, Rules(timing=timed(1, 10, lanes=2)))
    plans = [mock.submit("key", SLUG, REQUEST).plan for _ in range(5)]
    begun = [(plan.starts - time.now) // 1000 for plan in plans]
    assert begun == [1, 1, 11, 11, 21]
    assert all(plan.ends - plan.starts == 10_000 for plan in plans)
    assert mock.submit("other", SLUG, REQUEST).plan.starts - time.now == 1000


def test_at_no_instant_are_more_jobs_processed_than_there_are_lanes(time: Time) -> None:
    """Whatever their durations and whenever they come."""
    mock = gateway(time, Rules(timing=Timing(Span(0, 2), Span(0, 5), 3), seed=1))
    jobs = []
    for step in range(60):
        time.now += step % 7 * 100
        jobs.append(mock.submit("key", SLUG, REQUEST))
    for instant in range(jobs[0].created, max(job.plan.ends for job in jobs), 97):
        at_work = [job for job in jobs if job.plan.status_at(instant) is Status.PROCESSING]
        assert len(at_work) <= 3


def test_a_seed_repeats_the_durations(time: Time) -> None:
    """Two gateways of one seed draw the same plans."""
    rules = Rules(timing=Timing(Span(0, 10), Span(0, 10)), seed=7)
    one, other = gateway(time, rules), gateway(time, rules)
    for _ in range(5):
        assert one.submit("key", SLUG, REQUEST).plan == other.submit("key", SLUG, REQUEST).plan


def test_a_job_is_known_to_its_own_key_only(time: Time) -> None:
    """Another key is told that there is none."""
    mock = gateway(time)
    job = mock.submit("key", SLUG, REQUEST)
    assert mock.job("key", job.request_id) == (job, time.now)
    with pytest.raises(RequestNotFound):
        mock.job("other", job.request_id)


def test_shared_jobs_are_known_to_every_key(time: Time) -> None:
    """When the rules say so."""
    mock = gateway(time, Rules(shared_jobs=True))
    job = mock.submit("key", SLUG, REQUEST)
    assert mock.job("other", job.request_id) == (job, time.now)


def test_keys_are_admitted_by_shape_and_by_list(time: Time) -> None:
    """None is missing, a strange one is invalid, an unlisted one too."""
    anyone, listed = gateway(time), gateway(time, Rules(keys=frozenset({"one"})))
    anyone.admit("whatever")
    listed.admit("one")
    for mock, key in ((anyone, "two words"), (listed, "two")):
        with pytest.raises(InvalidKey):
            mock.admit(key)
    with pytest.raises(MissingKey):
        listed.admit("")


def test_pictures_are_there_once_the_job_is_completed(time: Time) -> None:
    """Each under its own name, none before, none beside."""
    mock = gateway(time)
    job = mock.submit("key", SLUG, REQUEST | {"num_images": 3, "output_format": "webp"})
    assert media_names(job) == ["output.webp", "output-2.webp", "output-3.webp"]
    assert mock.picture(job.request_id, "output.webp") is None
    time.now += 3000
    assert mock.picture(job.request_id, "output-3.webp") == (job, 2)
    assert mock.picture(job.request_id, "output-4.webp") is None
    assert mock.picture("z-image-base_unknown", "output.webp") is None


def test_an_accounts_time_goes_on_at_its_own_speed_when_a_gateway_is_made_anew(time: Time) -> None:
    """A restart, even with another default, changes nothing for an account that is there."""
    store = SQLiteStore()
    fast = gateway(time, Rules(speed=1000), store)
    fast.submit("key", SLUG, REQUEST)
    time.now += 10
    reached = fast.account("key").clock.at(time.now)
    slow = gateway(time, Rules(speed=1), store)
    assert slow.account("key").clock.at(time.now) == reached
    time.now += 5
    assert slow.account("key").clock.at(time.now) == reached + 5000


def test_an_account_begins_with_its_first_call_whatever_becomes_of_it(time: Time) -> None:
    """Its clock runs on from there, though nothing was ever accepted."""
    mock = gateway(time, Rules(speed=100))
    mock.admit("key")
    began = mock.account("key").clock.at(time.now)
    time.now += 10
    assert mock.account("key").clock.at(time.now) == began + 1000
