"""Jobs in a file: over restarts, over kills, for one process."""

import http.client
import signal
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

Serve = Callable[..., Any]
Command = Callable[..., tuple[int, str, str]]
FAST = ("--queue-time", "0", "--processing-time", "0")


def test_restart(serve: Serve) -> None:
    """A job is known after a restart, to its key alone, and its picture is the same."""
    first = serve("--store", "jobs.db", *FAST)
    said = first.client.job()
    (url,) = said["output"]["media_url"]
    picture = first.client.get(url)
    assert first.end()[0] == 0
    second = serve("--store", "jobs.db", *FAST)
    again = second.client.status(said["request_id"]).json()
    assert {**again, "output": said["output"]} == said
    assert second.client.get(again["output"]["media_url"][0]).body == picture.body
    assert second.client.status(said["request_id"], "another-key").status == 404


def test_memory_is_forgotten(serve: Serve, folder: Path) -> None:
    """Without --store, a restart begins anew and no file is left."""
    first = serve()
    request_id = first.client.submit().json()["request_id"]
    first.end()
    assert serve().client.status(request_id).status == 404
    assert list(folder.iterdir()) == []


def test_kill(serve: Serve) -> None:
    """Every job that was answered 202 is there after kill -9 in the middle of many."""
    serving = serve("--store", "jobs.db", "--quiet")

    def submit(_: int) -> str | None:
        try:
            return str(serving.client.submit().json()["request_id"])
        except (OSError, http.client.HTTPException, AssertionError):
            return None

    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(submit, range(400))
        accepted = [next(answers) for _ in range(50)]
        serving.end(signal.SIGKILL)
        accepted += list(answers)
    known = [request_id for request_id in accepted if request_id]
    assert len(known) >= 50
    again = serve("--store", "jobs.db", "--quiet").client
    assert [again.status(request_id).status for request_id in known] == [200] * len(known)


def test_second_process(serve: Serve, command: Command) -> None:
    """A second process on the same file is refused in one line, and the first goes on."""
    first = serve("--store", "jobs.db")
    code, out, err = command("serve", "--store", "jobs.db", "--port", "0")
    assert (code, out) == (2, "")
    assert err.startswith("mockgateway: jobs.db is in use by another process")
    assert err.count("\n") == 1
    assert first.client.submit().status == 202


def test_newer_version(serve: Serve, folder: Path, command: Command) -> None:
    """A file of another version is refused in one line that names both, and is left as it is."""
    serve("--store", "jobs.db").end()
    with closing(sqlite3.connect(folder / "jobs.db")) as database:
        database.execute("UPDATE meta SET value = '999' WHERE name = 'schema'")
        database.commit()
    code, out, err = command("serve", "--store", "jobs.db", "--port", "0")
    assert (code, out) == (2, "")
    assert err.startswith("mockgateway: jobs.db has store version 999, this mockgateway reads ")
    assert err.count("\n") == 1
    with closing(sqlite3.connect(folder / "jobs.db")) as database:
        assert database.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone() == ("999",)


def test_no_key_in_the_file(serve: Serve, folder: Path) -> None:
    """The file holds no key that could be used."""
    serving = serve("--store", "jobs.db")
    serving.client.submit()
    serving.end(signal.SIGKILL)
    files = list(folder.iterdir())
    assert files
    for file in files:
        assert serving.client.key.encode() not in file.read_bytes()


def test_file_of_something_else(folder: Path, command: Command) -> None:
    """A database of another program is refused and not touched."""
    with closing(sqlite3.connect(folder / "other.db")) as database:
        database.execute("CREATE TABLE birds (name TEXT)")
        database.commit()
    before = (folder / "other.db").read_bytes()
    code, _, err = command("serve", "--store", "other.db", "--port", "0")
    assert code == 2
    assert err == "mockgateway: other.db is a database of something else; name another file\n"
    assert (folder / "other.db").read_bytes()[100:] == before[100:]
