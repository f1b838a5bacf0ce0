"""A journal keeps what fits, finds what is asked for, and wakes who waits for it."""

from threading import Thread
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mockgateway.domain.entry import Entry, Excerpt, Kind, kept, length
from mockgateway.domain.journal import Journals, Room
from mockgateway.domain.matching import Filter

ME, OTHER = "account-1", "account-2"
JOB = "z-image-base_019d0000-0000-7000-8000-0000000000001"


def entry(account: str = ME, kind: Kind = "other", told: int = 0, **known: Any) -> Entry:
    """Make an entry of which only what matters is said."""
    usual: dict[str, Any] = {
        "real": told,
        "method": "GET",
        "path": "/",
        "headers": [],
        "status": 200,
        "answer_headers": [],
    }
    return Entry(account=account, kind=kind, told=told, **usual | known)


ENTRIES = st.builds(
    entry,
    account=st.sampled_from(["a", "b", "c", "d"]),
    kind=st.sampled_from(["submit", "status", "media", "callback", "other"]),
    told=st.integers(0, 100_000),
    method=st.sampled_from(["GET", "POST"]),
    path=st.sampled_from(["/", "/a/b", "/a/c", "/v2/requests/status/x"]),
    status=st.sampled_from([0, 200, 202, 404, 429, 500]),
    answer_headers=st.sampled_from([[], [("Retry-After", "7")]]),
    body=st.binary(max_size=400),
    answer=st.sampled_from([b"", b"x" * 300, b'{"status": "COMPLETED"}']),
    request_id=st.sampled_from([None, "j1", "j2"]),
)
ROOMS = st.builds(
    Room,
    entries=st.integers(0, 6),
    size=st.integers(0, 6_000),
    total=st.integers(0, 9_000),
    body=st.integers(0, 200),
)
FILTERS = st.builds(
    Filter,
    method=st.none() | st.sampled_from(["GET", "POST"]),
    path=st.none() | st.sampled_from(["/", "/a/*", "*", "/a/c"]),
    status=st.none() | st.sampled_from([200, 0]) | st.just(range(400, 500)),
    request_id=st.none() | st.sampled_from(["j1", "j2"]),
    finding=st.none() | st.sampled_from(["status.*", "submit.no-cache-control", "*"]),
    kind=st.none() | st.sampled_from(["submit", "status"]),
    since=st.none() | st.integers(0, 40),
    since_told=st.none() | st.integers(0, 100_000),
)


@given(ROOMS, st.lists(ENTRIES, max_size=40))
def test_no_bound_is_ever_passed(room: Room, recorded: list[Entry]) -> None:
    """Whatever comes in whatever order, each account and all together stay within their room."""
    journals = Journals(room)
    for each in recorded:
        journals.record(each)
        sizes = {name: journals.of(name).entries() for name in "abcd"}
        assert all(len(entries) <= room.entries for entries in sizes.values())
        assert all(sum(one.size for one in entries) <= room.size for entries in sizes.values())
        assert sum(one.size for entries in sizes.values() for one in entries) == journals.size <= room.total
        assert all(len(kept(one.body)) <= room.body for entries in sizes.values() for one in entries)


@given(ROOMS, st.lists(ENTRIES, max_size=40))
def test_what_is_kept_is_the_latest(room: Room, recorded: list[Entry]) -> None:
    """An account's entries are the last it recorded, in order, and their numbers rise."""
    journals = Journals(room)
    for each in recorded:
        journals.record(each)
    for name in "abcd":
        entries = journals.of(name).entries()
        own = [each for each in recorded if each.account == name]
        assert entries == own[len(own) - len(entries) :]
        numbers = [each.number for each in entries]
        assert numbers == sorted(set(numbers))


@given(st.lists(ENTRIES, max_size=20), FILTERS)
def test_a_filter_finds_what_a_plain_search_finds(recorded: list[Entry], wanted: Filter) -> None:
    """Nothing more and nothing less, in order."""
    journals = Journals()
    for each in recorded:
        journals.record(each)
    found = journals.of("a").entries(wanted)
    assert found == [each for each in recorded if each.account == "a" and wanted.matches(each)]


def test_a_filter_asks_for_each_thing_by_itself() -> None:
    """An entry passes what it has and fails what it has not."""
    one = entry(method="POST", path="/a/b", status=404, request_id=JOB, told=50, number=3)
    passing = [
        {"method": "POST"},
        {"path": "/a/*"},
        {"path": "/a/b"},
        {"status": 404},
        {"status": range(400, 500)},
        {"request_id": JOB},
        {"kind": "other"},
        {"since": 2},
        {"since_told": 50},
    ]
    failing = [
        {"method": "post"},
        {"path": "/a"},
        {"path": "/a/?"},
        {"status": 200},
        {"status": range(500, 600)},
        {"request_id": "other"},
        {"kind": "submit"},
        {"since": 3},
        {"since_told": 51},
        {"finding": "*"},
    ]
    assert all(Filter(**each).matches(one) for each in passing)
    assert not any(Filter(**each).matches(one) for each in failing)


def test_the_longest_silent_account_makes_room_first() -> None:
    """Not the one that spoke since, and not the one that needs the room."""
    journals = Journals(Room(total=3 * _size_of_one()))
    for account in ("busy", "silent", "speaks", "busy"):
        journals.record(entry(account))
    kept_of = {name: len(journals.of(name).entries()) for name in ("silent", "busy", "speaks")}
    assert kept_of == {"silent": 0, "busy": 2, "speaks": 1}


def test_who_made_room_is_counted() -> None:
    """So that nobody takes a part for the whole."""
    journals = Journals(Room(entries=2))
    for _ in range(5):
        journals.record(entry())
    assert (journals.of(ME).dropped, journals.of(ME).last) == (3, 5)


def _size_of_one() -> int:
    journals = Journals()
    journals.record(entry())
    return journals.size


def test_a_long_body_is_cut_and_its_length_noted() -> None:
    """What is left says how long it was and what it hashed to."""
    journals = Journals(Room(body=10))
    journals.record(entry(body=b"x" * 11, answer=b"y" * 10))
    (one,) = journals.of(ME).entries()
    assert one.answer == b"y" * 10
    assert isinstance(one.body, Excerpt)
    assert (one.body.kept, one.body.length) == (b"x" * 10, 11)
    assert length(one.body) == 11


def test_of_a_picture_only_length_and_hash_are_kept() -> None:
    """Error pages in a picture's place are kept whole."""
    journals = Journals()
    journals.record(entry(kind="media", answer=b"picture"))
    journals.record(entry(kind="media", answer=b"<h1>404</h1>", status=404))
    picture, page = journals.of(ME).entries()
    assert picture.answer == Excerpt.of(b"picture", 0)
    assert page.answer == b"<h1>404</h1>"


def test_clearing_forgets_one_account_or_all() -> None:
    """And leaves the others alone."""
    journals = Journals()
    for account in (ME, OTHER):
        journals.record(entry(account))
    journals.of(ME).clear()
    assert not journals.of(ME).entries()
    assert journals.of(OTHER).entries()
    journals.clear()
    assert journals.size == 0


def test_waiting_ends_at_once_with_what_is_there() -> None:
    """So a test cannot come too late."""
    journals = Journals()
    journals.record(entry(status=500))
    found = journals.of(ME).wait(Filter(status=500), 0)
    assert found is not None
    assert found.status == 500


def test_waiting_ends_with_the_next_that_matches() -> None:
    """Other accounts' entries and others of this one do not end it."""
    journals = Journals()
    mine = journals.of(ME)
    told: list[int] = []
    journals.record(entry(status=500))
    mine.when(Filter(status=500, since=mine.last), lambda found: told.append(found.number))
    for account, status in ((OTHER, 500), (ME, 200), (ME, 500), (ME, 500)):
        journals.record(entry(account, status=status))
    assert told == [4]


def test_waiting_crosses_threads() -> None:
    """A thread that waits is woken by one that records, whichever comes first."""
    journals = Journals()
    found: list[Entry | None] = []
    waiting = Thread(target=lambda: found.append(journals.of(ME).wait(timeout=20)))
    waiting.start()
    journals.record(entry())
    waiting.join()
    assert [one and one.number for one in found] == [1]


def test_waiting_in_vain_ends_with_nothing() -> None:
    """And leaves nobody waiting."""
    journals = Journals()
    assert journals.of(ME).wait(timeout=0) is None
    cancel = journals.of(ME).when(Filter(), lambda _: None)
    assert cancel()
    assert not cancel()
    assert not journals._waiters


def test_an_entry_shows_no_header_when_it_is_printed() -> None:
    """A failed assertion prints it, and its headers hold a key."""
    assert "secret" not in repr(entry(headers=[("ocp-apim-subscription-key", "secret")], path="/secret"))
