"""Who may begin an attempt."""

from hypothesis import given
from hypothesis import strategies as st

from mockgateway.runtime.agenda import Agenda


def begun_by(agenda: Agenda, account: str, most: int) -> int:
    """Let an account that always has something due begin what it may; return how many that is."""
    number = 0
    while number < most:
        agenda.note(account, 0)
        if agenda.take(0) is None:
            break
        number += 1
    return number


def test_nobody_takes_all_the_threads() -> None:
    """Sixteen accounts whose attempts never end leave room for another, at once."""
    agenda = Agenda(256)
    taken = [begun_by(agenda, f"hostile {number}", 256) for number in range(16)]
    assert taken[0] == 51
    assert sum(taken) < 256
    agenda.note("good", 0)
    assert agenda.take(0) == "good"


def test_one_after_the_other_by_due_time() -> None:
    """The account that is due longest begins first, and none before its time."""
    agenda = Agenda()
    for account, wakes in (("late", 30), ("early", 10), ("between", 20)):
        assert agenda.note(account, wakes)
    assert agenda.take(9) is None
    assert agenda.next() == 10
    assert [agenda.take(25), agenda.take(25), agenda.take(25)] == ["early", "between", None]
    assert agenda.next() == 30


def test_the_earliest_note_counts_once() -> None:
    """What is noted for later, or for no time, is no news."""
    agenda = Agenda()
    assert agenda.note("a", 20)
    assert not agenda.note("a", 20)
    assert not agenda.note("a", 30)
    assert not agenda.note("a", None)
    assert agenda.note("a", 10)
    assert [agenda.take(50), agenda.take(50)] == ["a", None]


def test_who_waits_for_room_gets_it_when_somebody_ends() -> None:
    """Without being noted again."""
    agenda = Agenda(1)
    agenda.note("a", 0)
    agenda.note("b", 0)
    assert (agenda.take(0), agenda.take(0)) == ("a", None)
    agenda.done("a")
    assert agenda.take(0) == "b"


def test_a_held_account_waits() -> None:
    """Until as many let it go as held it."""
    agenda = Agenda()
    agenda.hold("a")
    agenda.hold("a")
    agenda.note("a", 0)
    agenda.let_go("a")
    assert agenda.take(0) is None
    agenda.let_go("a")
    assert agenda.take(0) == "a"


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 50)), max_size=60), st.integers(1, 12))
def test_all_that_is_noted_is_begun_in_the_end(notes: list[tuple[str, int]], most: int) -> None:
    """Never more than allowed at once, and nobody is forgotten."""
    agenda, live, begun = Agenda(most), [], set()
    for account, wakes in notes:
        agenda.note(account, wakes)
        while taken := agenda.take(25):
            live.append(taken)
            begun.add(taken)
        assert len(live) <= most
        if len(live) == most:
            agenda.done(live.pop())
    while live or agenda.next() is not None:
        while taken := agenda.take(50):
            live.append(taken)
            begun.add(taken)
        if live:
            agenda.done(live.pop())
    assert begun == {account for account, _ in notes}
