"""Looking up scenarios: shipped ones, those of a folder that changes, those put for a moment."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mockgateway.domain.scenario import BadScenario
from mockgateway.scenarios import ScenarioBook, UnknownScenario, shipped, shipped_names
from mockgateway.scenarios.folder import Folder
from zimage_schemas import BASES

NAMES = [
    "happy",
    "slow-queue",
    "stuck",
    "fast",
    "job-failed",
    "job-error",
    "content-flagged",
    "insufficient-balance",
    "balance-runs-out",
    "invalid-key",
    "forbidden",
    "quota-exceeded",
    "rate-limited",
    "rate-limited-polls",
    "rate-limited-no-retry-after",
    "server-error-submit",
    "server-error-once",
    "server-error-poll",
    "plain-text-500",
    "poll-503-once",
    "poll-404-first",
    "edge-challenge-poll",
    "reset-submit-before",
    "reset-submit-after",
    "reset-poll",
    "slow-answers",
    "hang-poll",
    "malformed-json",
    "truncated-json",
    "html-error",
    "extra-fields",
    "unknown-status",
    "accepted-200",
    "lower-case-status",
    "media-url-string",
    "media-url-empty",
    "media-missing",
    "media-slow",
    "media-truncated",
    "media-small",
    "octet-stream",
    "output-null",
    "webhook-never",
    "webhook-late",
    "webhook-duplicate",
    "webhook-before-answer",
    "webhook-out-of-order",
    "webhook-truncated",
    "webhook-only",
    "docs-ids",
    "strict",
]


def text(said: str) -> str:
    """Write a scenario that is told from others by its description."""
    return f'description = "{said}"\nbasis = "assumed"\ngood_for = "g"\n'


def test_those_that_people_rely_on_ship() -> None:
    """Their names stay; others may come."""
    assert set(NAMES) <= shipped_names()


@pytest.mark.parametrize("name", sorted(shipped_names()))
def test_a_shipped_scenario_is_sound(name: str) -> None:
    """It is read without complaint and says in sentences what it is."""
    found = shipped(name)
    assert found.name == name
    assert found.basis in BASES
    assert found.description.endswith(".")
    assert found.good_for.endswith(".")


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("mock-poll-503-once", "poll-503-once"),
        ("mock-poll-503-once-test7", "poll-503-once"),
        ("mock-poll-503-once-a-b--c-", "poll-503-once"),
        ("mock-job-error-once", "job-error-once"),
        ("mock-job-error-ones", "job-error"),
        ("mock-poll-503-oncetest", "happy"),
        ("mock-poll-503", "happy"),
        ("mock-", "happy"),
        ("mock", "happy"),
        ("MOCK-stuck", "happy"),
        ("a-key-mock-stuck", "happy"),
        ("mock-unheard-of", "happy"),
    ],
)
def test_a_key_selects_the_longest_name_that_fits(key: str, name: str) -> None:
    """`mock-<name>` and `mock-<name>-<anything>`; every other key gets the default."""
    assert ScenarioBook().for_key(key).name == name


def test_the_default_can_be_any() -> None:
    """It is for keys that select none, and for scenarios that are gone."""
    book = ScenarioBook(default="stuck")
    assert book.for_key("key").name == "stuck"
    assert book.for_key("mock-happy-1").name == "happy"
    assert book.chosen("gone").name == "stuck"


def test_a_name_that_is_none_gets_a_hint() -> None:
    """The nearest name is offered."""
    with pytest.raises(UnknownScenario, match="'job-faild'; did you mean job-failed"):
        ScenarioBook(default="job-faild")


def test_what_is_put_goes_before_all_and_can_be_taken_back(tmp_path: Path) -> None:
    """Put, then the folder, then what ships."""
    (tmp_path / "happy.toml").write_text(text("mine"))
    book = ScenarioBook(tmp_path)
    assert book.get("happy").description == "mine"
    book.put("happy", text("put"))
    book.put("new", text("new"))
    assert book.get("happy").description == "put"
    assert book.for_key("mock-new-1").description == "new"
    assert {"new", "stuck"} <= set(book.names())
    book.delete("happy")
    book.delete("new")
    assert book.get("happy").description == "mine"
    assert book.for_key("mock-new-1").description == "mine"
    with pytest.raises(UnknownScenario, match="only such can be deleted"):
        book.delete("stuck")


def test_what_cannot_be_put_changes_nothing() -> None:
    """Neither a bad document nor a name that no key could select."""
    book = ScenarioBook()
    with pytest.raises(BadScenario, match="happy: line 1: "):
        book.put("happy", "nonsense")
    for name in ("", "Happy", "a_b", "a--b", "-a", "a" * 65, "../a"):
        with pytest.raises(ValueError, match="no name of a scenario"):
            book.put(name, text("x"))
    assert book.get("happy") is shipped("happy")


@pytest.fixture
def folder(tmp_path: Path) -> tuple[Folder, Callable[[str, str | None], None], list[str]]:
    """A folder, a way to change it half a second later, and what was reported."""
    clock = [0.0]
    reported: list[str] = []
    (tmp_path / "one.toml").write_text(text("first"))
    made = Folder(tmp_path, reported.append, lambda: clock[0])

    def change(name: str, content: str | None) -> None:
        path = tmp_path / f"{name}.toml"
        path.unlink() if content is None else path.write_text(content)
        clock[0] += 1
        if content is not None:
            os.utime(path, (clock[0], clock[0]))

    return made, change, reported


def test_a_changed_file_is_read_again(
    folder: tuple[Folder, Callable[[str, str | None], None], list[str]],
) -> None:
    """Changed, new and removed files show within half a second."""
    made, change, reported = folder
    change("one", text("second"))
    assert made.scenarios()["one"].description == "second"
    change("two", text("third"))
    assert sorted(made.scenarios()) == ["one", "two"]
    change("one", None)
    assert sorted(made.scenarios()) == ["two"]
    assert not reported


def test_a_file_that_goes_bad_is_reported_once_and_changes_nothing(
    folder: tuple[Folder, Callable[[str, str | None], None], list[str]],
) -> None:
    """The last good version stays, until there is a better one."""
    made, change, reported = folder
    change("one", text("x") + "oops = 1")
    change("Bad Name", text("x"))
    assert made.scenarios()["one"].description == "first"
    made.scenarios()
    assert len(reported) == 2
    assert "one.toml: line 4: there is no key 'oops'" in "".join(reported)
    change("one", text("good again"))
    assert made.scenarios()["one"].description == "good again"


def test_a_bad_file_at_the_start_is_an_error(tmp_path: Path) -> None:
    """It is named with its path and line; a file that is no text too."""
    path = tmp_path / "mine.toml"
    for content in (b'description = "d"\nwrong = 1\n', b"\xff\xfe"):
        path.write_bytes(content)
        with pytest.raises(BadScenario, match=r"mine\.toml: line [12]: ") as found:
            ScenarioBook(tmp_path)
        assert found.value.name == str(path)


def test_a_folder_that_is_gone_for_a_moment_changes_nothing(tmp_path: Path) -> None:
    """What is known stays; at the start it must be there."""
    mine = tmp_path / "mine"
    with pytest.raises(FileNotFoundError):
        ScenarioBook(mine)
    mine.mkdir()
    (mine / "one.toml").write_text(text("first"))
    now = [0.0]
    made = Folder(mine, [].append, lambda: now[0])
    mine.rename(tmp_path / "away")
    now[0] = 1
    assert list(made.scenarios()) == ["one"]
