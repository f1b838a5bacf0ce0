"""A job is polled at its rate while it may soon end, and less often when it goes on and on."""

from collections.abc import Callable
from itertools import accumulate, pairwise, repeat

import pytest
from rude_server import RudeServer

from zimage_contract.exchange import Exchange
from zimage_contract.probe.line import Line
from zimage_contract.probe.purse import Purse
from zimage_contract.probe.recorder import Recorder
from zimage_contract.probe.session import Session
from zimage_contract.probe.settings import ProbeSettings
from zimage_contract.probe.watch import Followed, Watch

SUBMIT = Exchange(1, "submit", "POST", "http://gateway.example/", status=202, answer=b'{"request_id": "a"}')
ENDLESS = b'HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\n{"status": "completed"}'


def pauses(interval: float, polls: int, end: float = 1e9) -> list[float]:
    """Return the pauses between so many polls that take no time."""
    job = Followed("a", SUBMIT, closely=False, end=end, pause=interval)
    turns = list(accumulate(repeat(0, polls), lambda at, _: job.turn(at), initial=0.0))
    return [after - before for before, after in pairwise(turns)]


@pytest.mark.parametrize("interval", [0.01, 0.2, 4.9, 5.0, 30.0])
def test_pauses_grow_gently_after_many_polls(interval: float) -> None:
    """The first twenty are the interval; then each is a fifth longer, up to 5 s or the longer interval."""
    found = pauses(interval, 200)

    assert found[:20] == pytest.approx([interval] * 20)
    assert found[20] == pytest.approx(max(interval, min(interval * 1.2, 5)))
    assert all(before <= after * 1.001 and after <= before * 1.201 for before, after in pairwise(found))
    assert found[-1] == pytest.approx(max(interval, 5))


def test_the_last_poll_is_at_the_very_end() -> None:
    """However long the pause would be."""
    assert sum(pauses(1.0, 60, end=100.0)) == pytest.approx(100)


def test_a_job_that_never_ends_is_not_polled_at_the_full_rate(
    rude: Callable[..., RudeServer], recorder: Recorder
) -> None:
    """A few dozen polls, where the interval would make five hundred."""
    server = rude(lambda connection, _request: connection.sendall(ENDLESS))
    settings = ProbeSettings(origin=server.url, key="a-good-key", poll_interval=0.001, deadline=0.5)
    with Line(recorder, 5.0) as line, Watch(Session(settings, recorder, line, Purse(None))) as watch:
        watch.follow(SUBMIT)
        watch.finish()

    assert 2 < len(recorder.exchanges()) < 60
